"""What a merchant's store holds, in the panel's words: whoever keeps the store, these are the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class StoreImage:
    """One picture of a product: its path below the store's media address, and what it is used as."""

    path: str
    label: str = ""
    is_main: bool = False
    is_swatch: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class StoreProduct:
    """
    One product; `number` is the store's own and outlives a change of the SKU.

    `attributes` hold the store's raw values by code; `children`, `categories`, `axes` (attributes in which children
    differ), `websites` and `attribute_set` are numbers. `price` is None where the kind has none of its own. `in_view`
    is the same product as the chosen store view shows it, where the store has others beside that.
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
    axes: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    images: tuple[StoreImage, ...] = ()
    attribute_set: int = 0
    websites: tuple[int, ...] = ()
    in_view: "StoreProduct | None" = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """
    Some products of a reading that goes from both ends: it has read all numbers up to `low` and from `high` on.

    A reading that was cut off goes on between the two. `total` is how many products the whole reading has.
    """

    products: "tuple[StoreProduct | SkippedRow, ...]"
    low: int
    high: int | None
    total: int


class Input(StrEnum):
    """How a value of an attribute is entered in the store."""

    TEXT = "text"
    SELECT = "select"
    MULTISELECT = "multiselect"
    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class StoreAttribute:
    """An attribute; `options` are the labels by the value that products hold."""

    number: int
    code: str
    label: str
    input: Input
    options: Mapping[str, str] = field(default_factory=dict)


class Words(StrEnum):
    """A list that says what numbers and codes of products mean."""

    ATTRIBUTES = "attributes"
    SETS = "attribute sets"
    CATEGORIES = "categories"


@dataclass(frozen=True, slots=True)
class StoreVocabulary:
    """
    What the numbers and codes of products mean: attributes by code, sets by number, categories by number.

    A category is the names on its way, the topmost first. `website` is the number of the one that is sold from.
    `unread` are rows, or whole lists, that could not be read: of what is missing there, nothing is known.
    """

    attributes: Mapping[str, StoreAttribute]
    sets: Mapping[int, str]
    categories: Mapping[int, tuple[str, ...]]
    website: int | None = None
    media_url: str = ""
    unread: "tuple[SkippedRow, ...]" = ()

    def lacks(self, words: Words) -> bool:
        """Return whether a list is known in part, or not at all."""
        return any(each.kind == words for each in self.unread)


@dataclass(frozen=True, slots=True)
class StorePrice:
    """What a product costs, and for which days less; `price` is None for kinds without one of their own."""

    sku: str
    price: Decimal | None
    special: Decimal | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class StockLevel:
    """
    How many of a SKU there are: in one source, or, where `source` is empty, for sale in the whole stock.

    What is for sale may be negative (backorders). Where stock is not managed, any quantity is for sale.
    `is_doubtful`: the store says 0 and may mean more; asked again later, it says which.
    """

    sku: str
    quantity: Decimal
    is_in_stock: bool
    source: str = ""
    is_managed: bool = True
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class StoreLine:
    """
    One line of an order, with how much of it became of what; `reference` is the sales channel's own id of it.

    `tax` and `discount` are what the whole line carries; the rest of the money is what documents took of them.
    """

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
    tax: Decimal = Decimal(0)
    tax_invoiced: Decimal = Decimal(0)
    tax_refunded: Decimal = Decimal(0)
    discount_invoiced: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class StoreCharges:
    """What an order has beside its lines: its shipping, and what was paid and given back of all of it."""

    shipping_invoiced: Decimal = Decimal(0)
    shipping_refunded: Decimal = Decimal(0)
    shipping_tax: Decimal = Decimal(0)
    shipping_tax_refunded: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """
    One order: `id` is the store's key, `number` the one that people see, `reference` the sales channel's id.

    `child` is the order that took its place when a person edited it: it is cancelled then, and goes on as that one.
    `is_placed`: it came of a cart; `is_modules`: it was made for the companion module to reserve.
    """

    id: int
    number: str
    reference: str
    state: str
    status: str
    total: Decimal
    created_at: datetime | None
    updated_at: datetime | None
    lines: tuple[StoreLine, ...] = ()
    charges: StoreCharges = field(default_factory=StoreCharges)
    child: int | None = None
    is_placed: bool = False
    is_modules: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a sale, and where; `region` is the state's two letters."""

    first_name: str
    last_name: str
    street: tuple[str, ...]
    city: str
    region: str
    postcode: str
    phone: str
    country: str = "US"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line that was sold: `total` and `tax` are the whole line's, tax apart; `reference` is the channel's id."""

    sku: str
    name: str
    quantity: int
    price: Decimal
    total: Decimal
    tax: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """
    An order of the sales channel as it goes into the store: the channel's prices, taxes and buyer.

    `number` is what it is to be called where the way lets us choose, `reference` the channel's id. `tax` is the
    goods', `shipping_tax` the shipping's.
    """

    number: str
    reference: str
    email: str
    recipient: Recipient
    lines: tuple[SaleLine, ...]
    shipping: Decimal
    tax: Decimal
    shipping_tax: Decimal
    status: str
    payment_title: str
    shipping_title: str
    comment: str = ""

    @property
    def goods(self) -> Decimal:
        """What the goods cost, tax apart."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the buyer paid."""
        return self.goods + self.tax + self.shipping + self.shipping_tax


@dataclass(frozen=True, slots=True)
class Units:
    """So many units of an order's line, with its SKU where the store says it."""

    line: int
    quantity: Decimal
    sku: str = ""


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
    """
    A row of the store that cannot be read, whatever else can: which, why, and its number where it has one.

    `skus` are those of an order's lines, where they can be read by themselves.
    """

    kind: str
    key: str
    reason: str
    number: int = 0
    skus: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.reason}"
