"""What the rules look at: one product with its values, its family, its place in Jet's taxonomy. No query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from catalog.mapping.fields.sources import Resolved, resolve, store_value
from catalog.mapping.fields.table import FIELDS
from catalog.mapping.models import AttributeMapping, JetCategory
from catalog.mapping.selectors import NeededAttribute, by_jet_attribute, nearest_of
from catalog.products.image_urls import ImageUrls, Picture, image_urls
from catalog.products.models import Product, ProductImage, ProductText
from catalog.products.values import BadValue, is_empty
from catalog.rules.models import ReturnException, ShippingException
from catalog.rules.models.validation import ValidationResult
from jetbridge.core.models import Configuration

Severity = ValidationResult.Severity


class Found(NamedTuple):
    """One thing wrong: the rule's code, the field to fix, how bad it is, and the plain cause."""

    code: str
    field: str
    severity: str
    message: str


def blocks(code: str, field: str, message: str) -> Found:
    return Found(code, field, Severity.BLOCKS, message)


def not_live(code: str, field: str, message: str) -> Found:
    """Word what Jet takes but never sells."""
    return Found(code, field, Severity.NOT_LIVE, message)


def advice(code: str, field: str, message: str) -> Found:
    return Found(code, field, Severity.ADVICE, message)


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute that the Jet category carries, and what feeds it, the nearest mapping first."""

    needed: NeededAttribute
    claims: tuple[AttributeMapping, ...] = ()

    def label(self, mapping: AttributeMapping) -> str:
        """Name a store attribute beside what Jet calls it."""
        own = mapping.attribute
        return f"{own.label or own.code} (Jet: {self.needed.attribute.name})"


def asked_of(
    needed: Iterable[NeededAttribute], mappings: Mapping[str, AttributeMapping]
) -> tuple[Asked, ...]:
    """Pair the attributes of a category with what feeds them there: the same for all its products."""
    claims = by_jet_attribute(mappings)
    return tuple(Asked(each, tuple(claims.get(each.attribute.pk, ()))) for each in needed)


@dataclass(frozen=True)
class Relative:
    """A parent or child with what the rules compare: its Jet category and brand."""

    product: Product
    category: JetCategory | None = None
    brand: str = ""


@dataclass
class Subject:
    """One product as the rules see it."""

    product: Product
    config: Configuration
    category: JetCategory | None = None
    needed: Sequence[NeededAttribute] = ()
    mappings: Mapping[str, AttributeMapping] = field(default_factory=dict)
    text: ProductText | None = None
    images: Iterable[ProductImage | Picture] = ()
    children: Sequence[Relative] = ()
    unknown_children: Sequence[str] = ()
    parents: Sequence[Product] = ()
    shipping_exceptions: Sequence[ShippingException] = ()
    return_exceptions: Sequence[ReturnException] = ()
    quantity: int = 1
    # Which rule of brand, category or store keeps the product off Jet, if one does.
    kept_off: str = ""
    # Why no price can be sent; empty where one can.
    price_refusal: str = ""
    # The minimum advertised price, where the price for Jet is below it.
    below_map: Decimal | None = None
    # What was found wrong with an attribute's value, kept over many products: values repeat.
    known_values: dict[tuple[int, str], tuple[Found, ...]] = field(default_factory=dict)
    pairs: tuple[Asked, ...] | None = None

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The attributes of the Jet category with what feeds them."""
        return asked_of(self.needed, self.mappings) if self.pairs is None else self.pairs

    @cached_property
    def resolved(self) -> dict[str, Resolved]:
        """Every field that has a value."""
        return resolve(self.product, self.config, text=self.text)

    @cached_property
    def read(self) -> tuple[dict[str, Any], dict[str, BadValue]]:
        """The fields' values in Jet's types, and those that cannot be read."""
        values: dict[str, Any] = {}
        bad: dict[str, BadValue] = {}
        for name, resolved in self.resolved.items():
            try:
                values[name] = FIELDS[name].read(resolved.value)
            except BadValue as error:
                bad[name] = error
        return values, bad

    @cached_property
    def brand(self) -> str:
        """The brand as brands are compared."""
        return brand_of(self.resolved)

    @cached_property
    def pictures(self) -> ImageUrls:
        return image_urls(self.images, self.config.image_base_url)

    @property
    def is_configurable(self) -> bool:
        """Return whether the product is the parent of variations."""
        return self.product.kind == Product.Kind.CONFIGURABLE

    def answers(self, asked: Asked) -> list[tuple[AttributeMapping, Any]]:
        """Return the mappings that answer for an attribute with their values; several only of the same scope."""
        values = ((each, self.value(each.attribute.code)) for each in asked.claims)
        held = (pair for pair in values if not is_empty(pair[1]))
        return nearest_of(held, scope=lambda each: each.category_id)

    def value(self, code: str) -> Any:
        """Return what the store holds under an attribute code; a parent borrows its first child's."""
        found = store_value(self.product, code, self.text)
        if is_empty(found) and self.children and code in self.product.variation_codes:
            return store_value(self.children[0].product, code)
        return found


def brand_of(resolved: Mapping[str, Resolved]) -> str:
    """Return a brand as Jet compares brands: without outer blanks and capitals."""
    found = resolved.get("brand")
    return str(found.value).strip().lower() if found else ""
