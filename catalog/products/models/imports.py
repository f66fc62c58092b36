"""Product files that were uploaded: kept for preview, import in the background, and the bad rows."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from jetbridge.core.models import JobRun
from jetbridge.core.models.events import Started


class ImportFile(Started):
    """One uploaded product file on its way through preview, confirm and import."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Being read"
        PREVIEWED = "previewed", "Ready to confirm"
        CONFIRMED = "confirmed", "Importing"
        DONE = "done", "Imported"
        FAILED = "failed", "Not imported"
        DISCARDED = "discarded", "Discarded"

    name = models.CharField(max_length=255)
    file = models.FileField(upload_to="imports/")
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    separator = models.CharField(
        "multiple value separator",
        max_length=5,
        default=",",
        help_text="What Magento put between several values of one cell when it exported.",
    )
    options = models.JSONField(
        default=dict, blank=True, help_text="What the person chose where the file does not say."
    )
    kind = models.CharField(max_length=32, blank=True, help_text="What the file holds, read from its header.")
    losses = models.JSONField(
        default=dict, blank=True, help_text="How many products it disables, closes or zeroes."
    )
    readings = models.JSONField(
        default=list, blank=True, help_text="How dates, numbers and sources were read, each with an example."
    )
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent of the file read.")
    errors = models.JSONField(
        default=list, blank=True, help_text="The first bad rows; all of them are in bad_rows."
    )
    samples = models.JSONField(default=dict, blank=True)
    notices = models.JSONField(default=list, blank=True, help_text="Remarks on the file as a whole.")
    bad_rows = models.FileField(upload_to="imports/", blank=True)
    message = models.TextField(blank=True)
    starts = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="How often a worker began to read it and did not get to leave it.",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    job_run = models.ForeignKey(JobRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        app_label = "catalog"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["uploaded", "confirmed"]),
                name="importfile_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sentence(self) -> str:
        """What became of it, in a few words that its counts bear out: the one place that says it."""
        if self.state != self.State.DONE or not self.failed:
            return str(self.get_state_display())
        return "Imported in part" if self.created or self.updated or self.unchanged else "Nothing imported"

    @property
    def news(self) -> str:
        """What a notification of its end is headed with."""
        return f"{self}: {self.sentence.lower()}" if self.failed else f"{self} is imported"

    def get_absolute_url(self) -> str:
        return reverse("catalog:import_file", args=[self.pk])
