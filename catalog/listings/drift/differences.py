"""Compares what Jet holds with the store and with what it last took of us, and keeps what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.listings.drift.comparisons import compare as compare_fields
from catalog.listings.drift.comparisons import quantity_at
from catalog.listings.drift.figures import Figure, Value, cause_of, in_words
from catalog.listings.facets import contexts
from catalog.listings.facets.contexts import Material
from catalog.listings.jet.products import SkuDocument
from catalog.listings.models import Drift, Facet, Listing, ListingFacet
from catalog.products.models import Product, StockMovement
from catalog.rules.prices import PriceRefused, offered_price
from jetbridge.core import history
from jetbridge.core.models import Event, JetAccount
from jetbridge.inbox.notifications import notify

Kind, Cause, Answer = Drift.Figure, Drift.Cause, ListingFacet.Answer
ARCHIVED, OPEN = "Archived", "Open"
# Fields and SKUs that are named; the report shows them all.
NAMED = 5
WATCHED = (Facet.PRICE, Facet.INVENTORY, Facet.ARCHIVE, Facet.DETAILS, Facet.IMAGES)
Facets = Mapping[tuple[int, str], ListingFacet]


@dataclass(frozen=True)
class Reading:
    """What Jet told of one listing; the moment is when it was asked. held is empty where a report told it."""

    listing: Listing
    archived: bool
    asked_at: datetime
    held: SkuDocument | None = None


@dataclass
class Ground:
    """What readings are compared with."""

    account: JetAccount
    now: datetime
    facets: Facets
    prices: Material
    stock: Material
    moved: Mapping[int, datetime]
    found: list[Drift] = field(default_factory=list)
    looked_at: set[tuple[int, str]] = field(default_factory=set)


def compare(readings: Sequence[Reading], account: JetAccount) -> list[Drift]:
    """
    Keep the differences of these listings and drop those that are gone; return what others changed on Jet.

    The number of queries does not grow with the readings. A figure that was answered after Jet was asked is
    left as it was: the reading is older than what we know.
    """
    known = [each for each in readings if each.listing.product_id]
    if not known:
        return []
    ground = _ground(known, account)
    for reading in known:
        for figure in _figures(reading, ground):
            _judge(reading.listing, figure, ground)
    # Kept and said together: what is known already is not said again.
    with transaction.atomic():
        foreign = [row for row in _keep(ground) if row.cause == Cause.FOREIGN]
        if foreign:
            _say(foreign, account)
    return foreign


def wants_archived(listing: Listing, product: Product | None) -> bool:
    """Tell whether the store wants a SKU closed on Jet."""
    return listing.archive_wanted or product is None or not product.enabled or product.excluded


def _ground(readings: Sequence[Reading], account: JetAccount) -> Ground:
    listings = [reading.listing for reading in readings]
    for listing in listings:
        # Read along with each row, the account's secrets would be decrypted each time.
        listing.account = account
    rows = ListingFacet.objects.filter(listing__in=listings, facet__in=WATCHED)
    facets = {(row.listing_id, row.facet): row for row in rows}
    ids = [listing.product_id for listing in listings if listing.product_id]
    # Whole, as no wording reads them: when a product changed says which side is the newer one.
    products = Product.objects.in_bulk(ids)
    prices = contexts.gather(listings, Facet.PRICE, products=products)
    stock = contexts.gather(listings, Facet.INVENTORY, config=prices.config, products=products)
    moves = StockMovement.objects.filter(product__in=ids).values_list("product").annotate(Max("at"))
    return Ground(account, timezone.now(), facets, prices, stock, dict(moves.order_by()))


def _figures(reading: Reading, ground: Ground) -> Iterable[Figure]:
    """Give the figures of one listing that this reading can judge."""
    product = ground.prices.products.get(reading.listing.product_id or 0)
    if product is None:
        return
    reading.listing.product = product
    builders = [_status] if reading.held is None else [_status, _price, _quantity, _content]
    for build in builders:
        figure = build(reading, product, ground)
        if figure is not None:
            yield figure


def _row(reading: Reading, facet: Facet, ground: Ground) -> ListingFacet | None:
    return ground.facets.get((reading.listing.pk, facet))


def _is_newer(row: ListingFacet | None, reading: Reading) -> bool:
    """Tell whether a facet is in somebody's hands, or was answered or put into a file after Jet was asked."""
    if row is None:
        return False
    answered = row.answer_at is not None and row.answer_at >= reading.asked_at
    # Also a dead worker's: Jet may have what it sent, and nobody stored the answer.
    return answered or row.answer == Answer.PENDING or bool(row.claimed_by)


