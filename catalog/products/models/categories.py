"""The store's own category tree, edited by hand or filled by an import."""

from django.db import models
from treebeard.mp_tree import MP_Node


class Offering(models.TextChoices):
    """What a category or brand says of its products; the more special rule wins."""

    INHERIT = "", "No rule of its own"
    OFFER = "offer", "Offered on Jet"
    KEEP_OFF = "keep_off", "Kept off Jet"


class StoreCategory(MP_Node):
    """A node of the store's tree. full_path is Magento's form: names joined by /, a slash in a name as \\/."""

    name = models.CharField(max_length=255)
    full_path = models.CharField(max_length=1000, unique=True)
    stock_buffer = models.PositiveIntegerField(
        "units held back from Jet",
        null=True,
        blank=True,
        help_text="Empty: as the category above, or the shop.",
    )
    offering = models.CharField(
        "on Jet", max_length=8, choices=Offering.choices, default=Offering.INHERIT, blank=True
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "catalog"
        verbose_name = "store category"
        verbose_name_plural = "store categories"

    def __str__(self) -> str:
        return self.full_path
