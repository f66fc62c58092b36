"""How a product stands by the rules of store, category and brand: offered or kept off, and how much is held back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects

from catalog.mapping.fields.sources import resolve, store_text
from catalog.mapping.selectors import store_paths
from catalog.products.models import ListingRule, Product, StoreCategory
from catalog.rules.models import BrandRule
from catalog.rules.models.offer_rules import brand_key
from jetbridge.core.models import Configuration


@dataclass(frozen=True, slots=True)
class ListingEligibility:
    """What the rules say of one product. kept_off is the reason, empty where it is offered."""

    kept_off: str = ""
    stock_buffer: int | None = None
    buffer_from: str = ""


@dataclass(frozen=True)
class ListingRules:
    """The rules of a store, read once for many products."""

    offered: bool = True
    categories: Mapping[str, StoreCategory] | None = None
    brands: Mapping[str, BrandRule] | None = None

    @classmethod
    def load(cls, config: Configuration) -> "ListingRules":
        """Read all rules; two queries."""
        ruled = StoreCategory.objects.filter(~Q(listing_rule="") | Q(stock_buffer__isnull=False))
        brands = {rule.key: rule for rule in BrandRule.objects.all()}
        return cls(config.list_by_default, {each.path: each for each in ruled}, brands)

    @property
    def is_empty(self) -> bool:
        """Return whether no product can stand other than by its own settings."""
        return self.offered and not self.categories and not self.brands

    def eligibility(self, product: Product, paths: Iterable[str], brand: str) -> ListingEligibility:
        """Return how a product stands: its own word first, then its brand's, its categories', the store's."""
        places = list(paths)
        held = self._nearest(places, lambda each: each.stock_buffer is not None)
        return ListingEligibility(
            self._kept_off(product, places, brand),
            held.stock_buffer if held else None,
            held.full_path if held else "",
        )

    def _kept_off(self, product: Product, places: list[str], brand: str) -> str:
        if product.offered_anyway:
            return ""
        rule = (self.brands or {}).get(brand_key(brand)) if brand else None
        if rule is not None:
            return f"the rule of brand {rule.brand}" if rule.listing_rule == ListingRule.KEEP_OFF else ""
        category = self._nearest(places, lambda each: bool(each.listing_rule))
        if category is not None:
            kept = category.listing_rule == ListingRule.KEEP_OFF
            return f"the rule of category {category.full_path}" if kept else ""
        return "" if self.offered else "the configuration: only what a rule offers is offered"

    def _nearest(self, places: list[str], says: "object") -> StoreCategory | None:
        """Return the deepest category, of those the product stands in and those above, that says something."""
        found: StoreCategory | None = None
        for place in sorted(places):
            path = place
            while path:
                each = (self.categories or {}).get(path)
                if each is not None and says(each):  # type: ignore[operator]
                    if found is None or len(each.path) > len(found.path):
                        found = each
                    break
                path = path[: -StoreCategory.steplen]
        return found


def eligibilities(
    products: Collection[Product],
    config: Configuration,
    *,
    rules: ListingRules | None = None,
    paths: Mapping[int, list[str]] | None = None,
) -> dict[int, ListingEligibility]:
    """Return how products stand, by id; none where there are no rules at all. At most four queries."""
    rules = rules or ListingRules.load(config)
    if rules.is_empty or not products:
        return {}
    if rules.brands and config.store_view_id is not None:
        prefetch_related_objects(list(products), "texts")
    places = store_paths(products) if paths is None else paths
    return {
        each.pk: rules.eligibility(
            each, places.get(each.pk, ()), _brand(each, config) if rules.brands else ""
        )
        for each in products
    }


def _brand(product: Product, config: Configuration) -> str:
    text = store_text(product, config) if config.store_view_id else None
    found = resolve(product, config, text=text).get("brand")
    return str(found.value) if found else ""
