"""A product's presence on Jet, and per facet what is pending, what was sent and what Jet said."""

from django.db import models
from django.db.models.functions import Now

from catalog.listings.models.facets import LONGEST, facet_choices
from catalog.products.models.products import Product
from jetbridge.core.models import JetAccount
from jetbridge.core.models.dated import Dated, DatedManager, PartsManager
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox.models import BLOCKED, REJECTED, SHOWN, Answer, Delivery, due_index

# Every status but ours says: Jet has it.
AT_JET = ~models.Q(status="Not Uploaded") & models.Q(product__isnull=False)
SOLD_OUT = models.Q(live_quantity__lte=0, product__isnull=False)


class Listing(Dated):
    """A SKU at Jet under one account. product is empty for a SKU that the store does not know (vanished)."""

    class Status(models.TextChoices):
        """Not Uploaded, or Jet's own word."""

        NOT_UPLOADED = "Not Uploaded", "Not Uploaded"
        UNDER_REVIEW = "Under Jet Review", "Under Jet Review"
        MISSING_DATA = "Missing Listing Data", "Missing Listing Data"
        AVAILABLE = "Available for Purchase", "Available for Purchase"
        EXCLUDED = "Excluded", "Excluded"
        UNAUTHORIZED = "Unauthorized", "Unauthorized"
        ARCHIVED = "Archived", "Archived"

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="listings")
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="listings"
    )
    sku = models.CharField("SKU", max_length=64)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.NOT_UPLOADED)
    sub_statuses = models.JSONField(default=list, blank=True)
    status_at = models.DateTimeField(null=True, blank=True, help_text="When Jet last reported the status.")
    status_due_at = models.DateTimeField(null=True, blank=True, help_text="When a fresh status became due.")
    first_sent_at = models.DateTimeField(null=True, blank=True)
    # What the archive facet sends: the delivery outlives the product whose deletion caused it.
    archive_requested = models.BooleanField(default=False, help_text="Shall be closed on Jet.")
    live_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    live_quantity = models.IntegerField(null=True, blank=True)
    live_at = models.DateTimeField(
        null=True, blank=True, help_text="When price and quantity were read from Jet."
    )
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="When store, last sent and live were last compared."
    )
    live_title = models.CharField(max_length=500, blank=True)
    live_brand = models.CharField(max_length=100, blank=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = DatedManager["Listing"]()
    LOOKED = frozenset({"status_at", "status_due_at", "live_at", "compared_at"})

    class Meta:
        app_label = "catalog"
        constraints = [
            models.UniqueConstraint(fields=["account", "sku"], name="one_listing_per_sku"),
            models.UniqueConstraint(
                fields=["account", "product"],
                condition=models.Q(product__isnull=False),
                name="one_listing_per_product",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "updated_at", "id"], name="listing_changed"),
            # In the order of the products grid, so that a filtered page reads 50 rows and no more.
            models.Index(fields=["account", "status", "product"], name="listing_status_product"),
            models.Index(fields=["account", "product"], condition=AT_JET, name="listing_at_jet"),
            models.Index(
                fields=["account", "status", "product"], condition=SOLD_OUT, name="listing_sold_out"
            ),
            models.Index(
                fields=["account", "sku"], condition=models.Q(product=None), name="listing_vanished"
            ),
            models.Index(
                fields=["status_due_at"],
                condition=models.Q(status_due_at__isnull=False),
                name="listing_status_due",
            ),
            models.Index(
                fields=["account", "compared_at"],
                condition=models.Q(first_sent_at__isnull=False, product__isnull=False),
                name="listing_compared",
            ),
        ]
        permissions = [
            ("view_live", "Can view what Jet holds for a SKU"),
            ("link_vanished", "Can say which product a SKU of Jet stands for"),
        ]

    def __str__(self) -> str:
        return self.sku


class ListingFacet(Delivery):
    """One facet of one listing: pending, sent, answered. Rows exist only for facets that were ever asked for."""

    Answer = Answer

    # The constraint of one row a facet is the index on it.
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="facets", db_index=False)
    facet = models.CharField(max_length=LONGEST, choices=facet_choices)
    via_file = models.BooleanField(default=False)
    send_anyway = models.BooleanField(default=False)
    only_if_new = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The store changed and nobody asked by name: what Jet took last is not sent again.",
    )
    run = models.ForeignKey(MassAction, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The file that holds it until Jet's verdict; its holder's name is the file's too.
    file = models.ForeignKey(
        "catalog.UploadFile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # the partial one below finds them
    )
    # Only while Jet has not taken it: what it took last stands in accepted.
    sent = models.JSONField(null=True, blank=True)
    accepted = models.JSONField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    objects = PartsManager["ListingFacet"]()
    WHOLE, SHOWN = "listing", SHOWN

    class Meta:
        app_label = "catalog"
        constraints = [models.UniqueConstraint(fields=["listing", "facet"], name="one_row_per_facet")]
        indexes = [
            due_index("facet", "via_file", name="facet_due"),
            models.Index(fields=["file"], condition=models.Q(file__isnull=False), name="facet_file"),
            models.Index(fields=["listing"], condition=REJECTED, name="facet_rejected"),
            models.Index(fields=["listing"], condition=BLOCKED, name="facet_blocked"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.facet}"
