"""
What a facet is: one class in a file of its own says all that there is to say of it, and everybody else asks it.

A facet registers itself where it is defined (`registry`), and nobody else names it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, QuerySet

from catalog.listings.facets.contexts import (
    Listed,
    NeedsReview,
    PayloadContext,
    Target,
    product_ids,
)
from catalog.listings.facets.fields import Field
from catalog.listings.facets.figures import Figure, Ground, Reading
from catalog.listings.facets.payloads import Body
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Drift, ListingFacet
from catalog.listings.models.facets import Word
from catalog.products.models import Product
from catalog.products.models.products import UNREAD
from jetbridge.core import configuration, store_days
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.mass_actions.models import MassAction

# What has no job of its own goes with this one.
PRODUCTS_JOB = "catalog.sync_products"


@dataclass(slots=True)
class FacetDelivery:
    """One facet of one listing that is pending, and that whoever claimed it may send."""

    pk: int
    facet: "Facet"
    number: int
    run_id: int | None
    request_id: str
    queued_by: str
    answer: str
    attempts: int
    failures: int
    file_id: int | None
    # The store changed and nobody asked by name.
    only_if_new: bool
    errors: list[Any]
    # What may be at Jet although it was not taken, as JSON text.
    sent: str | None
    listing: Target

    @property
    def listing_id(self) -> int:
        return self.listing.pk


@dataclass(slots=True)
class Answer:
    """What was settled of one facet, as those see it who follow it up."""

    row: FacetDelivery
    # The body that was sent, or its JSON text where it was read as such.
    payload: Body | str | None = None

    @property
    def content(self) -> Body:
        """The body, read where only its text is at hand."""
        body: Body = json.loads(self.payload) if isinstance(self.payload, str) else self.payload or {}
        return body


class Facet(str):
    """
    One part of a listing that is sent and answered by itself. As a text it is its name, which is what tables hold.

    What a facet does not say of itself holds as it stands here: it is put to an address of its own, goes by calls
    alone, waits until Jet has the SKU, and follows no edit.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    # Its place among the others: Jet must have the SKU before the rest, and closing one comes before everything.
    order: ClassVar[int]
    # The job that sends it, and that is nudged when it is pending.
    job: ClassVar[str] = PRODUCTS_JOB
    # How Jet is called: the method, and what follows the SKU in the address.
    method: ClassVar[str] = "PUT"
    path: ClassVar[str] = ""
    # What its files are called, where Jet takes it by file.
    file_kind: ClassVar[Word | None] = None
    # What of it the drift report compares.
    figure: ClassVar[Word | None] = None
    # A difference in it may be sent straight from the report.
    is_reconciled: ClassVar[bool] = False
    # By it Jet gets to know the SKU: all other facets wait for it.
    creates_sku: ClassVar[bool] = False
    # It opens and closes the SKU.
    closes_sku: ClassVar[bool] = False
    # It goes with the lot of the facet that creates the SKU, so that a mass action that is paused or cancelled in
    # between leaves no product half sent. Else it waits for all lots.
    goes_with_sku: ClassVar[bool] = False
    # What is sold for how much, which changes often and puts nothing back under review.
    is_offer: ClassVar[bool] = False
    # Sending it can put a live SKU back under Jet's review.
    is_reviewed: ClassVar[bool] = False
    # It changes when prices, or quantities, of the store do, whoever changed them.
    follows_price: ClassVar[bool] = False
    follows_stock: ClassVar[bool] = False
    # What Jet took last is not sent again even where somebody asked for it, unless anyway.
    skips_unchanged: ClassVar[bool] = False
    # The setting by which edits of products send it.
    switch: ClassVar[str] = "auto_sync"
    # Columns of products that building it never looks at.
    unread: ClassVar[Collection[str]] = UNREAD
    # The columns of products that are its alone: a change of them is none of content.
    columns: ClassVar[frozenset[str]] = frozenset()
    # It follows children that are linked to a product.
    follows_children: ClassVar[bool] = False
    # The tab of the product's page where its rows stand, and can be compared and sent by themselves.
    tab: ClassVar[str] = ""
    # How its fields are shown.
    fields: ClassVar[Sequence[Field]] = ()
    # Indexes of the facets' table that serve it alone.
    indexes: ClassVar[Sequence[models.Index]] = ()

    def __new__(cls) -> Self:
        """Make the one value that stands for the facet."""
        return super().__new__(cls, cls.name)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()

    @property
    def call(self) -> str:
        """Where it goes to, as the API log shows it, with a place for the SKU."""
        return f"{self.method} /merchant-skus/{{sku}}{self.path}"

    def may_follow_edits(self, config: Configuration) -> bool:
        """Return whether the settings let an edit of a product send it."""
        return bool(config.auto_sync and getattr(config, self.switch))

    def is_changed_by(self, columns: Collection[str], config: Configuration) -> bool:
        """Return whether a change of these columns of products sends it, as the settings stand."""
        return self.may_follow_edits(config) and not self.columns.isdisjoint(columns)

    def part_of(self, products: Collection[Product]) -> Collection[int]:
        """Return those of these products that are not sent whole without it, by their keys."""
        return ()

    # How it is built.

    def gather(
        self,
        listings: Sequence[Listed],
        *,
        config: Configuration | None = None,
        products: Mapping[int, Product] | None = None,
    ) -> PayloadContext:
        """
        Read what this facet of these listings is built from; the number of queries does not grow with them.

        products are those of the same listings, where another facet has read them already.
        """
        config = config or configuration.current()
        account = listings[0].account if listings else configuration.active_account()
        context = PayloadContext(config, account, store_days.today(config))
        context.products = self.products(listings, context) if products is None else products
        self.read(listings, context)
        return context

    def products(self, listings: Sequence[Listed], context: PayloadContext) -> dict[int, Product]:
        """Read the products behind listings, without what this facet does not look at."""
        found = Product.objects.filter(among("pk", product_ids(listings))).defer(*self.unread)
        return {product.pk: product for product in found}

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read what else building needs, for all listings at once."""

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """
        Build it for one listing.

        :raises PayloadError: nothing could be sent; NotYet where another SKU must reach Jet first
        """
        raise NotImplementedError

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Send it by a call of its own; in a thread, so that the database may not be asked here."""
        raise NotImplementedError

    def units_in(self, body: Any) -> int | None:
        """Return how many units a message offers; nothing where it speaks of none."""
        return None

    # What a look at the SKU shows of it.

    def shows(self, body: Mapping[str, Any]) -> list[str]:
        """Return the fields that a message decides, in the order in which a merchant looks for them."""
        return [each.name for each in sorted(self.fields, key=lambda each: each.rank)]

    def as_held(self, body: Mapping[str, Any], account: JetAccount) -> Body:
        """Take from a message what a look at the SKU shows of it."""
        return dict(body)

    def held_in(self, document: Mapping[str, Any], node: str) -> Body:
        """Find in a SKU as Jet reports it what stands there under another name than in the message."""
        return {}

    def held_beside(self, client: Client, document: SkuDocument, account: JetAccount) -> Body:
        """
        Fetch from Jet what stands at another address than the SKU's own.

        :raises JetFailure: no answer, or a refusal
        """
        return {}

    def ask(self, client: Client, sku: str, account: JetAccount) -> Body:
        """
        Fetch from Jet nothing but what it holds of this facet; nothing where it holds none.

        :raises JetFailure: no answer, or a refusal
        """
        return {}

    # What the drift report compares.

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Return the figure on its three sides; nothing where this reading cannot compare it."""
        return None

    def reconcile(self, rows: Sequence[Drift], *, run: MassAction | None, by: str) -> int:
        """Queue as the store has it now what differs by these lines of the report; return how many."""
        return 0

    # What follows an answer, in its transaction.

    def accepted(self, answers: Sequence[Answer], now: datetime) -> None:
        """Take down what Jet's yes means to the listings."""

    def met(self, answers: Sequence[Answer]) -> None:
        """Take down what it means that nothing need be sent."""

    def hold(self, row: FacetDelivery, reason: NeedsReview) -> None:
        """Ask a person for the yes that `build` needs."""

    def sku_opened(self, listings: Sequence[Target]) -> None:
        """Queue what these SKUs lack, or what others lack of them, that are open at Jet now."""

    def sku_reopened(self, listings: Sequence[Target], config: Configuration, *, by: str) -> None:
        """Queue what these SKUs may lack that were closed for a while: edits made then were held back."""

    # When it need not go.

    def unchanged(self, rows: Sequence[FacetDelivery]) -> dict[int, Any]:
        """
        Return of deliveries that need not go again unchanged what Jet took last.

        Left out is what Jet may hold otherwise: an answer was lost, somebody else wrote, another part overwrote it.
        """
        ids = [row.pk for row in rows if row.only_if_new or self.skips_unchanged]
        if not ids:
            return {}
        asked = models.Q(only_if_new=True)
        if self.skips_unchanged:
            asked |= models.Q(send_anyway=False)
        found = ListingFacet.objects.filter(asked, among("pk", ids), answer=ListingFacet.Answer.ACCEPTED)
        accepted: dict[int, Any] = dict(self.still_held(found).values_list("pk", "accepted"))
        return {
            row.pk: accepted[row.pk]
            for row in rows
            if row.pk in accepted and self.holds(row.listing, accepted[row.pk])
        }

    def still_held(self, found: QuerySet[ListingFacet]) -> QuerySet[ListingFacet]:
        """Leave out what Jet may hold otherwise: what it took of a SKU that it lost since, it does not hold."""
        return found.filter(accepted_at__gte=F("listing__first_sent_at"))

    def holds(self, listing: Target, accepted: Any) -> bool:
        """Return whether Jet, when it was read last, held what it took of us."""
        return True

    # When it is sent though nobody asked.

    def prepare(self, account: JetAccount) -> None:
        """Queue what time alone made due; before each run of its job."""

    def also_due(self) -> Sequence[QuerySet[Any]]:
        """Return what makes its job due beside its deliveries; each from an index."""
        return ()
