"""The store's own category tree, edited by hand or filled by an import."""

import re
from collections.abc import Sequence

from django.db import models
from treebeard.mp_tree import MP_Node

LONGEST_PATH = 1000
# The tree's table keeps a node's place in 255 characters, four a level.
DEEPEST = 60
_SLASH = re.compile(r"(?<!\\)/")


class ListingRule(models.TextChoices):
    """What a category or brand says of its products; the more special rule wins."""

    INHERIT = "", "No rule of its own"
    OFFER = "offer", "Offered on Jet"
    KEEP_OFF = "keep_off", "Kept off Jet"


class StoreCategory(MP_Node):
    """A node of the store's tree. full_path is Magento's form: names joined by /, a slash in a name as \\/."""

    name = models.CharField(max_length=255)
    full_path = models.CharField(max_length=LONGEST_PATH, unique=True)
    stock_buffer = models.PositiveIntegerField(
        "units held back from Jet",
        null=True,
        blank=True,
        help_text="Empty: as the category above, or the store.",
    )
    listing_rule = models.CharField(
        "on Jet", max_length=8, choices=ListingRule.choices, default=ListingRule.INHERIT, blank=True
    )
    store_number = models.PositiveBigIntegerField(
        null=True, unique=True, editable=False, help_text="Its own number in a store elsewhere."
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "catalog"
        verbose_name = "store category"
        verbose_name_plural = "store categories"

    def __str__(self) -> str:
        return self.full_path


def names_of(path: str) -> list[str]:
    """Return the names along a path, as people read them."""
    if "\\" not in path:
        return [name.strip() for name in path.split("/")]
    return [name.replace("\\/", "/").strip() for name in _SLASH.split(path)]


def join_names(names: Sequence[str]) -> str:
    """Return the path of these names in Magento's form."""
    return "/".join(name.replace("/", "\\/") for name in names)
