"""What follows from imported changes: verdicts become stale, Jet is to be told, children meet their parents."""

from collections.abc import Iterable, Sequence

from catalog.listings.facets import updates
from catalog.listings.models import Facet
from catalog.listings.services import archives, edits, offer_rules, vanished
from catalog.products.intake.planned_changes import Change
from catalog.products.intake.states import find_products
from catalog.products.intake.writes import by_facet
from catalog.products.models import Variation
from catalog.products.models.products import sku_key
from catalog.rules.models import mark_stale
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.jobs.queue import nudge

# Links that are written in one transaction.
CHUNK = 200
VALIDATION = "catalog.refresh_validation"
BY = "import"


def after_chunk(changes: Sequence[Change]) -> None:
    """Mark the verdicts on changed products stale, and want sent again what Jet already has of them."""
    if not changes:
        return
    mark_stale({change.product.pk for change in changes})
    known = [change for change in changes if not change.is_new]
    _open_and_close(change for change in known if "enabled" in change.fields)
    ruled = [each.product.pk for each in known if each.categories is not None or "attributes" in each.fields]
    if ruled:
        offer_rules.follow(ruled)
    config = configuration.current()
    wanted = by_facet(known)
    if edits.by_attributes(config):
        priced = {change.product.pk for change in known if "attributes" in change.fields}
        wanted[Facet.PRICE] = sorted(priced | set(wanted.get(Facet.PRICE, [])))
    for facet, ids in wanted.items():
        if is_synced(Facet(facet), config):
            updates.product_changed(ids, [Facet(facet)], by=BY, unblock=True)


def _open_and_close(switched: Iterable[Change]) -> None:
    """Close on Jet what was disabled, whatever the switches say: Jet would go on selling what the store does not."""
    disabled = []
    for change in switched:
        if not change.product.enabled:
            disabled.append(change.product.pk)
        elif not change.product.excluded:
            archives.reopen_product(change.product, by=BY)
    if disabled:
        archives.close_products(disabled, by=BY)


def is_synced(facet: Facet, config: Configuration) -> bool:
    """Tell whether a change of this facet in the store is sent to Jet by itself, as the merchant has set."""
    switches = {
        Facet.PRICE: config.sync_price_on_edit,
        Facet.INVENTORY: config.sync_inventory_on_edit,
        Facet.IMAGES: config.sync_images_on_edit,
    }
    return config.auto_sync and switches.get(facet, config.sync_details_on_edit)


def link_children() -> None:
    """Link variations whose child was imported after its parent, or from another file."""
    last = 0
    while links := list(Variation.objects.filter(child=None, pk__gt=last).order_by("pk")[:CHUNK]):
        last = links[-1].pk
        found = find_products(link.child_sku for link in links)
        linked = [link for link in links if _link(link, found)]
        Variation.objects.bulk_update(linked, ["child"])
        mark_stale({link.parent_id for link in linked})


def _link(link: Variation, found: dict[str, tuple[int, str]]) -> bool:
    child = found.get(sku_key(link.child_sku))
    if child is None or child[0] == link.parent_id:
        return False
    link.child_id = child[0]
    return True


def finish() -> None:
    """Ask for the validation of what changed; what stood on Jet without a product may have one now."""
    vanished.adopt()
    nudge(VALIDATION)
