"""Sets one value of many products: the same for all, copied from an attribute, or by a pattern; and takes it back."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.sources import COLUMNS, pair_kind, resolve, store_text, store_value
from catalog.mapping.fields.table import FIELDS, Kind
from catalog.products.identifiers import CODE_LENGTHS
from catalog.products.models import Product
from catalog.products.values import BadValue, bare_code, is_empty, with_lost_zeros
from catalog.rules.services import quick_edits
from jetbridge.core import configuration, history
from jetbridge.core.models import Configuration
from jetbridge.core.texts import is_shortened, why_shortened

SET, TAKEN_BACK = "value set for many", "value set for many taken back"
# A field of no name of Jet's: the identifier's type follows from its length.
CODE_FIELD = "code"
_PLACE = re.compile(r"\{([a-zA-Z0-9_-]{1,60})\}")


class Way(StrEnum):
    """Where the value of each product comes from."""

    VALUE = "value"
    COPY = "copy"
    PATTERN = "pattern"


@dataclass(frozen=True)
class Fill:
    """What is set: a field of Jet's, or any identifier by its length, and where its value comes from."""

    field: str
    way: Way
    # The value, an attribute's code, or a text with {sku}, {name} and attribute codes.
    source: str

    def as_option(self) -> dict[str, str]:
        """Return it as a run keeps it."""
        return {"field": self.field, "way": str(self.way), "source": self.source}

    @classmethod
    def of_option(cls, option: Mapping[str, str]) -> "Fill":
        """Read it back."""
        return cls(option["field"], Way(option["way"]), option["source"])


@dataclass(frozen=True)
class Change:
    """What would become of one product: the field of Jet's, its value now and then, or why it stays."""

    product: Product
    name: str = ""
    now: str = ""
    then: str = ""
    refusal: str = ""

    @property
    def label(self) -> str:
        """The field's name on screen."""
        return FIELDS[self.name].label if self.name in FIELDS else self.name


def preview(products: Iterable[Product], fill: Fill) -> Iterator[Change]:
    """Say for each product what would be set."""
    config = configuration.current()
    for product in products:
        name, value, refusal = outcome(product, fill, config)
        resolved = resolve(product, config, text=store_text(product, config)).get(name)
        now = "" if resolved is None else _text(resolved.value)
        yield Change(product, name, now, "" if refusal else _text(value), refusal)


def outcome(product: Product, fill: Fill, config: Configuration) -> tuple[str, Any, str]:
    """Return the field of Jet's and the value as it is stored, or why nothing can be set."""
    found = _found(product, fill, config)
    if is_empty(found):
        return fill.field, None, "It has nothing to take the value from."
    text = str(found)
    if fill.field == CODE_FIELD:
        return _code(text)
    field = FIELDS[fill.field]
    if fill.field in CODE_LENGTHS:
        text = with_lost_zeros(fill.field, bare_code(text).upper()) or text
    try:
        listing_fields.read(field, found if isinstance(found, list) else text)
        return fill.field, listing_fields.stored(field, _typed(fill.field, text)), ""
    except BadValue as error:
        return fill.field, None, f"{field.label} {error}."


def _found(product: Product, fill: Fill, config: Configuration) -> Any:
    if fill.way == Way.VALUE:
        return fill.source
    text = store_text(product, config)
    if fill.way == Way.COPY:
        return store_value(product, fill.source, text)
    values = {name: store_value(product, name, text) for name in _PLACE.findall(fill.source)}
    if any(is_empty(value) for value in values.values()):
        return ""
    return _PLACE.sub(lambda place: _text(values[place[1]]), fill.source)


def _code(text: str) -> tuple[str, Any, str]:
    """Read an identifier of any type: its length says which, or the length that it had before it lost zeros."""
    if is_shortened(text):
        return CODE_FIELD, None, why_shortened(text)
    code = bare_code(text).upper()
    name = pair_kind("ISBN" if len(code) == len("0306406152") else "GTIN", code)
    if not name:
        return CODE_FIELD, None, f"{code[:40]} has the length of no UPC, EAN, GTIN-14 or ISBN."
    try:
        return name, listing_fields.read(FIELDS[name], with_lost_zeros(name, code) or code), ""
    except BadValue as error:
        return name, None, f"{FIELDS[name].label} {error}."


def _typed(name: str, text: str) -> Any:
    """Return a text as a form's field would have it."""
    if FIELDS[name].kind == Kind.YES_NO:
        return "yes" if FIELDS[name].read(text) else "no"
    return text


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def unknown_places(pattern: str, codes: Iterable[str]) -> list[str]:
    """Return the names in a pattern that are neither a column nor one of these attribute codes."""
    known = {*COLUMNS, *codes}
    return sorted(set(_PLACE.findall(pattern)) - known)


def apply(product_id: int, fill: Fill) -> str:
    """
    Store the value on the product itself, in the caller's transaction; return why nothing was, empty where it was.

    :raises NotWritten: the value changed meanwhile
    """
    product = Product.objects.prefetch_related("texts").get(pk=product_id)
    name, value, refusal = outcome(product, fill, configuration.current())
    if refusal:
        return refusal
    before = product.jet_fields.get(name)
    if before == value:
        return "It has this value already."
    quick_edits.write(product_id=product_id, name=name, value=value, seen=quick_edits.token(product, name))
    history.record(SET, product, before={name: before}, after={name: value})
    return ""


def take_back(product_id: int, fill: Fill) -> bool:
    """
    Undo what was last set of this field for many; return whether there was something. In the caller's transaction.

    :raises NotWritten: it was changed since
    """
    product = Product.objects.get(pk=product_id)
    names = set(CODE_LENGTHS) if fill.field == CODE_FIELD else {fill.field}
    rows = history.timeline(product).filter(action__in=[SET, TAKEN_BACK])
    last = next((each for each in rows if names & set(each.after or {})), None)
    if last is None or last.action == TAKEN_BACK:
        return False
    before, after = last.before or {}, last.after or {}
    for name, value in after.items():
        if product.jet_fields.get(name) != value:
            raise quick_edits.NotWritten(f"{FIELDS[name].label} was changed since, and is left.")
        seen = quick_edits.token(product, name)
        quick_edits.write(product_id=product_id, name=name, value=before.get(name), seen=seen)
    history.record(TAKEN_BACK, product, before=after, after=before)
    return True


def with_groups(products: "QuerySet[Product]", codes: Sequence[str]) -> "QuerySet[Product]":
    """Return these products and their groups, as far as the groups have one of these problems: they follow."""
    mine = products.order_by().values("pk")
    parents = (
        Product.objects.filter(problems__code__in=codes, variations__child__in=mine).order_by().values("pk")
    )
    return Product.objects.filter(Q(pk__in=mine) | Q(pk__in=parents))
