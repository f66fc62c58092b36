"""Files sent to Jet in bulk, and the verdict on each SKU in them."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse

from catalog.listings.models.facets import LONGEST, file_kind_choices
from catalog.listings.models.listings import Listing
from jetbridge.core.models import JetAccount
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox.models import Delivery, due_index

_READER = json.JSONDecoder()
_FIRST, _BETWEEN, _LAST = "{\n", ",\n", "\n}"


def joined(parts: Iterable[tuple[str, str]]) -> str:
    """Put SKUs and the texts of their bodies, both as JSON, into a file's text: one a line."""
    return _FIRST + _BETWEEN.join(f"{sku}:{body}" for sku, body in parts) + _LAST


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Cut a file's text into SKUs and the texts of their bodies, which need not be built again to go on."""
    if not text.startswith(_FIRST):
        yield from _parts_of_any(text)
        return
    # As it was joined: nothing in JSON has a bare line end inside.
    for line in text[len(_FIRST) : -len(_LAST)].split(_BETWEEN):
        sku, at = _READER.raw_decode(line)
        yield sku, line[at + 1 :]


def _parts_of_any(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text that the database wrote anew, as PostgreSQL does, by reading all of it."""
    at = text.find('"')
    while at >= 0:
        sku, at = _READER.raw_decode(text, at)
        begin = text.index("{", at)
        _, at = _READER.raw_decode(text, begin)
        yield sku, text[begin:at]
        at = text.find('"', at)


class UploadFile(Delivery):
    """One bulk file. The halves of a file that Jet refused vaguely stand under their parent."""

    class Status(models.TextChoices):
        """Our own steps first, then Jet's words; N/A stands after a resubmission."""

        BUILT = "Built", "Being sent"
        UPLOADED = "Uploaded", "Sent, not announced"
        ACKNOWLEDGED = "Acknowledged", "Acknowledged"
        PROCESSING = "Processing", "Processing"
        PROCESSED = "Processed successfully", "Processed successfully"
        ERRORS = "Processed with errors", "Processed with errors"
        NA = "N/A", "N/A"

    # Jet has not processed it yet.
    OPEN = (Status.BUILT, Status.UPLOADED, Status.ACKNOWLEDGED, Status.PROCESSING)

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=LONGEST, choices=file_kind_choices)
    name = models.CharField(max_length=200)
    run = models.ForeignKey(
        MassAction, on_delete=models.SET_NULL, null=True, blank=True, related_name="files"
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="halves")
    # The SKU file is processed before its price and inventory files: those wait for this one.
    after = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followers"
    )
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.BUILT)
    jet_file_id = models.CharField(max_length=64, blank=True, db_index=True)
    url = models.TextField(blank=True)
    url_expires_at = models.DateTimeField(null=True, blank=True)
    product_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    error_url = models.TextField(blank=True)
    # Its errors are Jet's words, file-wide ones included.
    created_at = models.DateTimeField(auto_now_add=True)
    announced_at = models.DateTimeField(
        null=True, blank=True, help_text="When Jet said that it has the file."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    # Both let the pause grow: questions after its state since it was announced, and refusals of the whole file.
    polls = models.PositiveIntegerField(default=0)
    restarts = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How often Jet lost or refused the whole file, so that it began anew.",
    )
    # Cleared away by a person: gone from the list at once, deleted in the night.
    cleared_at = models.DateTimeField(null=True, blank=True)
    resubmitted_at = models.DateTimeField(null=True, blank=True)
    resubmitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        app_label = "catalog"
        ordering = ["-pk"]
        permissions = [("resubmit", "Can resubmit and fetch rejected files")]
        indexes = [
            due_index("account", name="file_due"),
            models.Index(fields=["account", "status", "-id"], name="file_status"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:catalog_uploadfile_change", args=[self.pk])

    @property
    def content(self) -> dict[str, Any]:
        """What is sent: SKU -> body; read "body" along for many files."""
        body: dict[str, Any] = self.body.bodies
        return body


class FileContent(models.Model):
    """What a file holds, apart from it: a step of the file must not write megabytes anew."""

    file = models.OneToOneField(UploadFile, on_delete=models.CASCADE, primary_key=True, related_name="body")
    bodies = models.JSONField(default=dict, help_text="SKU -> body.")
    said = models.JSONField(null=True, blank=True, help_text="Jet's errors as Jet sent them.")

    class Meta:
        app_label = "catalog"

    @classmethod
    def texts(cls, file_ids: Collection[int]) -> dict[int, str]:
        """Return what files hold as the JSON text that stands in the table, by the file's key."""
        found = cls.objects.filter(file__in=file_ids).annotate(text=Cast("bodies", models.TextField()))
        return dict(found.values_list("file_id", "text"))

    def __str__(self) -> str:
        return str(self.file_id)


class UploadFileItem(models.Model):
    """One SKU of one file with its own verdict."""

    class Verdict(models.TextChoices):
        """Whether this SKU's row was taken."""

        OPEN = "open", "Waiting for Jet"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        CHECKING = "checking", "Being checked in halves"

    # Constraint and index below begin with these two.
    file = models.ForeignKey(UploadFile, on_delete=models.CASCADE, related_name="items", db_index=False)
    listing = models.ForeignKey(
        Listing, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    sku = models.CharField(max_length=64)
    # The number of the request that went in it.
    number = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.OPEN)
    errors = models.JSONField(default=list, blank=True)

    class Meta:
        app_label = "catalog"
        constraints = [models.UniqueConstraint(fields=["file", "sku"], name="sku_once_per_file")]
        indexes = [models.Index(fields=["listing", "-id"], name="fileitem_listing")]

    def __str__(self) -> str:
        return self.sku
