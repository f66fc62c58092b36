"""What a merchant's store holds, in the panel's words: whoever keeps the store, these are the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class StoreProduct:
    """
    One product; `number` is the store's own and outlives a change of the SKU.

    `attributes` hold the store's raw values by code; `children` and `categories` are numbers; `images` are paths, by
    place. `price` is None where the kind has none of its own.
    """

    number: int
    sku: str
    name: str
    kind: str
    price: Decimal | None
    is_enabled: bool
    visibility: int
    updated_at: datetime | None
    weight: Decimal | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StockLevel:
    """
    How many of a SKU there are: in one source, or, where `source` is empty, for sale in the whole stock.

    What is for sale may be negative (backorders). 0 with `is_in_stock` has several meanings: it is no sold-out sign.
    """

    sku: str
    quantity: Decimal
    is_in_stock: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class StoreLine:
    """One line of an order, with how much of it became of what; `reference` is the sales channel's own id of it."""

    number: int
    sku: str
    ordered: Decimal
    invoiced: Decimal
    shipped: Decimal
    refunded: Decimal
    canceled: Decimal
    price: Decimal
    reference: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """One order: `id` is the store's key, `number` the one that people see, `reference` the sales channel's id."""

    id: int
    number: str
    reference: str
    state: str
    status: str
    total: Decimal
    created_at: datetime | None
    updated_at: datetime | None
    lines: tuple[StoreLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Units:
    """So many units of an order's line."""

    line: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Track:
    """A parcel's tracking number, with the store's code of its carrier."""

    number: str
    carrier: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class StoreShipment:
    """What left, and from which source; without units, all that is left of the order."""

    order: int
    units: tuple[Units, ...] = ()
    tracks: tuple[Track, ...] = ()
    source: str = ""
    comment: str = ""
    id: int | None = None
    number: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreInvoice:
    """What was paid; without units, all that is left of the order."""

    order: int
    units: tuple[Units, ...] = ()
    comment: str = ""
    total: Decimal | None = None
    id: int | None = None
    number: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreCreditMemo:
    """
    What was paid back; `restocked` are the lines whose units go back into stock.

    Its amounts are without tax. Without units a store refunds all that is left, also for an adjustment alone.
    """

    order: int
    units: tuple[Units, ...] = ()
    restocked: tuple[int, ...] = ()
    shipping: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    comment: str = ""
    total: Decimal | None = None
    id: int | None = None
    number: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row of the store that cannot be read, whatever else can: which, and why."""

    kind: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.reason}"