def _sent(row: ListingFacet | None, value_of: Any) -> dict[str, Any]:
    """Return what Jet took of us, what it may have taken, and how the wish stands."""
    if row is None:
        return {}
    sent = value_of(row.accepted) if row.accepted is not None else None
    lost = row.answer == Answer.UNKNOWN and row.sent is not None
    return {
        "sent": sent,
        "sent_at": row.accepted_at,
        "maybe": (value_of(row.sent),) if lost else (),
        "wanted_at": row.wanted_at if row.blocked_at is None else None,
        "refused": row.answer == Answer.REFUSED,
        "held": row.answer == Answer.HELD,
    }


def _price(reading: Reading, product: Product, ground: Ground) -> Figure | None:
    row, held = _row(reading, Facet.PRICE, ground), reading.held
    if held is None or _is_newer(row, reading):
        return None
    try:
        store = offered_price(product, ground.prices.config, ground.prices.today)
    except PriceRefused:
        return None
    return Figure(
        Kind.PRICE,
        store,
        held.price_at(ground.account.fulfillment_node_id),
        store_at=product.updated_at,
        live_at=held.price_updated_at,
        **_sent(row, lambda body: Decimal(str(body["price"]))),
    )


def _quantity(reading: Reading, product: Product, ground: Ground) -> Figure | None:
    row, held = _row(reading, Facet.INVENTORY, ground), reading.held
    node = ground.account.fulfillment_node_id
    if held is None or not node or _is_newer(row, reading):
        return None
    body = contexts.body(reading.listing, Facet.INVENTORY, ground.stock)
    live = quantity_at(held.raw, node)
    return Figure(
        Kind.STOCK,
        body["fulfillment_nodes"][0]["quantity"],
        # A SKU whose quantity was never sent has none to sell.
        0 if live is None else live,
        store_at=max(product.updated_at, ground.moved.get(product.pk, product.updated_at)),
        live_at=held.quantity_updated_at,
        **_sent(row, lambda body: body["fulfillment_nodes"][0]["quantity"]),
    )


def _status(reading: Reading, product: Product, ground: Ground) -> Figure | None:
    row, listing = _row(reading, Facet.ARCHIVE, ground), reading.listing
    if _is_newer(row, reading):
        return None
    facts = _sent(row, lambda body: ARCHIVED if body["is_archived"] else OPEN)
    if facts.get("sent_at") is None:
        # A SKU is born open.
        facts |= {"sent": OPEN, "sent_at": listing.first_sent_at}
    return Figure(
        Kind.STATUS,
        ARCHIVED if wants_archived(listing, product) else OPEN,
        ARCHIVED if reading.archived else OPEN,
        store_at=product.updated_at,
        **facts,
    )


