"""Words what a product holds as cells of Magento's CSV, so that the import reads back just that. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.products.intake.attribute_cells import options_of
from catalog.products.intake.multi_values import quoted
from catalog.products.models import ProductImage, Variation

SEPARATOR, OPTIONS = ",", "|"
_MARKS = frozenset(',"|=;^')


def listed(values: Iterable[str]) -> str:
    """Return several values as one cell."""
    return SEPARATOR.join(_one(value) for value in values)


def _one(value: str) -> str:
    return quoted(value) if not _MARKS.isdisjoint(value) or value != value.strip() else value


def attribute_words(attributes: Mapping[str, Any]) -> str:
    """Return code=value pairs, options joined by a bar."""
    return SEPARATOR.join(f"{code}={_value(each)}" for code, each in sorted(attributes.items()))


def _value(value: Any) -> str:
    options = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    joined = OPTIONS.join(options)
    is_plain = all(_MARKS.isdisjoint(option) for option in options)
    if is_plain and (len(options) < 2 or options_of(joined) == options):
        return joined
    return OPTIONS.join(quoted(option) for option in options)


def image_words(images: Iterable[ProductImage]) -> dict[str, str]:
    """Return the cells of a gallery by their columns."""
    rows = sorted(images, key=lambda image: (not image.is_main, image.position, image.pk))
    main = next((image for image in rows if image.is_main), None)
    others = [image for image in rows if image is not main]
    labels = [image.label for image in others]
    return {
        "base_image": main.path if main else "",
        "base_image_label": main.label if main else "",
        "swatch_image": next((image.path for image in rows if image.is_swatch), ""),
        "additional_images": listed(image.path for image in others),
        "additional_image_labels": listed(labels) if any(labels) else "",
        "hide_from_product_page": listed(image.path for image in rows if image.hidden),
    }


def variation_words(links: Iterable[Variation], codes: Sequence[str]) -> str:
    """Return the children of a configurable product with what distinguishes them; nothing where a child lacks it."""
    return "|".join(
        SEPARATOR.join([f"sku={_one(link.child_sku)}", *_axes(link, codes)])
        for link in sorted(links, key=lambda link: (link.position, link.pk))
    )


def _axes(link: Variation, codes: Sequence[str]) -> list[str]:
    held = link.child.attributes if link.child else {}
    return [f"{code}={_one(_plain(held.get(code)))}" for code in codes]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return OPTIONS.join(map(str, value)) if isinstance(value, list) else str(value)


def label_words(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return what people call the attributes that distinguish children."""
    return SEPARATOR.join(f"{code}={_one(labels[code])}" for code in codes if labels.get(code))
