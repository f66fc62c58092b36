"""The keys of a Magento integration."""

from typing import Any

from django import forms

from jetbridge.core import configuration
from jetbridge.core.models import addresses
from jetbridge.panel.identifiers import ConfirmingForm, IdentifierField
from jetbridge.store import services
from jetbridge.store.models import SECRETS

SIGNED, BEARER = "signed", "bearer"
LABELS = {
    "consumer_secret": "Consumer secret",
    "token": "Access token",
    "token_secret": "Access token secret",
}


class StoreKeysForm(ConfirmingForm):
    """
    The stored secrets never leave the server: an empty field keeps its own.

    What is typed counts for the address that the page showed; was that changed meanwhile, it is asked for again.
    """

    consumer_key = IdentifierField(label="Consumer key", required=False)
    consumer_secret = forms.CharField(widget=forms.PasswordInput)
    token = forms.CharField(widget=forms.PasswordInput)
    token_secret = forms.CharField(widget=forms.PasswordInput)
    calls = forms.ChoiceField(
        label="Calls are",
        choices=((SIGNED, "Signed (OAuth 1.0a)"), (BEARER, "Sent with the token as Bearer")),
        help_text="Every store takes signed calls; Bearer is off in Magento since 2.4.4 until it is switched on.",
    )
    entered_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        where = configuration.current().store_url
        self.link, self._origin = services.link(), addresses.origin_of(where)
        initial = {
            "consumer_key": self.link.consumer_key, "calls": BEARER if self.link.is_bearer else SIGNED,
            "entered_for": self._origin,
        }  # fmt: skip
        super().__init__(data, initial=initial, prefix="store")
        for name in SECRETS:
            attributes = {"autocomplete": "new-password"}
            if getattr(self.link, name) and self.link.belongs_to(where):
                attributes["placeholder"] = "Saved. Type to replace it."
            widget = forms.PasswordInput(render_value=False, attrs=attributes)
            self.fields[name] = forms.CharField(label=LABELS[name], required=False, widget=widget)
        if self.link.secret_origin and not self.link.belongs_to(where):
            belongs, leads = addresses.named(self.link.secret_origin), addresses.named(self._origin)
            self.fields[
                "consumer_secret"
            ].help_text = f"Saved for {belongs}; not sent to {leads}. Enter all again."

    def clean(self) -> dict[str, Any]:
        """Forget secrets that were typed while the page showed another address of the store."""
        values = super().clean()
        shown = values.pop("entered_for", "") or self._origin
        if shown != self._origin and any(values.get(name) for name in SECRETS):
            leads = addresses.named(self._origin)
            self.add_error(
                None, f"The store address was changed meanwhile: it leads to {leads}. Enter the keys again."
            )
        return values

    def values(self) -> dict[str, Any]:
        """Return what was typed, trimmed."""
        found = {name: str(self.cleaned_data.get(name) or "").strip() for name in ("consumer_key", *SECRETS)}
        return {**found, "is_bearer": self.cleaned_data.get("calls") == BEARER}
