"""The filters and the search of the products grid, as functions of a query: the grid, plans and runs share them."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from catalog.listings.grid import filter_choices, stages
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.products.identifiers import search_code
from catalog.products.models import Product, ProductCategory, ProductCode, StoreCategory
from catalog.products.models.products import NOTHING_LEFT, sku_key
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core import configuration
from jetbridge.core.counts import ask
from jetbridge.core.models import JetAccount
from jetbridge.outbox.models import BLOCKED, PENDING, REJECTED

Products = QuerySet[Product]
# One above every character that a search key can hold: the end of a range of keys with one beginning.
LAST = "\U0010ffff"
# So many rows are read before the products; more of them are looked up from each product.
FEW = 10_000
# Long enough that few products hold the word by chance; shorter terms search the SKU only.
SHORTEST_WORD = 3


def matching(filters: Mapping[str, Sequence[str]], account: JetAccount) -> Products:
    """Return the products that a grid's address chooses: `q` searches, every other known name filters."""
    products = Product.objects.all()
    for name, values in filters.items():
        chosen = FILTERS.get(name)
        if chosen is not None and values and values[0]:
            products = chosen(products, values[0], account)
    term = (filters.get("q") or [""])[0]
    return search(products, term) if term.strip() else products


def search(products: Products, term: str) -> Products:
    """
    Find products whose SKU begins with the term, or that carry it as identifier; else by words of the name.

    The SKU is searched as a range of the normalized column and a code in a table of its own, which both databases
    read from an index; one query finds which of the three it is, and stops at the first that finds something.
    """
    key = sku_key(term)
    by_sku = products.filter(sku_key__gte=key, sku_key__lt=key + LAST)
    code = search_code(key)
    carrying = ProductCode.objects.filter(code=code).values("product")
    by_code = products.filter(pk__in=carrying) if code else products.none()
    words = [word for word in term.split() if len(word) >= SHORTEST_WORD]
    if not words and not code:
        return by_sku
    found = _first_with_rows({"sku": by_sku, "code": by_code})
    if found is not None or not words:
        return by_code if found == "code" else by_sku
    named = Q()
    for word in words:
        named &= Q(name__icontains=word)
    return products.filter(named)


def _first_with_rows(queries: Mapping[str, Products]) -> str | None:
    """Return the name of the first query that finds a row, in one round trip."""
    cases = [When(Exists(rows.order_by()), then=Value(name)) for name, rows in queries.items()]
    answer = Case(*cases, default=None, output_field=CharField())
    found: str | None = ask({"first": answer}, configuration.active_account())["first"]
    return found


def by_kind(products: Products, value: str, account: JetAccount) -> Products:
    return products.filter(kind=value)


def by_status(products: Products, value: str, account: JetAccount) -> Products:
    """Keep one status at Jet; a product without a listing is not uploaded."""
    listed = Listing.objects.filter(product=OuterRef("pk"), account=account)
    if value == Listing.Status.NOT_UPLOADED:
        return products.filter(~Exists(listed.exclude(status=value)))
    return products.filter(Exists(listed.filter(status=value)))


def by_problems(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products by their worst problem, or those that nobody has checked yet."""
    if value == "unknown":
        return products.filter(Q(validation=None) | Q(validation__stale_since__isnull=False))
    if value in ValidationResult.Severity.values:
        return products.filter(validation__worst=value)
    return products.filter(pk__in=Problem.objects.filter(code=value).values("product_id"))


def by_category(products: Products, value: str, account: JetAccount) -> Products:
    """Keep what stands in a store category or below it, by its id."""
    return in_category(products, filter_choices.category(value))


def in_category(products: Products, node: StoreCategory | None) -> Products:
    """Keep what stands in a store category or below it."""
    if node is None:
        return products.none()
    if not node.numchild:
        return products.filter(pk__in=ProductCategory.objects.filter(category=node).values("product"))
    below = StoreCategory.objects.filter(path__startswith=node.path)
    links = ProductCategory.objects.filter(category__in=below.order_by().values("pk"))
    if links[: FEW + 1].count() > FEW:
        return products.filter(Exists(links.filter(product=OuterRef("pk"))))
    return products.filter(pk__in=links.values("product"))


def by_enabled(products: Products, value: str, account: JetAccount) -> Products:
    return products.filter(enabled=value == "yes")


def by_stock(products: Products, value: str, account: JetAccount) -> Products:
    """Keep what can be sold now, or what cannot."""
    return products.exclude(NOTHING_LEFT) if value == "in" else products.filter(NOTHING_LEFT)


def by_sending(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products by what became of their sending: waiting, refused or stopped."""
    chosen = {
        "waiting": PENDING,
        "refused": REJECTED,
        "blocked": BLOCKED,
    }
    if value not in chosen:
        return products.none()
    facets = ListingFacet.objects.filter(chosen[value])
    if facets[: FEW + 1].count() > FEW:
        return products.filter(
            Exists(facets.filter(listing__product=OuterRef("pk"), listing__account=account))
        )
    # The sum keeps SQLite from reading the account's listings, a million, instead of these few.
    owned = Listing.objects.annotate(owner=F("account") + 0).filter(owner=account.pk)
    return products.filter(pk__in=owned.filter(pk__in=facets.values("listing")).values("product"))


def by_drift(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products of which a figure differs on Jet: any, one figure, or differences of one cause."""
    rows = Drift.objects.filter(account=account).chosen(value)
    return products.filter(pk__in=rows.values("listing__product"))


Filter = Callable[[Products, str, JetAccount], Products]
FILTERS: dict[str, Filter] = {
    "kind": by_kind,
    "status": by_status,
    "problems": by_problems,
    "category": by_category,
    "enabled": by_enabled,
    "stock": by_stock,
    "sending": by_sending,
    "drift": by_drift,
    **stages.FILTERS,
}
