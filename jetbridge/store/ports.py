"""What the panel asks of a merchant's store, whoever keeps it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from jetbridge.store.documents import (
    ProductPage,
    Sale,
    SkippedRow,
    StockLevel,
    StoreCreditMemo,
    StoreInvoice,
    StoreOrder,
    StorePrice,
    StoreProduct,
    StoreShipment,
    StoreVocabulary,
)


class Store(Protocol):
    """
    One store. Readers give what they can read and a SkippedRow for what they cannot; both are the caller's to report.

    Times are the store's own: a watermark is made of `time` before a read began, never of this machine's clock.
    """

    @property
    def time(self) -> datetime | None:
        """The store's time (UTC) at its last answer."""

    def look(self) -> float:
        """Ask whether it answers; return by how many seconds the store's clock is ahead of this machine's."""

    def products(self, *, changed_since: datetime | None = None) -> Iterator[StoreProduct | SkippedRow]:
        """Read products by number; a change of stock, price or category alone does not count as one."""

    def product_pages(
        self, *, changed_since: datetime | None = None, above: int = 0, below: int | None = None
    ) -> Iterator[ProductPage]:
        """Read products page by page, on two connections, while the caller works on the pages before."""

    def find_products(
        self, *, numbers: Iterable[int] = (), skus: Iterable[str] = ()
    ) -> Iterator[StoreProduct | SkippedRow]:
        """Look for products by number and by SKU; those that the store does not have are left out."""

    def vocabulary(self) -> StoreVocabulary:
        """Read what the numbers and codes of products mean, in the words of the chosen store view."""

    def prices(self, skus: Iterable[str]) -> Iterator[StorePrice | SkippedRow]:
        """Read prices by themselves: a changed one does not count as a change of its product."""

    def source_stock(self) -> Iterator[StockLevel | SkippedRow]:
        """Read what every source holds of every SKU."""

    def salable_stock(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of some SKUs, reservations taken off; what no source of the stock has is left out."""

    def orders(self, *, changed_since: datetime | None = None) -> Iterator[StoreOrder | SkippedRow]:
        """Read orders; second shipments, tracks and comments do not count as a change."""

    def find_order(self, *, number: str = "", reference: str = "") -> StoreOrder | None:
        """Look for an order by its number, or by the sales channel's id."""

    def orders_of(self, ids: Iterable[int]) -> Iterator[StoreOrder | SkippedRow]:
        """Read some orders by their keys; those that the store does not have are left out."""

    def shipments(self, orders: Iterable[int]) -> Iterator[StoreShipment | SkippedRow]:
        """Read the shipments of some orders, their tracks with them."""

    def new_shipments(self, after: int) -> Iterator[StoreShipment | SkippedRow]:
        """Read the shipments whose keys are above one, of whichever orders; later tracks make none of them new."""

    def new_credit_memos(self, after: int) -> Iterator[StoreCreditMemo | SkippedRow]:
        """Read the credit memos whose keys are above one, of whichever orders."""

    def newest(self) -> tuple[int, int]:
        """Return the keys of the newest shipment and the newest credit memo; 0 where there is none."""

    def stock_sources(self) -> list[str]:
        """Read the codes of the sources that the website sells from, the first to be taken first."""

    def sources_hold(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what each source holds of some SKUs."""

    def source_zips(self) -> dict[str, str]:
        """Read the ZIP code of each source by its code; a store without sources has none."""

    def invoices(self, orders: Iterable[int]) -> Iterator[StoreInvoice | SkippedRow]: ...

    def credit_memos(self, orders: Iterable[int]) -> Iterator[StoreCreditMemo | SkippedRow]: ...


class Lack(StrEnum):
    """Why a SKU cannot be sold in the store as it is needed."""

    GONE = "gone"
    SHORT = "short"


class Till(Protocol):
    """Where orders of the sales channel enter the store; what is sent twice is done twice, unless said otherwise."""

    def find(self, *, numbers: Iterable[str] = (), references: Iterable[str] = ()) -> list[StoreOrder]:
        """Look for many orders at once, by their numbers and by the channel's ids."""

    def by_cart(self, cart: int) -> StoreOrder | None:
        """Look for the order that a cart became."""

    def lacks(self, needed: Mapping[str, Decimal]) -> dict[str, Lack]:
        """Ask whether the store sells so many of each SKU; return those of which it does not."""

    def make(self, sale: Sale, *, with_module: bool) -> StoreOrder:
        """Make an order as it is: nothing is checked and nothing reserved."""

    def reserve(self, order: int) -> bool:
        """Reserve an order's units by the companion module: True once, then False."""

    def fill_cart(self, sale: Sale, *, mailbox: str) -> int:
        """Begin a cart and fill it; never one that was begun before, where the same again would double."""

    def place_cart(self, cart: int) -> int:
        """Make an order of a cart, which reserves; return the order's key. A cart becomes one order at most."""

    def set_to(self, order: int, sale: Sale) -> StoreOrder:
        """Give a placed order the channel's prices, taxes and buyer; one that has them stays as it is."""


class SendingStore(Store, Protocol):
    """
    A store that may be written to; `services.open_store_to_send` alone gives one.

    What is sent happens twice when it is sent twice: after a lost answer, look before sending again.
    """

    @property
    def till(self) -> Till:
        """Where orders enter."""

    def save_stock(self, levels: Iterable[StockLevel]) -> None:
        """Set what sources hold."""

    def place_order(self, entity: dict[str, Any]) -> StoreOrder:
        """Make an order with prices, taxes and totals as given."""

    def ship(self, shipment: StoreShipment) -> int:
        """Ship, and return the store's key of it."""

    def invoice(self, invoice: StoreInvoice) -> int: ...

    def refund(self, memo: StoreCreditMemo) -> int: ...

    def cancel(self, order: int) -> bool:
        """Cancel what is not shipped or invoiced; False where the store leaves the order as it was."""
