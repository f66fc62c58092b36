"""The store's own category tree and attributes, as imports and people fill them."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from catalog.products.models import Attribute, AttributeOption, Product, StoreCategory
from catalog.products.models.categories import join_names, names_of
from catalog.products.models.products import sku_key

# A thousand configurable products name more children than a statement may have values.
MOST_KEYS = 2_000


class CategoryTree:
    """All store categories by path; the paths of one file are created as they appear."""

    def __init__(self) -> None:
        rows = StoreCategory.objects.values_list("pk", "full_path")
        self._paths: dict[int, str] = dict(rows)
        # Magento finds categories whatever their capitals.
        self._ids = {path.lower(): pk for pk, path in self._paths.items()}

    @property
    def roots(self) -> set[str]:
        """The names of the topmost categories, in lower case."""
        return {names_of(path)[0] for path in self._ids}

    def path(self, category_id: int) -> str:
        """Return a category's path as comparisons need it, in lower case."""
        return self._paths.get(category_id, "").lower()

    def id_of(self, path: str) -> int:
        """
        Return the id of the category with this path.

        :raises KeyError: it was not ensured before
        """
        return self._ids[path.lower()]

    def ensure(self, paths: Iterable[str]) -> int:
        """Create what is missing of these paths, parents first; return how many categories were made."""
        return sum(self._ensure_one(path) for path in paths if path.lower() not in self._ids)

    def _ensure_one(self, path: str) -> int:
        names, made, parent_id = names_of(path), 0, 0
        for depth in range(1, len(names) + 1):
            part = join_names(names[:depth])
            known = self._ids.get(part.lower())
            if known is None:
                known = self._create(names[depth - 1], part, parent_id)
                made += 1
            parent_id = known
        return made

    @transaction.atomic
    def _create(self, name: str, path: str, parent_id: int) -> int:
        node = StoreCategory.objects.filter(full_path__iexact=path).first()
        if node is not None:  # a person or another file made it meanwhile
            pass
        elif parent_id:
            node = StoreCategory.objects.get(pk=parent_id).add_child(name=name, full_path=path)
        else:
            node = StoreCategory.add_root(name=name, full_path=path)
        self._ids[path.lower()], self._paths[node.pk] = node.pk, path
        return int(node.pk)


def attribute_kinds() -> dict[str, str]:
    """Return the kind of every attribute by its code."""
    return dict(Attribute.objects.values_list("code", "kind"))


def values_of(code: str, most: int) -> list[str]:
    """Return different values that products hold of an attribute, the options of lists apart."""
    held = Product.objects.filter(attributes__has_key=code).values_list("attributes", flat=True)
    found: dict[str, None] = {}
    for attributes in held.iterator():
        value = attributes[code]
        found.update(dict.fromkeys(map(str, value if isinstance(value, list) else [value])))
        if len(found) >= most:
            break
    return sorted(found)[:most]


def default_label(code: str) -> str:
    """Return what people call an attribute of which only the code is known."""
    return code.replace("_", " ").strip().capitalize() or code


@transaction.atomic
def save_attribute(
    *, code: str, kind: str, label: str = "", options: Mapping[str, None] | None = None
) -> None:
    """Create an attribute or change its kind, and add options that it lacks; an existing label stays."""
    attribute, _ = Attribute.objects.update_or_create(
        code=code,
        defaults={"kind": kind},
        create_defaults={"kind": kind, "label": label or default_label(code)},
    )
    if not options:
        return
    known = set(attribute.options.values_list("value", flat=True))
    fresh = [value for value in options if value not in known]
    AttributeOption.objects.bulk_create(
        [
            AttributeOption(attribute=attribute, value=value, position=position)
            for position, value in enumerate(fresh, len(known))
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def follow_attribute(*, code: str, kind: str, label: str, options: Iterable[str]) -> None:
    """Let an attribute be what a linked store says it is; options that it dropped stay: products may hold them."""
    label = (label or default_label(code))[:255]
    attribute, is_new = Attribute.objects.get_or_create(code=code, defaults={"kind": kind, "label": label})
    if not is_new and (attribute.kind, attribute.label) != (kind, label):
        attribute.kind, attribute.label = kind, label
        attribute.save(update_fields=["kind", "label"])
    save_attribute(code=code, kind=kind, options=dict.fromkeys(each for each in options if len(each) <= 255))


def find_products(skus: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return id and SKU of the products with these SKUs, by the form in which SKUs are compared."""
    keys = sorted({sku_key(sku) for sku in skus})
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(keys), MOST_KEYS):
        rows = Product.objects.filter(sku_key__in=keys[start : start + MOST_KEYS]).order_by("-pk")
        found.update({key: (pk, sku) for key, pk, sku in rows.values_list("sku_key", "pk", "sku")})
    return found
