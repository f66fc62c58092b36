"""Products: read, change field by field, set prices and quantities row by row, check, upload."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest
from ninja import Body, Query, Router, Schema
from pydantic import Field

from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing
from catalog.mapping.fields import listing_fields
from catalog.products import ownership
from catalog.products.forms import product_attributes
from catalog.products.models import Product
from catalog.products.services import products as services
from catalog.products.skus import product_named
from catalog.rules.forms.products import COLUMNS, ProductForm
from catalog.rules.forms.quick_edits import QuickForm
from catalog.rules.models import Problem
from catalog.rules.services import validations
from jetbridge.api import lists, page_forms, problems
from jetbridge.api.gate import reads, writes
from jetbridge.api.lists import Syncing
from jetbridge.api.problems import ApiProblem
from jetbridge.api.shapes import Given, GivenMoney, Money, Page, Sku, money
from jetbridge.core import configuration
from jetbridge.jobs.queue import nudged_once

logger = logging.getLogger(__name__)

router = Router(tags=["products"])

SEE, CHANGE = "catalog.view_product", "catalog.change_product"
# Rows of one list of prices or quantities.
MOST_ROWS = 1000
LONGEST = 100_000
# How a body names what the form of a product calls by a prefix.
PREFIXES = {"attributes": product_attributes.PREFIX, "jet": listing_fields.PREFIX}

problems.stands_for(lambda error: ApiProblem(409, "api.not_possible", str(error)), ownership.KeptByStore)


class ProductOut(Schema):
    """One product of the store; `jet_status` is how it stands on Jet under the keys that are switched on."""

    sku: str
    name: str
    kind: str
    enabled: bool
    price: Money | None
    special_price: Money | None
    quantity: int
    reserved: int
    available: int
    attributes: dict[str, Any]
    jet: dict[str, Any]
    jet_status: str
    changed_at: datetime


class Found(Schema):
    """One thing that a check found; code stands in the error book."""

    severity: str
    code: str
    field: str
    message: str


class Checked(Schema):
    """A product after its check; ready: nothing is there that Jet would refuse."""

    sku: str
    ready: bool
    problems: list[Found]


class Change(Given):
    """Fields that change, and no others. Attributes go by code, Jet's own fields by name; "" takes one away."""

    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    description: Annotated[str, Field(max_length=LONGEST)] | None = None
    enabled: bool | None = None
    excluded: bool | None = None
    price: GivenMoney | None = None
    special_price: GivenMoney | None = None
    quantity: Annotated[int, Field(ge=0, le=2_147_483_647)] | None = None
    stock_buffer: Annotated[int, Field(ge=0, le=2_147_483_647)] | None = None
    weight: GivenMoney | None = None
    attributes: dict[Annotated[str, Field(max_length=255)], Annotated[str, Field(max_length=LONGEST)]] = (
        Field(default_factory=dict, max_length=200)
    )
    jet: dict[Annotated[str, Field(max_length=255)], Annotated[str, Field(max_length=LONGEST)]] = Field(
        default_factory=dict, max_length=200
    )


class PriceRow(Given):
    """The price of one SKU."""

    sku: Sku
    price: GivenMoney


class QuantityRow(Given):
    """The units on hand of one SKU."""

    sku: Sku
    quantity: Annotated[int, Field(ge=0, le=2_147_483_647)]


class RowResult(Schema):
    """What became of one row."""

    sku: str
    ok: bool
    code: str
    message: str


class Started(Schema):
    """The mass action that carries it out: GET mass-actions/{id} follows it."""

    id: str
    state: str


@reads(router, "/products", permission=SEE, response=Page[ProductOut], summary="List products")
def products(request: HttpRequest, asked: Annotated[Syncing, Query()]) -> dict[str, Any]:
    """Products of the store, newest first, or those of which anything shown here changed since."""
    held: dict[int, str] = {}
    rows = _products().defer("description", "short_description")
    if asked.changed_since is not None:  # by the indexes of both tables, before anything is sorted
        listed = _listings().filter(updated_at__gte=asked.changed_since, product__isnull=False)
        rows = rows.filter(Q(changed_at__gte=asked.changed_since) | Q(pk__in=listed.values("product")))
    return lists.page(
        rows,
        asked,
        changed="last_changed",
        prepare=lambda found: held.update(_statuses([product.pk for product in found])),
        show=lambda product: _product(product, held),
    )


@writes(
    router,
    "PATCH",
    "/products/prices",
    permission=CHANGE,
    response=list[RowResult],
    staged=True,
    summary="Set prices",
)
def prices(
    request: HttpRequest, body: Annotated[list[PriceRow], Body(max_length=MOST_ROWS)]
) -> Callable[[], Any]:
    """Set the price of each SKU; each row has its own result, and a bad one hinders no other."""
    return _set_each([(row.sku, row.price) for row in body], "price")


@writes(
    router,
    "PATCH",
    "/products/quantities",
    permission=CHANGE,
    response=list[RowResult],
    staged=True,
    summary="Set quantities",
)
def quantities(
    request: HttpRequest, body: Annotated[list[QuantityRow], Body(max_length=MOST_ROWS)]
) -> Callable[[], Any]:
    """Set the units on hand of each SKU; each row has its own result, and a bad one hinders no other."""
    return _set_each([(row.sku, str(row.quantity)) for row in body], "quantity")


@writes(
    router,
    "POST",
    "/products/{path:sku}/validate",
    permission=SEE,
    response=Checked,
    staged=True,
    summary="Check a product",
)
def validate(request: HttpRequest, sku: str) -> Callable[[], Any]:
    """Check a product against Jet's rules now."""
    found = _find(sku)
    validations.validate([found.pk])
    rows = list(Problem.objects.filter(product=found).order_by("pk"))
    ready = all(row.severity != "blocks" for row in rows)
    return lambda: {"sku": found.sku, "ready": ready, "problems": rows}


