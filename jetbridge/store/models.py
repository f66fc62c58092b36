"""The one link to a store elsewhere: its keys, what was found there, and what is wrong with it now."""

from django.db import models

from jetbridge.core.models import addresses
from jetbridge.core.models.fields import EncryptedTextField, Unreadable

SECRETS = ("consumer_secret", "token", "token_secret")


class StoreLink(models.Model):
    """The keys of an integration, bound to the address that they were entered for; a disconnect keeps them."""

    consumer_key = models.CharField("consumer key", max_length=200, blank=True)
    consumer_secret = EncryptedTextField("consumer secret", blank=True)
    token = EncryptedTextField("access token", blank=True)
    token_secret = EncryptedTextField("access token secret", blank=True)
    is_bearer = models.BooleanField("send the token as Bearer", default=False)
    # The scheme, host and port that the secrets were entered for: they are sent nowhere else.
    secret_origin = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_passed = models.BooleanField(null=True, editable=False)
    check_message = models.TextField(blank=True, editable=False)
    version = models.CharField(max_length=60, blank=True, editable=False)
    has_msi = models.BooleanField(default=False, editable=False)
    has_module = models.BooleanField(default=False, editable=False)
    # What is wrong with the store right now, in one line, and since when.
    trouble = models.TextField(blank=True, editable=False)
    trouble_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "store link"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_store_link")]

    def __str__(self) -> str:
        return "Store keys"

    @property
    def is_complete(self) -> bool:
        """Return whether all keys are there that its way of calling needs."""
        needed = ("token",) if self.is_bearer else ("consumer_key", *SECRETS)
        return all(getattr(self, name) for name in needed)

    @property
    def has_unreadable_secret(self) -> bool:
        return any(isinstance(getattr(self, name), Unreadable) for name in SECRETS)

    def belongs_to(self, address: str) -> bool:
        """Return whether the secrets may be sent to this address of a store."""
        origin = addresses.origin_of(address)
        return bool(origin) and self.secret_origin == origin
