"""The store's own category tree, edited by hand or filled by an import."""

from django.db import models
from treebeard.mp_tree import MP_Node


class StoreCategory(MP_Node):
    """A node of the store's tree. full_path is Magento's form: names joined by /, a slash in a name as \\/."""

    name = models.CharField(max_length=255)
    full_path = models.CharField(max_length=1000, unique=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "store category"
        verbose_name_plural = "store categories"

    def __str__(self) -> str:
        return self.full_path