def _content(reading: Reading, product: Product, ground: Ground) -> Figure | None:
    """Watch content for changes by others: our own unsent ones are the edit settings' business."""
    row, images, held = (
        _row(reading, Facet.DETAILS, ground),
        _row(reading, Facet.IMAGES, ground),
        reading.held,
    )
    if held is None or row is None or row.accepted is None or row.wanted_at is not None:
        return None
    if _is_newer(row, reading) or _is_newer(images, reading):
        return None
    sent, sent_at = dict(row.accepted), row.accepted_at
    later = images.accepted_at if images is not None and images.accepted is not None else None
    if images is not None and later is not None and (sent_at is None or later > sent_at):
        sent, sent_at = {**sent, **(images.accepted or {})}, later
    lines = compare_fields(sent, held.raw, node=ground.account.fulfillment_node_id)
    # What the offer holds is compared as figures of their own.
    differing = [line for line in lines if line.differs and line.ours and line.label not in OFFER_LABELS]
    return Figure(
        Kind.CONTENT,
        None,
        _few((line.label, line.jets) for line in differing),
        store_at=product.updated_at,
        sent=_few((line.label, line.ours) for line in differing),
        sent_at=sent_at,
        live_at=held.content_updated_at,
    )


OFFER_LABELS = ("Price", "Quantity at our node")


def _few(pairs: Iterable[tuple[str, str]]) -> str:
    found = [f"{label}: {value or 'nothing'}" for label, value in pairs]
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return "\n".join(found[:NAMED])[:480] + more


def _judge(listing: Listing, figure: Figure, ground: Ground) -> None:
    ground.looked_at.add((listing.pk, figure.kind))
    if figure.kind == Kind.CONTENT:
        cause = Cause.FOREIGN if figure.live and figure.foreign else None
    else:
        cause = cause_of(figure, ground.now)
    if cause is not None:
        ground.found.append(_drift(listing, figure, cause, ground))


def _drift(listing: Listing, figure: Figure, cause: Drift.Cause, ground: Ground) -> Drift:
    def words(value: Value) -> str:
        return in_words(figure.kind, value)

    return Drift(
        account=ground.account, listing=listing, figure=figure.kind, cause=cause,
        store=words(figure.store), store_at=figure.store_at,
        sent=words(figure.sent), sent_at=figure.sent_at,
        live=words(figure.live), live_at=figure.live_at,
        found_at=ground.now, compared_at=ground.now,
    )  # fmt: skip


def _keep(ground: Ground) -> list[Drift]:
    """Write what differs, drop what no longer does; return what was not known before."""
    listing_ids = {pk for pk, _ in ground.looked_at}
    stored = {(row.listing_id, row.figure): row for row in Drift.objects.filter(listing_id__in=listing_ids)}
    fresh: list[Drift] = []
    for row in ground.found:
        known = stored.get((row.listing_id, row.figure))
        is_same = known is not None and (known.cause, known.live) == (row.cause, row.live)
        if known is not None and is_same:
            row.found_at = known.found_at
        else:
            fresh.append(row)
    gone = ground.looked_at - {(row.listing_id, row.figure) for row in ground.found}
    Drift.objects.filter(pk__in=[row.pk for key, row in stored.items() if key in gone]).delete()
    Drift.objects.bulk_create(
        ground.found,
        update_conflicts=True,
        unique_fields=["listing", "figure"],
        update_fields=[
            "cause", "store", "store_at", "sent", "sent_at", "live", "live_at", "found_at", "compared_at",
        ],
    )  # fmt: skip
    return fresh


def _say(foreign: Sequence[Drift], account: JetAccount) -> None:
    """Tell people that somebody else writes to this account, and put it into the products' history."""
    Event.objects.bulk_create(
        history.build(
            "changed on Jet",
            row.listing.product,
            message=f"{row.get_figure_display()} was changed on Jet, not by us.",
            before={row.figure: row.sent},
            after={row.figure: row.live},
        )
        for row in foreign
        if row.listing.product is not None
    )
    skus = list(dict.fromkeys(row.listing.sku for row in foreign))
    more = f" and {len(skus) - NAMED} more" if len(skus) > NAMED else ""
    notify(
        "catalog.foreign_change",
        key=account.mode,
        title=f"Somebody else changed {len(skus)} {'SKU' if len(skus) == 1 else 'SKUs'} on Jet",
        text=f"{', '.join(skus[:NAMED])}{more}: does another tool use the {account}?",
        severity="warning",
        mail=True,
    )
