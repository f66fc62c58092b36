"""Jet's taxonomy as imported, and how the store's categories and attributes meet it."""

from django.conf import settings
from django.db import models

from catalog.products.models import Attribute, StoreCategory
from jetbridge.core import store_days
from jetbridge.core.models.events import Started


class JetCategory(models.Model):
    """A node of Jet's taxonomy. jet_id is Jet's own number; path is root first, joined by ' > '."""

    jet_id = models.BigIntegerField("Jet category ID", unique=True)
    name = models.CharField(max_length=255)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField(default=0)
    tax_code = models.CharField(max_length=100, blank=True)
    active = models.BooleanField(default=True)
    path = models.CharField(max_length=800, db_index=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name = "Jet category"
        verbose_name_plural = "Jet categories"
        permissions = [
            ("import_taxonomy", "Can import Jet's taxonomy"),
            ("map", "Can map categories and attributes"),
        ]

    def __str__(self) -> str:
        return self.path


class JetAttribute(models.Model):
    class Kind(models.IntegerChoices):
        """How Jet takes the value; the numbers are those of Jet's CSV column free_text."""

        LIST = 0, "Pick from list"
        FREE_TEXT = 1, "Free text"
        NUMBER = 2, "Number with unit"

    jet_id = models.BigIntegerField("Jet attribute ID", unique=True)
    name = models.CharField(max_length=255)
    display_name = models.CharField(max_length=255, blank=True)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices, default=Kind.LIST)
    variant = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    categories = models.ManyToManyField(
        JetCategory, through="JetCategoryAttribute", related_name="attributes"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "Jet attribute"

    def __str__(self) -> str:
        return f"{self.name} ({self.jet_id})"


class JetAttributeValue(models.Model):
    """An allowed value of a Jet attribute, with its unit where it has one."""

    attribute = models.ForeignKey(JetAttribute, on_delete=models.CASCADE, related_name="values")
    value = models.CharField(max_length=255)
    unit = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["value"]
        constraints = [models.UniqueConstraint(fields=["attribute", "value"], name="one_value_per_attribute")]

    def __str__(self) -> str:
        return self.value


class JetCategoryAttribute(models.Model):
    """A Jet category carries a Jet attribute."""

    category = models.ForeignKey(JetCategory, on_delete=models.CASCADE, related_name="attribute_links")
    attribute = models.ForeignKey(JetAttribute, on_delete=models.CASCADE, related_name="category_links")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "attribute"], name="attribute_once_in_category")
        ]

    def __str__(self) -> str:
        return f"{self.attribute_id} in {self.category_id}"


class CategoryMapping(models.Model):
    """A store category is listed under this Jet category."""

    store_category = models.OneToOneField(StoreCategory, on_delete=models.CASCADE, related_name="mapping")
    jet_category = models.ForeignKey(JetCategory, on_delete=models.PROTECT, related_name="mappings")
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.store_category} -> {self.jet_category}"


class AttributeMapping(models.Model):
    """
    A store attribute feeds this Jet attribute; unit is sent with numbers.

    category says where: in a Jet category and all below it, or, where it is None, in all categories. Of several
    rows of one attribute the nearest to a product's category counts.
    """

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="mappings")
    category = models.ForeignKey(
        JetCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="attribute_mappings"
    )
    jet_attribute = models.ForeignKey(JetAttribute, on_delete=models.PROTECT, related_name="mappings")
    unit = models.CharField(max_length=60, blank=True)
    vocabulary = models.JSONField(
        default=dict, blank=True, help_text="The store's words where Jet's differ: Crimson = Red."
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["attribute__code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "category"], name="attribute_once_in_branch"),
            models.UniqueConstraint(
                fields=["attribute"], condition=models.Q(category=None), name="attribute_once_in_all"
            ),
        ]

    def __str__(self) -> str:
        where = f" in {self.category}" if self.category_id else ""
        return f"{self.attribute} -> {self.jet_attribute}{where}"

    def in_jets_words(self, value: str) -> str:
        """Return a store value as Jet calls it: through the vocabulary, else as it stands."""
        return str(self.vocabulary.get(value, value))


# The job that reads what was uploaded or fetched, and stores what was accepted.
IMPORT_JOB = "catalog.import_taxonomy"


class TaxonomyImport(Started):
    """One taxonomy on its way in: read, shown as a difference, accepted, stored; with the version before it."""

    class State(models.TextChoices):
        """Where it stands. Nothing of the stored taxonomy changes before it is accepted."""

        READING = "reading", "Being read"
        PREVIEWED = "previewed", "Waiting for you"
        ACCEPTED = "accepted", "Being stored"
        DONE = "done", "Stored"
        FAILED = "failed", "Not stored"
        DISCARDED = "discarded", "Discarded"

    class Origin(models.TextChoices):
        FILES = "files", "CSV files"
        API = "api", "Jet's API"
        FORMER = "former", "Former version"

    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DONE)
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.FILES)
    file = models.FileField(upload_to="taxonomy/", blank=True, help_text="What is read: a zip of CSV files.")
    former = models.FileField(
        upload_to="taxonomy/", blank=True, help_text="What was stored before, as a zip."
    )
    categories = models.PositiveIntegerField(default=0)
    attributes = models.PositiveIntegerField(default=0)
    values = models.PositiveIntegerField(default=0)
    links = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    difference = models.JSONField(
        default=dict, blank=True, help_text="What it changes against what is stored."
    )
    errors = models.JSONField(default=list, blank=True, help_text="Skipped rows: file, line, code, reason.")
    moves = models.JSONField(
        default=dict, blank=True,
        help_text="Mappings that move to a successor once it is stored: store category to Jet category ID.",
    )  # fmt: skip
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the work in this state.")
    message = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "taxonomy import"
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["reading", "accepted"]),
                name="taxonomy_import_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} at {store_days.text(self.at)}"
