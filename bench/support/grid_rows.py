"""Fills an installation with so many products as the grid meets them, by one INSERT ... SELECT a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from catalog.listings.models import Listing, ListingFacet
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.products.models import Product, ProductCategory, ProductCode, ProductImage, StoreCategory
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount

CATEGORIES = 40
NUMBERS = {
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {total}) ",
        "numbers",
    ),
    "postgresql": ("", "generate_series(1, {total}) AS numbers(n)"),
}
# As shops are: what stands longest is live, what came last was never sent.
STATUS = (
    "CASE WHEN n <= {total} * 0.55 THEN 'Available for Purchase' WHEN n <= {total} * 0.70 THEN 'Under Jet Review' "
    "WHEN n <= {total} * 0.76 THEN 'Missing Listing Data' WHEN n <= {total} * 0.78 THEN 'Archived' "
    "ELSE 'Not Uploaded' END"
)


def fill(total: int) -> None:
    """Write products with images, categories, results, problems, listings and facets."""
    with transaction.atomic():
        account = configuration.active_account()
        _categories()
        _products(total)
        _around(total)
        _at_jet(total, account)
    # PostgreSQL looks at its tables by itself; SQLite never does, so it gets no help here either.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _categories() -> None:
    root = StoreCategory.add_root(name="Shop", full_path="Shop")
    jet = JetCategory.objects.create(jet_id=4000001, name="Things", level=2, active=True)
    for number in range(1, CATEGORIES):
        StoreCategory.objects.get(pk=root.pk).add_child(
            name=f"Part {number}", full_path=f"Shop/Part {number}"
        )
    for node in StoreCategory.objects.filter(name__in=[f"Part {n}" for n in range(1, 31)]):
        CategoryMapping.objects.create(store_category=node, jet_category=jet)


def _products(total: int) -> None:
    number = "CAST(10000000 + n AS text)"
    words = (
        "A well made thing that lasts for years and is easily cleaned. Take it along wherever you go. "
        "It comes in a box of strong cardboard, with a leaflet in four languages and all that it needs. "
    )
    insert(
        Product, total, id="n", sku=f"'SKU-' || {number}", sku_key=f"'SKU-' || {number}",
        name=f"'A useful thing of series ' || CAST(n % 977 AS text) || ', number ' || {number}",
        description=f"'{words * 3}'", kind="CASE WHEN n % 50 = 0 THEN 'configurable' ELSE 'simple' END",
        price="CAST(n % 20000 * 7919 % 20000 AS decimal) / 100", quantity="n * 31 % 120", enabled="(n % 211 <> 0)",
        attributes=json_text(f"'{{\"brand\": \"Northwind\", \"ean\": \"95' || {number} || '0\"}}'"),
    )  # fmt: skip


def _around(total: int) -> None:
    first = StoreCategory.objects.filter(depth=2).order_by("pk").values_list("pk", flat=True)[0]
    insert(ProductImage, total, product_id="n", is_main="true", path="'/m/' || CAST(n AS text) || '.jpg'")
    insert(ProductCategory, total, product_id="n", category_id=f"{first} + n % {CATEGORIES - 1}")
    insert(ProductCode, total, product_id="n", code="'95' || CAST(10000000 + n AS text) || '0'")
    insert(
        ValidationResult, total, product_id="n", checked_at="NOW",
        worst="CASE WHEN n % 10 = 0 THEN 'blocks' WHEN n % 10 = 1 THEN 'advice' ELSE 'clean' END",
        blocks="CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END",
    )  # fmt: skip
    insert(
        Problem, total, where="n % 10 = 0", product_id="n", severity="'blocks'", field="'EAN'",
        code="CASE WHEN n % 1000 = 0 THEN 'EAN.check_digit' ELSE 'image.missing' END",
        message="'The last digit does not fit the others.'",
    )  # fmt: skip


def _at_jet(total: int, account: JetAccount) -> None:
    insert(
        Listing, total, id="n", account_id=str(account.pk), product_id="n", where=f"n <= {total} * 0.8",
        sku="'SKU-' || CAST(10000000 + n AS text)", status=STATUS.format(total=total), live_price="9.99",
        live_quantity="CASE WHEN n % 40 = 0 THEN 0 ELSE 5 END",
        first_sent_at=f"CASE WHEN n <= {total} * 0.78 THEN NOW ELSE NULL END",
    )  # fmt: skip
    insert(
        ListingFacet, total, listing_id="n", facet="'details'", sent_at="NOW", where=f"n <= {total} * 0.78",
        answer="CASE WHEN n % 300 = 0 THEN 'rejected' ELSE 'accepted' END",
        next_try_at="CASE WHEN n % 700 = 0 THEN NOW ELSE NULL END",
    )  # fmt: skip


def json_text(text: str) -> str:
    return f"CAST({text} AS jsonb)" if connection.vendor == "postgresql" else text


def _moment(text: str) -> str:
    return f"CAST('{text}' AS timestamptz)" if connection.vendor == "postgresql" else f"'{text}'"


def insert(model: type[Model], total: int, *, where: str = "true", **given: str) -> None:
    """Insert a row for each number that `where` keeps; columns that are not given get their defaults."""
    now = timezone.now()
    names, places, values = [], [], []
    for field in model._meta.concrete_fields:
        if field.attname in given:
            places.append(
                given[field.attname].replace("NOW", _moment(f"{now:%Y-%m-%d %H:%M:%S}")).replace("%", "%%")
            )
        elif field.primary_key or field.generated:
            continue
        else:
            default = (
                now
                if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
                else field.get_default()
            )
            places.append("%s")
            values.append(field.get_db_prep_save(default, connection))
        names.append(connection.ops.quote_name(field.column))
    head, source = (part.format(total=total) for part in NUMBERS[connection.vendor])
    table = connection.ops.quote_name(model._meta.db_table)
    where = where.replace("%", "%%")
    sql = f"{head}INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(places)} FROM {source} WHERE {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def unhindered(*models: type[Model]) -> Iterator[None]:
    """
    Fill tables without looking at each row's references, and index them afterwards, each index in one go.

    Row by row, ten million words of orders take an hour. Constraints stay as they are.
    """
    tables = [model._meta.db_table for model in models]
    is_sqlite = connection.vendor == "sqlite"
    off, on = (
        ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
        if is_sqlite
        else ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
    )
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({})"
        if is_sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({}) "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked.format(", ".join(["%s"] * len(tables))), tables)
        indexes = dict(cursor.fetchall())
        cursor.execute(off)
        for name in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for made in indexes.values():
            cursor.execute(made)
        cursor.execute(on)


def sizes() -> dict[str, Any]:
    """Return what was written."""
    return {model.__name__: model._default_manager.count() for model in (Product, Listing, Problem)}
