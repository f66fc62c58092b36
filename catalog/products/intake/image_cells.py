"""The image cells: base, small, thumbnail, swatch, additional images, and which of them the page hides."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from catalog.products.intake.cells import EMPTY, NO_IMAGE, BadCell
from catalog.products.intake.multi_values import Splitter

LONGEST_PATH = 500
LONGEST_LABEL = 255
ROLES = ("base", "small", "thumbnail", "swatch")
COLUMNS = (*(f"{role}_image" for role in ROLES), "additional_images", "hide_from_product_page")
CLEARING = ("base_image", "additional_images", "swatch_image", "hide_from_product_page")


@dataclass(slots=True)
class ImageCell:
    """One image that a row names."""

    path: str
    label: str = ""
    is_main: bool = False
    is_swatch: bool = False
    # Whether its label is taken away.
    is_bare: bool = False


@dataclass(slots=True)
class ImageCells:
    """What a row says of images; whole says that it names the gallery, not only additions to it."""

    images: list[ImageCell]
    hidden: set[str]
    whole: bool
    # Columns that say there shall be none.
    cleared: set[str]


@dataclass(slots=True)
class ImageRow:
    """One image of a gallery, without the weight of a model: a file names a hundred thousand of them."""

    path: str
    label: str = ""
    position: int = 0
    is_main: bool = False
    is_swatch: bool = False
    hidden: bool = False
    pk: int | None = None


def image_key(path: str) -> str:
    """Return what distinguishes images: m/a/x.jpg and /m/a/x.jpg are one file."""
    return path if "://" in path else path.lstrip("/")


def read_images(cells: Mapping[str, str], splitter: Splitter) -> ImageCells | None:
    """
    Read a row's image cells, or None where all are empty.

    :raises BadCell: a path does not fit
    """
    if not any(cells.get(column) for column in COLUMNS):
        return None
    found: dict[str, ImageCell] = {}
    _take_role(found, cells, "base")
    paths = _images(cells.get("additional_images", ""), splitter)
    labels = _labels(cells.get("additional_image_labels", ""), splitter, len(paths))
    for path, label in zip_longest(paths, labels, fillvalue=""):
        _take(found, path, label)
    for role in ("small", "thumbnail", "swatch"):
        _take_role(found, cells, role)
    hidden = {image_key(path) for path in _images(cells.get("hide_from_product_page", ""), splitter)}
    cleared = {name for name in CLEARING if cells.get(name) == EMPTY}
    both_columns = "base_image" in cells and "additional_images" in cells
    whole = both_columns and bool(cells["base_image"]) and "base_image" not in cleared
    return ImageCells(list(found.values()), hidden, whole, cleared)


def _take_role(found: dict[str, ImageCell], cells: Mapping[str, str], role: str) -> None:
    path = cells.get(f"{role}_image", "")
    if path in ("", NO_IMAGE, EMPTY):
        return
    image = _take(found, path, cells.get(f"{role}_image_label", ""))
    image.is_main |= role == "base"
    image.is_swatch |= role == "swatch"


def _take(found: dict[str, ImageCell], path: str, label: str) -> ImageCell:
    if len(path) > LONGEST_PATH:
        raise BadCell("too_long", f"An image path has {len(path):,} characters; {LONGEST_PATH} fit.")
    image = found.setdefault(image_key(path), ImageCell(path))
    if label == EMPTY:
        image.is_bare = True
    else:
        image.label = image.label or label[:LONGEST_LABEL]
    return image


def _images(cell: str, splitter: Splitter) -> list[str]:
    return [] if cell in ("", NO_IMAGE, EMPTY) else splitter.images(cell)


def _labels(cell: str, splitter: Splitter, count: int) -> list[str]:
    return [EMPTY] * count if cell == EMPTY else splitter.labels(cell, count) if cell else []
