"""What the rules look at: one product with its values, its family, its place in Jet's taxonomy. No query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from catalog.image_urls import ImageUrls, image_urls
from catalog.jet_fields import FIELDS
from catalog.jet_values import BadValue
from catalog.mapping.models import AttributeMapping, JetCategory
from catalog.mapping.selectors import NeededAttribute
from catalog.models import Product, ProductImage, ProductText, ReturnException, ShippingException
from catalog.models.validation import ValidationResult
from catalog.resolve import Resolved, is_empty, resolve, store_value
from jetbridge.core.models import Configuration

Severity = ValidationResult.Severity


@dataclass(frozen=True, slots=True)
class Found:
    """One thing wrong: the rule's code, the field to mend, how bad it is, and the plain cause."""

    code: str
    field: str
    severity: str
    message: str


def blocks(code: str, field: str, message: str) -> Found:
    """Word what Jet would refuse."""
    return Found(code, field, Severity.BLOCKS, message)


def not_live(code: str, field: str, message: str) -> Found:
    """Word what Jet takes but never sells."""
    return Found(code, field, Severity.NOT_LIVE, message)


def advice(code: str, field: str, message: str) -> Found:
    """Word what is good to know."""
    return Found(code, field, Severity.ADVICE, message)


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
    images: Iterable[ProductImage] = ()
    children: Sequence[Relative] = ()
    unknown_children: Sequence[str] = ()
    parents: Sequence[Product] = ()
    shipping_exceptions: Sequence[ShippingException] = ()
    return_exception: ReturnException | None = None
    quantity: int = 1
    # Why no price can be sent; empty where one can.
    price_refusal: str = ""

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
        """The images in Jet's slots."""
        return image_urls(self.images, self.config.image_base_url)

    @property
    def is_configurable(self) -> bool:
        """Tell whether the product is the parent of variations."""
        return self.product.kind == Product.Kind.CONFIGURABLE

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


def several(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
