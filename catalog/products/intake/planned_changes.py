"""Compares a row with what the store holds and says what would change. Writes nothing."""

from catalog.products.intake.cells import BadCell, lines
from catalog.products.intake.column_families import families
from catalog.products.intake.image_cells import ImageCell, ImageCells, ImageRow, image_key
from catalog.products.intake.rows import TEXTS, Change, ChunkState, ImagePlan, Row
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.models import Product, ProductText
from catalog.products.models.products import sku_key


def plan_product(row: Row, state: ChunkState, tree: CategoryTree) -> Change:
    """
    Compare a row without a store view with its product.

    :raises BadCell: a new product lacks its name
    """
    product = state.product(row)
    if product is None:
        if not row.fields.get("name"):
            raise BadCell("unknown_sku", "No product has this SKU, and a new one needs a name.")
        change = Change(row, Product(sku=row.sku, sku_key=row.key), is_new=True)
    else:
        change = Change(row, product)
    if row.kind:
        _set(change, "kind", row.kind)
    for name, value in row.fields.items():
        _set(change, name, value)
    if row.stock is not None:
        for name, value in row.stock.changes(change.product).items():
            _set(change, name, value)
    if row.attributes:
        held = change.product.attributes
        said = {
            code: held[code] if is_same(held.get(code), each) else each
            for code, each in row.attributes.items()
        }
        merged = {**held, **said}
        _set(change, "attributes", {code: value for code, value in merged.items() if value is not None})
    for name, cells in row.families.items():
        _set(change, name, families()[name].merged(getattr(change.product, name), cells))
    _plan_links(change, state, tree)
    return change


def is_same(held: object, said: object) -> bool:
    """A list of one option and a number are written in a file as the texts that they are."""
    if isinstance(held, list) and len(held) == 1:
        held = held[0]
    return held is not None and lines(str(held)) == said


def _set(change: Change, name: str, value: object) -> None:
    current = getattr(change.product, name)
    if current != value and not (isinstance(current, str) and lines(current) == value):
        change.before[name] = current
        setattr(change.product, name, value)
        change.fields.add(name)


def _plan_links(change: Change, state: ChunkState, tree: CategoryTree) -> None:
    row, product_id = change.row, change.product.pk or 0
    if row.categories is not None:
        has = {tree.path(each) for each in state.categories.get(product_id, ())}
        if has != {path.lower() for path in row.categories}:
            change.categories = row.categories
    if row.images is not None:
        change.images = _plan_images(row.images, state.images.get(product_id, []))
    if row.variations is not None and change.product.kind == Product.Kind.CONFIGURABLE:
        _set(change, "variation_codes", row.variations.codes)
        planned = _planned_variations(row.variations.skus, state)
        if planned != state.variations.get(product_id, []):
            change.variations = planned


def _planned_variations(skus: list[str], state: ChunkState) -> list[tuple[str, int | None]]:
    """Return SKU and id of the children; two spellings of one SKU are one child."""
    found: dict[str, int | None] = {}
    for sku in skus:
        child_id, known_sku = state.children.get(sku_key(sku), (None, sku))
        found.setdefault(known_sku, child_id)
    return list(found.items())


def _plan_images(cells: ImageCells, has: list[ImageRow]) -> ImagePlan:
    if not has:
        return ImagePlan(fresh=[_fresh(image, place, cells) for place, image in enumerate(cells.images)])
    known = {image_key(image.path): image for image in has}
    planned = [image.path for image in cells.images]
    if not cells.whole:
        main = [image.path for image in cells.images if image.is_main]
        # What is named as base goes in front; other additions go behind what is there.
        in_front = _keys(main)
        stays = [image.path for image in has if _column(image) not in cells.cleared]
        kept = [path for path in stays if image_key(path) not in in_front]
        in_front |= _keys(kept)
        planned = [*main, *kept, *(path for path in planned if image_key(path) not in in_front)]
    said = {image_key(image.path): image for image in cells.images}
    keys = [image_key(path) for path in planned]
    left = set(keys)
    plan = ImagePlan(gone=[image.pk for key, image in known.items() if image.pk and key not in left])
    new_main = "base_image" in cells.cleared or any(image.is_main for image in cells.images)
    new_swatch = "swatch_image" in cells.cleared or any(image.is_swatch for image in cells.images)
    in_order = [image_key(image.path) for image in sorted(has, key=_place)] == keys
    for position, (key, path) in enumerate(zip(keys, planned, strict=True)):
        image = known.get(key)
        before = _look(image) if image else None
        image = image or ImageRow(path)
        # Gaps between places, and a main image that is not the first, are no change.
        position = image.position if in_order else position
        _dress(image, said.get(key), position, new_main=new_main, new_swatch=new_swatch)
        if cells.hidden or "hide_from_product_page" in cells.cleared:
            image.hidden = key in cells.hidden
        if before is None:
            plan.fresh.append(image)
        elif before != _look(image):
            plan.changed.append(image)
    return plan


def _fresh(image: ImageCell, position: int, cells: ImageCells) -> ImageRow:
    is_hidden = bool(cells.hidden) and image_key(image.path) in cells.hidden
    return ImageRow(image.path, image.label, position, image.is_main, image.is_swatch, is_hidden)


def _column(image: ImageRow) -> str:
    return "base_image" if image.is_main else "additional_images"


def _place(image: ImageRow) -> tuple[bool, int]:
    return not image.is_main, image.position


def _keys(paths: list[str]) -> set[str]:
    return {image_key(path) for path in paths}


def _look(image: ImageRow) -> tuple[object, ...]:
    return (image.label, image.position, image.is_main, image.is_swatch, image.hidden)


def _dress(
    image: ImageRow, said: ImageCell | None, position: int, *, new_main: bool, new_swatch: bool
) -> None:
    image.position = position
    if said and (said.label or said.is_bare):
        image.label = said.label
    if new_main:
        image.is_main = bool(said and said.is_main)
    if new_swatch:
        image.is_swatch = bool(said and said.is_swatch)


def plan_text(row: Row, product: Product, state: ChunkState) -> Change:
    """Compare a row of a store view with the product's texts there; nothing but texts is looked at."""
    text = state.texts.get((product.pk or 0, row.view)) or ProductText(product=product)
    before = (text.name, text.description, text.short_description, text.attributes)
    for name in TEXTS:
        if name in row.fields and lines(getattr(text, name)) != row.fields[name]:
            setattr(text, name, row.fields[name])
    own = {
        code: value
        for code, value in row.attributes.items()
        if value != product.attributes.get(code) or code in text.attributes
    }
    merged = {**text.attributes, **own}
    text.attributes = {code: value for code, value in merged.items() if value is not None}
    changed = before != (text.name, text.description, text.short_description, text.attributes)
    return Change(row, product, text=text if changed else None)
