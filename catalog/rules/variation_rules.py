"""Rules of variation groups: one category, one brand, and the refining attributes on every member."""

from collections import defaultdict
from collections.abc import Iterator

from catalog.mapping.fields.sources import store_value
from catalog.products.models import Product
from catalog.products.values import is_empty
from catalog.rules.subjects import Found, Relative, Subject, advice, blocks, not_live
from jetbridge.core.texts import several


def parent(subject: Subject) -> Iterator[Found]:
    """A configurable product needs children in the store, and attributes that distinguish them."""
    if not subject.is_configurable:
        return
    if not subject.children:
        yield blocks(
            "variation.no_children", "variations", "The configurable product has no children in the store."
        )
    if subject.unknown_children:
        listed = several(subject.unknown_children)
        yield advice(
            "variation.child_unknown", "variations", f"Children that the store does not have: {listed}."
        )
    groups = [each.product.sku for each in subject.children if each.product.kind == Product.Kind.CONFIGURABLE]
    if groups:
        yield blocks(
            "variation.group_as_child",
            "variations",
            f"Children that are groups themselves: {several(groups)}.",
        )
    if not subject.product.variation_codes:
        yield blocks(
            "variation.no_attributes",
            "variation_codes",
            "No attribute is named that distinguishes the children.",
        )


def refinements(subject: Subject) -> Iterator[Found]:
    """Each attribute that distinguishes children must be a Jet attribute of the category."""
    if not subject.is_configurable:
        return
    carried = {needed.attribute.pk for needed in subject.needed}
    for code in subject.product.variation_codes:
        mapping = subject.mappings.get(code)
        if mapping is None:
            yield blocks(
                "variation.attribute_unmapped",
                code,
                f"The attribute {code} distinguishes children but is not mapped to Jet's.",
            )
        elif subject.category is not None and mapping.jet_attribute_id not in carried:
            yield blocks(
                "variation.not_in_category",
                code,
                f"The Jet category {subject.category.name} does not carry {mapping.jet_attribute.name}.",
            )
        elif not mapping.jet_attribute.variant:
            yield not_live(
                "variation.not_a_variant",
                code,
                f"Jet does not use {mapping.jet_attribute.name} for variations.",
            )


def family(subject: Subject) -> Iterator[Found]:
    """Children share the parent's Jet category and brand, and no two are alike."""
    if not subject.is_configurable or not subject.children:
        return
    if subject.category is not None:
        strangers = [
            each.product.sku
            for each in subject.children
            if each.category is None or each.category != subject.category
        ]
        if strangers:
            yield blocks(
                "variation.other_category",
                "category",
                f"Children in another Jet category: {several(strangers)}.",
            )
    strangers = [each.product.sku for each in subject.children if each.brand != subject.brand]
    if strangers:
        yield blocks("variation.other_brand", "brand", f"Children of another brand: {several(strangers)}.")
    yield from _twins(subject)


def _twins(subject: Subject) -> Iterator[Found]:
    codes = subject.product.variation_codes
    by_values: dict[tuple[str, ...], list[Relative]] = defaultdict(list)
    lacking = []
    for each in subject.children:
        values = tuple(str(store_value(each.product, code) or "").strip().lower() for code in codes)
        if all(values):
            by_values[values].append(each)
        else:
            lacking.append(each.product.sku)
    if codes and lacking:
        yield blocks(
            "variation.value_missing",
            "variations",
            f"Children without {' or '.join(codes)}: {several(lacking)}.",
        )
    twins = [group for group in by_values.values() if codes and len(group) > 1]
    if twins:
        listed = several(each.product.sku for each in twins[0])
        axis = _axis_between(twins, codes)
        way = f" They differ in {axis}: let them vary by it too." if axis else ""
        yield blocks("variation.twins", "variations", f"Children with the same values: {listed}.{way}")


def _axis_between(groups: list[list[Relative]], codes: list[str]) -> str:
    """Return the attribute with the shortest values in which all these children differ from their twins."""
    found: dict[str, int] = {}
    for code in groups[0][0].product.attributes:
        values = [
            [str(store_value(each.product, code) or "").strip().lower() for each in group] for group in groups
        ]
        if code not in codes and all(all(group) and len(set(group)) == len(group) for group in values):
            found[code] = max(len(value) for group in values for value in group)
    return min(found, key=lambda code: (found[code], code), default="")


def child(subject: Subject) -> Iterator[Found]:
    """A child needs a value for each attribute that distinguishes it from its siblings."""
    codes = dict.fromkeys(code for each in subject.parents for code in each.variation_codes)
    for code in codes:
        if is_empty(store_value(subject.product, code, subject.text)):
            owner = next(each.sku for each in subject.parents if code in each.variation_codes)
            yield blocks(
                "variation.value_missing",
                code,
                f"The attribute {code} is empty; it distinguishes the children of {owner}.",
            )
