"""The price, in general and at our node, with the large changes that wait for a person's yes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import contexts, offers, registry, updates
from catalog.listings.facets.base import Answer, FacetDelivery
from catalog.listings.facets.contexts import Listed, NeedsReview, PayloadContext, PayloadError
from catalog.listings.facets.fields import Field
from catalog.listings.facets.figures import Figure, Ground, Reading, is_newer, sent
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models import Listing, PriceReview
from catalog.listings.models.facets import Word
from catalog.products.models import Product
from catalog.products.models.products import UNREAD
from catalog.rules.prices import PriceRefused, offered_price
from jetbridge.core import configuration, history, money, store_days
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.inbox.notifications import notify

State = PriceReview.State
# What may decide the price beside its columns: as the price itself, as cost, as MAP price.
PRICED_BY = frozenset({"attributes", "jet_fields"})
HELD = "price held for review"
# Accepted reviews taken up in one short transaction.
CHUNK = 200
# A panel that stood still for a month finds on its return which special prices began or ended meanwhile.
DAYS_BACK = 31
# Jet's yes may come long after the price was built: one that was built before midnight, in a file above all, may be
# taken after it. What Jet took this long after a special price began or ended is sent once more.
UNDER_WAY = (timedelta(days=1), timedelta(hours=2), timedelta(0))


class LargeChange(NeedsReview):
    """The price differs so much from what Jet has that a person is to say yes first."""

    def __init__(self, old: Decimal, new: Decimal, percent: Decimal, declined: bool) -> None:
        self.old, self.new, self.percent, self.declined = old, new, percent, declined
        said = (
            "was declined under Price Reviews" if declined else "waits for a person's yes under Price Reviews"
        )
        super().__init__(f"The price change from {old} to {new} ({percent:+} %) {said}.")


@registry.register
class Price(offers.Offer):
    """What the merchant receives."""

    name, label, order = "price", "Price", 30
    job = "catalog.sync_prices"
    path = "/price"
    file_kind = Word("Price", "Price", 2)
    figure = Word("price", "Price", 1)
    follows_price = True
    switch = "sync_price_on_edit"
    unread = (*UNREAD, "description", "short_description")
    live = "live_price"
    columns = frozenset({"price", "special_price", "special_price_from", "special_price_to"})
    fields = (Field("price", "Price", rank=1, always=True, is_amount=True),)

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read children, and the last review of each listing."""
        contexts.read_groups(context.products.values())
        context.own = {}
        if context.config.price_review:
            reviews = PriceReview.objects.filter(among("listing_id", [each.pk for each in listings]))
            context.own = {review.listing_id: review for review in reviews.order_by("pk")}

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the price that the configuration makes of the store's."""
        product = context.product_of(listing)
        offers.refuse_group(product)
        try:
            amount = offered_price(product, context.config, context.today)
        except PriceRefused as refusal:
            raise PayloadError(str(refusal)) from refusal
        _review(listing, amount, context)
        body: Body = {"price": amount}
        if node := context.account.fulfillment_node_id:
            body["fulfillment_nodes"] = [{"fulfillment_node_id": node, "fulfillment_node_price": amount}]
        return body

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Set the price, and where it differs per node."""
        nodes: dict[str, Decimal] = {
            each["fulfillment_node_id"]: each["fulfillment_node_price"]
            for each in body.get("fulfillment_nodes", [])
        }
        at_jet.put_price(client, sku, price=body["price"], nodes=nodes)

    def is_changed_by(self, columns: Collection[str], config: Configuration) -> bool:
        """Also by attributes, where the configuration makes prices of them or holds prices against them."""
        by_attributes = not PRICED_BY.isdisjoint(columns) and (
            config.price_mode == config.PriceMode.ATTRIBUTE
            or config.minimum_margin is not None
            or config.map_check != config.MapCheck.ADVISE
        )
        return super().is_changed_by(columns, config) or (by_attributes and self.may_follow_edits(config))

    def as_held(self, body: Mapping[str, Any], account: JetAccount) -> Body:
        return {"price": body["price"]}

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Compare the price at our node."""
        row, held = ground.row(reading, self), reading.held
        if held is None or is_newer(row, reading) or offers.is_group(product):
            return None
        context = ground.context_of(self)
        try:
            store = offered_price(product, context.config, context.today)
        except PriceRefused:
            return None
        return Figure(
            self.figure.name,
            store,
            held.price_at(ground.account.fulfillment_node_id),
            store_at=product.updated_at,
            live_at=held.price_updated_at,
            is_amount=True,
            **sent(row, self.value_in),
        )

    def value_in(self, body: Any) -> Decimal:
        return Decimal(str(body["price"]))

    def accepted(self, answers: Sequence[Answer], now: datetime) -> None:
        """Show it. What was sent after all, because it came near the former price, needs no yes any more."""
        listings = [answer.row.listing_id for answer in answers]
        PriceReview.objects.filter(among("listing_id", listings), state=State.OPEN).update(
            state=State.OVERTAKEN, decided_at=now
        )
        super().accepted(answers, now)

    def hold(self, row: FacetDelivery, reason: NeedsReview) -> None:
        """Open the review of the price, or bring the open one up to date."""
        if isinstance(reason, LargeChange) and not reason.declined:
            _ask(row, reason)

    def prepare(self, account: JetAccount) -> None:
        """Take up accepted changes, and special prices that began or ended."""
        self.queue_accepted(account)
        self.queue_dated(account)

    def also_due(self) -> Sequence[QuerySet[Any]]:
        return [_accepted()]

    def queue_accepted(self, account: JetAccount) -> int:
        """Queue the accepted prices; return how many. Queuing one twice does no harm."""
        waiting = _accepted().filter(listing__account=account).order_by("pk")
        count = 0
        while rows := list(waiting[:CHUNK]):
            listings = Listing.objects.filter(pk__in=[row.listing_id for row in rows])
            with transaction.atomic():
                count += updates.queue_update(list(listings), self, by="price review")
                PriceReview.objects.filter(pk__in=[row.pk for row in rows]).update(taken_up_at=timezone.now())
        return count

    def queue_dated(self, account: JetAccount) -> int:
        """Queue prices whose special price began or ended since Jet took the last one; return how many."""
        if not configuration.current().use_special_price:
            return 0
        today, queued = store_days.today(), 0
        for back in range(DAYS_BACK):
            day = today - timedelta(days=back)
            turned = Product.objects.filter(
                Q(special_price_from=day) | Q(special_price_to=day - timedelta(days=1))
            )
            if not turned.exists():
                continue
            stale = offers.confirmed(account).filter(
                facet=self, accepted_at__lt=_built_since(day), listing__product__in=turned.values("pk")
            )
            ids = list(stale.values_list("listing_id", flat=True)[: offers.MOST])
            queued += offers.queue_again(ids, self, by="special price dates")
        return queued


