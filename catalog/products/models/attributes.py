"""The codes that Product.attributes may hold: labels, kinds and options."""

from django.db import models


class Attribute(models.Model):
    """An attribute of the store, such as color; values live in Product.attributes under its code."""

    class Kind(models.TextChoices):
        """How a value is entered and compared."""

        TEXT = "text", "Text"
        SELECT = "select", "Select"
        MULTISELECT = "multiselect", "Multiple select"
        NUMBER = "number", "Number"
        BOOLEAN = "boolean", "Yes/No"

    code = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TEXT)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "catalog"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label or self.code


class AttributeOption(models.Model):
    """One allowed value of a select attribute."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="options")
    value = models.CharField(max_length=255)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "catalog"
        ordering = ["position", "value"]
        constraints = [models.UniqueConstraint(fields=["attribute", "value"], name="one_option_per_value")]

    def __str__(self) -> str:
        return self.value