@writes(
    router,
    "POST",
    "/products/{path:sku}/upload",
    permission="catalog.upload",
    response=Started,
    status=202,
    staged=True,
    summary="Upload a product",
)
def upload(request: HttpRequest, sku: str) -> Callable[[], Any]:
    """Send a product to Jet, as the action Upload does; what it would leave out is refused with the cause."""
    chosen: dict[str, Any] = {"action": "upload", "ids": [_find(sku).pk], "by": request.user}
    run = steps.RUNS.sketch(**chosen)
    if not run.plan["will_go"]:
        nothing = {"code": "under_way", "text": "Nothing of it is to be sent."}
        cause = next(iter(run.plan["left_out"]), nothing)
        raise ApiProblem(409, f"run.{cause['code']}", cause["text"])

    def start() -> dict[str, Any]:
        run.save()
        steps.RUNS.start(run)
        return {"id": str(run.pk), "state": run.state}

    return start


@reads(router, "/products/{path:sku}", permission=SEE, response=ProductOut, summary="One product")
def product(request: HttpRequest, sku: str) -> dict[str, Any]:
    """A product with its status at Jet; its SKU as written, else the only one that differs in case."""
    return _shown(sku)


@writes(
    router,
    "PATCH",
    "/products/{path:sku}",
    permission=CHANGE,
    response=ProductOut,
    summary="Change a product",
)
def change(request: HttpRequest, sku: str, body: Change) -> dict[str, Any]:
    """Change fields of a product as its page does; Jet gets what an edit sends."""
    found = _find(sku)
    values = _values(body, ProductForm(instance=found))
    form = page_forms.filled(
        lambda data: ProductForm(data, instance=Product.objects.get(pk=found.pk)), values, names=_named
    )
    services.store(product=form.instance, changed=form.changed_columns)
    services.finish(product=form.instance, changed=form.changed_columns)
    return _shown(found.sku)


def _find(sku: str, rows: "QuerySet[Any] | None" = None) -> Any:
    found = product_named(sku, rows)
    if found is None:
        raise problems.not_found("product", sku)
    return found


def _set_each(rows: Sequence[tuple[str, str]], name: str) -> Callable[[], Any]:
    """Set one value of each product in a transaction of its own; jobs are nudged once for all."""
    found = []
    with nudged_once():
        for sku, value in rows:
            try:
                found.append(_set(sku, name, value))
            except Exception:
                logger.exception("The %s of %s could not be set.", name, sku)
                message = "Something broke in the panel; its log says what."
                found.append({"sku": sku, "ok": False, "code": "api.failed", "message": message})
    return lambda: found


def _set(sku: str, name: str, value: str) -> dict[str, Any]:
    """Set one value as the grid's cell does, all of it or nothing."""
    found = product_named(sku)
    if found is None:
        return {"sku": sku, "ok": False, "code": "unknown_sku", "message": f"There is no product {sku}."}
    blank = QuickForm(found, name)
    form = QuickForm(found, name, {"value": value, "seen": blank.fields["seen"].initial})
    try:
        with transaction.atomic():
            if form.save():
                return {"sku": found.sku, "ok": True, "code": "", "message": ""}
    except ownership.KeptByStore as error:
        return {"sku": found.sku, "ok": False, "code": "api.not_possible", "message": str(error)}
    fault = page_forms.refused(form).errors[0]
    return {"sku": found.sku, "ok": False, "code": fault.code, "message": fault.message}


def _values(body: Change, blank: ProductForm) -> dict[str, Any]:
    """Return what a body changes, by the names of the form's fields."""
    given = body.model_dump(exclude_unset=True)
    found = {name: value for name, value in given.items() if name in COLUMNS}
    for part, prefix in PREFIXES.items():
        for name, value in given.get(part, {}).items():
            if prefix + name not in blank.fields:
                raise problems.invalid(f"{part}.{name}", "There is no field of this name.", "unknown_field")
            found[prefix + name] = value
    for name in found:
        if blank.fields[name].disabled:
            raise ApiProblem(409, "api.not_possible", ownership.STOCK if name == "quantity" else KEPT)
    return found


KEPT = "A linked store keeps this field."


def _named(field: str) -> str:
    for part, prefix in PREFIXES.items():
        if field.startswith(prefix):
            return f"{part}.{field.removeprefix(prefix)}"
    return field


def _listings() -> "QuerySet[Listing]":
    return Listing.objects.filter(account=configuration.active_account())


def _products() -> "QuerySet[Any]":
    """Date products with their listings, whose status is shown with them."""
    listed = _listings().filter(product=OuterRef("pk")).values("updated_at")[:1]
    return Product.objects.annotate(
        last_changed=Greatest("changed_at", Coalesce(Subquery(listed), "changed_at"))
    )


def _shown(sku: str) -> dict[str, Any]:
    found = _find(sku, _products())
    return _product(found, _statuses([found.pk]))


def _statuses(keys: list[int]) -> dict[int, str]:
    return dict(_listings().filter(product__in=keys).values_list("product_id", "status"))


def _product(row: Any, statuses: Mapping[int, str]) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "name": row.name,
        "kind": row.kind,
        "enabled": row.enabled,
        "price": money(row.price),
        "special_price": money(row.special_price),
        "quantity": row.quantity,
        "reserved": row.reserved,
        "available": row.available,
        "attributes": row.attributes,
        "jet": row.jet_fields,
        "jet_status": statuses.get(row.pk, Listing.Status.NOT_UPLOADED.value),
        "changed_at": row.last_changed,
    }
