"""What one row changes on its product, as planned and then written."""

from dataclasses import dataclass, field

from catalog.products.intake.image_cells import ImageRow
from catalog.products.intake.rows import Row
from catalog.products.models import Product, ProductText


@dataclass
class ImagePlan:
    """How a gallery changes."""

    fresh: list[ImageRow] = field(default_factory=list)
    changed: list[ImageRow] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed or self.gone)


@dataclass
class Change:
    """What one row changes on its product; nothing in it means: unchanged."""

    row: Row
    product: Product
    is_new: bool = False
    fields: set[str] = field(default_factory=set)
    before: dict[str, object] = field(default_factory=dict)
    categories: list[str] | None = None
    images: ImagePlan | None = None
    variations: list[tuple[str, int | None]] | None = None
    text: ProductText | None = None

    def __bool__(self) -> bool:
        linked = self.categories is not None or self.images or self.variations is not None
        return bool(self.is_new or self.fields or linked or self.text is not None)