def _accepted() -> QuerySet[PriceReview]:
    """Return what was accepted and not taken up yet."""
    return PriceReview.objects.filter(state=State.ACCEPTED, taken_up_at=None)


def _built_since(day: date) -> datetime:
    """Return when Jet must have taken a price at the earliest so that it was built on that day."""
    midnight, now = store_days.start(day), timezone.now()
    return next((midnight + late for late in UNDER_WAY if midnight + late <= now), midnight)


def _review(listing: Listed, amount: Decimal, context: PayloadContext) -> None:
    """
    Let small changes and accepted ones pass; a first price has nothing to differ from.

    :raises LargeChange: a person is to say yes first, or said no
    """
    old = listing.live_price
    if not context.config.price_review or not old:
        return
    percent = money.rounded((amount - old) / old * 100, Decimal("0.1"))
    if abs(percent) <= context.config.price_review_percent:
        return
    last: PriceReview | None = context.own.get(listing.pk)
    same = last is not None and last.new_price == amount
    if last is not None and same and last.state == State.ACCEPTED:
        return
    declined = last is not None and same and last.state == State.DECLINED and last.old_price == old
    raise LargeChange(old, amount, percent, declined)


def _ask(row: FacetDelivery, change: LargeChange) -> None:
    listing = Listing.objects.select_related("product").get(pk=row.listing_id)
    known = PriceReview.objects.filter(listing=listing, state=State.OPEN)
    if known.filter(old_price=change.old, new_price=change.new).exists():
        return
    values = {"old_price": change.old, "new_price": change.new, "change_percent": change.percent}
    percent = f"{change.percent:+} %"
    with transaction.atomic():
        PriceReview.objects.update_or_create(
            listing=listing, state=State.OPEN, defaults={**values, "reason": row.queued_by[:200]}
        )
        history.record(
            HELD, listing.product or listing, message=percent,
            before={"price": str(change.old)}, after={"price": str(change.new)},
        )  # fmt: skip
    notify(
        "price_review",
        key=str(listing.account_id),
        title="Price changes were held for your yes",
        text=f"{listing.sku}: from {change.old} to {change.new} ({percent})",
        severity="warning",
    )
