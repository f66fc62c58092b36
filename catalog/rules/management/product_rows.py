"""The tables that hang on a product, as its page's forms check them: rows added, removed, cleared by a command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Model, QuerySet
from django.forms import ModelForm, inlineformset_factory
from unfold.forms import PaginationInlineFormSet

from catalog.products import ownership
from catalog.products.models import Product, ProductImage, ProductText, Variation
from catalog.rules.forms.product_rows import (
    ImageForm,
    ImageFormSet,
    ReturnExceptionForm,
    ReturnExceptionFormSet,
    ShippingExceptionForm,
    VariationForm,
)
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core.management import form_data
from jetbridge.core.management.faults import Usage
from jetbridge.core.models import StoreView
from jetbridge.core.texts import number_in
from jetbridge.panel.identifiers import CONFIRM


class TextForm(ModelForm):  # type: ignore[type-arg]  # Django knows no [] here at run time
    class Meta:
        model = ProductText
        fields = ("store_view", "name", "short_description", "description")


@dataclass(frozen=True)
class Table:
    """One table: its forms, what a row is called by, and which of its fields may be given."""

    model: type[Model]
    form: Any
    formset: Any = PaginationInlineFormSet
    key: str = ""

    @property
    def owner(self) -> str:
        """The column that names the product: a child's row names two."""
        return "parent" if self.model is Variation else "product"

    def names(self) -> list[str]:
        return [name for name in self.form.base_fields if name != CONFIRM]


TABLES: dict[str, Table] = {
    "image": Table(ProductImage, ImageForm, ImageFormSet, "path"),
    "child": Table(Variation, VariationForm, key="child_sku"),
    "text": Table(ProductText, TextForm, key="store_view__code"),
    "shipping-exception": Table(ShippingException, ShippingExceptionForm),
    "return-exception": Table(ReturnException, ReturnExceptionForm, ReturnExceptionFormSet),
}


# Rows that a linked store keeps, by the name under which the product holds them.
KEPT_ROWS: dict[Any, str] = {ProductImage: "images", Variation: "variations", ProductText: "texts"}


@dataclass
class RowRequest:
    """What becomes of one table's rows."""

    added: list[dict[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    cleared: bool = False


def requests(
    add: Sequence[tuple[str, str]], remove: Sequence[tuple[str, str]], clear: Sequence[str]
) -> dict[str, RowRequest]:
    """
    Read what the options say of which table.

    :raises CommandError: a table or a field that there is not
    """
    found: dict[str, RowRequest] = {}
    for name, text in add:
        found.setdefault(_known(name), RowRequest()).added.append(_row(name, text))
    for name, key in remove:
        found.setdefault(_known(name), RowRequest()).removed.append(key)
    for name in clear:
        found.setdefault(_known(name), RowRequest()).cleared = True
    return found


def save(product: Product, asked: dict[str, RowRequest], *, confirmed: bool) -> set[Any]:
    """
    Store what is asked of the tables; return those whose rows changed.

    :param confirmed: identifiers that a spreadsheet may have shortened are really so
    :raises CommandError: a row that is not there, or that the form refuses
    :raises KeptByStore: a linked store keeps the table's rows
    """
    changed = set()
    for name, request in asked.items():
        table = TABLES[name]
        if table.model in KEPT_ROWS:
            ownership.check(product, {KEPT_ROWS[table.model]})
        factory = inlineformset_factory(
            Product,
            table.model,
            form=table.form,
            formset=table.formset,
            fk_name=table.owner,
            extra=0,
            can_delete=True,
        )
        stored = _rows(table, product)
        removed = (
            list(stored) if request.cleared else [_found(table, name, stored, key) for key in request.removed]
        )
        blank = factory(instance=product)
        data = form_data.rows(blank, added=request.added, removed=removed)
        if confirmed:
            data[CONFIRM] = "on"
        formset = factory(data=data, instance=product)
        if not formset.is_valid():
            raise CommandError(f"{name}: {' '.join(_errors(formset))}")
        formset.save()
        if formset.has_changed():
            changed.add(table.model)
    return changed


def summary(product: Product) -> dict[str, list[str]]:
    """Name the rows of each table, for a person."""
    return {
        name: [
            f"{number}: {row}" if not table.key else str(row)
            for number, row in enumerate(_rows(table, product), 1)
        ]
        for name, table in TABLES.items()
    }


def _rows(table: Table, product: Product) -> QuerySet[Any]:
    return table.model._default_manager.filter(**{table.owner: product}).order_by("pk")


def _known(name: str) -> str:
    if name not in TABLES:
        raise Usage(f"There is no table {name}. Tables: {', '.join(TABLES)}.")
    return name


def _row(name: str, text: str) -> dict[str, str]:
    row, names = {}, TABLES[name].names()
    for part in text.split(";"):
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or key not in names:
            raise Usage(f"{name} takes {'; '.join(f'{each}=…' for each in names)}, not {part!r}.")
        row[key] = value.strip()
    if view := row.get("store_view"):
        row["store_view"] = str(
            StoreView.objects.filter(code=view).values_list("pk", flat=True).first() or view
        )
    return row


def _found(table: Table, name: str, stored: Any, key: str) -> Any:
    if table.key:
        row = stored.filter(**{table.key: key}).first()
    else:
        place = number_in(key) or 0
        row = list(stored)[place - 1] if 0 < place <= stored.count() else None
    if row is None:
        raise CommandError(f"The product has no {name} {key}.")
    return row


def _errors(formset: Any) -> list[str]:
    of_rows = [f"{name}: {' '.join(texts)}" for errors in formset.errors for name, texts in errors.items()]
    return [*formset.non_form_errors(), *of_rows]
