"""Accounts at Jet (test and live keys are two data sets) and the store's views."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from jetbridge.core.models import addresses
from jetbridge.core.models.fields import EncryptedTextField, Unreadable


class Mode(models.TextChoices):
    """Which of Jet's two data sets a key pair opens."""

    TEST = "test", "Test"
    LIVE = "live", "Live"


class JetAccount(models.Model):
    """One key pair at Jet. Listings, orders, returns, files and calls belong to an account."""

    mode = models.CharField(max_length=4, choices=Mode.choices, unique=True)
    api_user = models.CharField("API user", max_length=200, blank=True)
    api_secret = EncryptedTextField("API secret", blank=True)
    # The scheme, host and port that the secret was entered for: it is sent nowhere else.
    secret_origin = models.CharField(max_length=300, blank=True, editable=False)
    fulfillment_node_id = models.CharField(
        "fulfillment node ID",
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-Za-z-]+$", "Letters, digits and dashes only.")],
        help_text="From Jet's partner portal, Fulfillment. Not the merchant ID.",
    )
    merchant_id = models.CharField("merchant ID", max_length=64, blank=True)
    token = EncryptedTextField(blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    token_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    token_lease_holder = models.CharField(max_length=64, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_passed = models.BooleanField(null=True, editable=False)
    check_message = models.TextField(blank=True, editable=False)
    # How far the sandbox's clock was moved, as it was read last.
    clock_seconds = models.IntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "Jet account"

    def __str__(self) -> str:
        return f"{self.get_mode_display()} account"

    @property
    def is_complete(self) -> bool:
        """Return whether user, secret and node are all filled in."""
        return bool(self.api_user and self.api_secret and self.fulfillment_node_id)

    @property
    def has_unreadable_secret(self) -> bool:
        """Return whether a secret is stored that none of this installation's field keys decrypts."""
        return isinstance(self.api_secret, Unreadable)

    @property
    def is_practice(self) -> bool:
        """Return whether this is the test account of the sandbox of this run."""
        return self.mode == Mode.TEST and self.secret_origin == addresses.SANDBOX

    @property
    def clock_offset(self) -> timedelta:
        """
        Return how far Jet's clock stands from ours, by which deadlines at Jet are reckoned.

        It is moved to practice: only in the sandbox of this run, in test mode; of any other Jet it is nothing.
        """
        return timedelta(seconds=self.clock_seconds if self.is_practice else 0)

    def keep_secret(self, secret: str, *, address: str) -> None:
        """Take a secret over, bound to the origin of the API's address that it is entered for; saves nothing."""
        self.api_secret, self.secret_origin = secret, addresses.origin_of(address)

    def has_secret_for(self, address: str) -> bool:
        """Return whether the stored secret may be sent to this address of the API."""
        origin = addresses.origin_of(address)
        return bool(self.api_secret and origin and self.secret_origin == origin)

    def has_secret_for_elsewhere(self, address: str) -> bool:
        """Return whether a secret is stored that was entered for another address of the API than this."""
        return bool(self.api_secret) and not self.has_secret_for(address)


class StoreView(models.Model):
    """A store view in Magento's sense: it carries texts only, never price or stock."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_store_view"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def clean(self) -> None:
        if not self.code.strip():
            raise ValidationError({"code": "A store view needs a code."})
