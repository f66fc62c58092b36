"""Forms of the configuration page, one a tab; what goes together is checked by the service."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.mapping.fields.table import DEFAULT, FIELDS, WITH_DEFAULT, JetField
from jetbridge.core import configuration, people, settings_table, store_days
from jetbridge.core.models import Configuration, JetAccount, addresses
from jetbridge.desk.jet import accounts
from jetbridge.panel.identifiers import ConfirmingForm, IdentifierField


class TabForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only while checking
    """One tab's fields, as the table of settings has them. The form does not write: the service does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if settings_table.setting(name).empty is not None:
                field.required = False
            key = getattr(field, "to_field_name", None)
            if key:  # the form names another row as its command does, not by its number
                self.initial[name] = getattr(getattr(self.instance, name), key, "")
            if name in people.ADDRESSES and not people.may_move(name):
                field.disabled = True
                field.help_text = "Only an owner can change it: secrets are sent there."

    @property
    def groups(self) -> list[tuple[str, list[str]]]:
        """The fields under the headings between which they stand."""
        tab = settings_table.tab_of(next(iter(self.fields)))
        return [(title, [each.name for each in group]) for title, group in tab.groups.items()]

    def clean(self) -> dict[str, Any]:
        """Take an empty entry for what it stands for."""
        values = dict(self.cleaned_data)
        for name, value in values.items():
            if value is None:
                values[name] = settings_table.setting(name).empty
        return values

    def _post_clean(self) -> None:
        """Leave the instance as it is stored; the service assigns and checks it whole."""

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def take(self, problems: ValidationError) -> None:
        """Put the service's errors beside their fields."""
        for name, texts in problems.message_dict.items():
            self.add_error(name if name in self.fields else None, texts)


class StoreForm(TabForm):
    """The tab with the store's time zone, which its address or the browser proposes until it is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.time_zone:
            self.initial["time_zone"] = store_days.zone_of_address(self.instance)
            self.fields["time_zone"].widget.attrs["data-jb-browser-zone"] = ""


# Tabs whose form does more than the table can say.
SPECIAL_FORMS: dict[str, type[TabForm]] = {"store": StoreForm}
# The mapping has a row for each of Jet's fields.
MAPPING_TAB = "fields"


@cache
def form_of(tab: str) -> type[TabForm]:
    """Return the form of a tab, made from the table of settings."""
    made: Any = forms.modelform_factory(
        Configuration,
        form=SPECIAL_FORMS.get(tab, TabForm),
        fields=settings_table.tabs()[tab].names,
        formfield_callback=_field_of,
    )
    kind: type[TabForm] = made
    return kind


def _field_of(column: Any, **how: Any) -> Any:
    return settings_table.setting(column.name).form_field()


class FieldMappingForm(forms.Form):
    """One row for each of Jet's fields: the code of the store attribute that feeds it, and what counts without."""

    def __init__(self, *args: Any, mapping: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, jet_field in FIELDS.items():
            self.fields[name] = forms.CharField(
                label=jet_field.label,
                required=False,
                max_length=64,
                initial=mapping.get(name, ""),
                widget=forms.TextInput(attrs={"list": "store-codes", "autocomplete": "off"}),
            )
            if name in WITH_DEFAULT:
                self.fields[name + DEFAULT] = forms.CharField(
                    label=f"{jet_field.label}, where the store has none",
                    required=False,
                    max_length=jet_field.high or 100,
                    initial=mapping.get(name + DEFAULT, ""),
                    widget=forms.TextInput(attrs={"autocomplete": "off"}),
                )

    def changes(self) -> dict[str, Any]:
        """Return the mapping as one value; fields without a code are left out."""
        mapping = {name: code.strip() for name, code in self.cleaned_data.items() if code.strip()}
        return {"field_mapping": mapping}

    def take(self, problems: ValidationError) -> None:
        """Put the service's errors beside the fields that they name."""
        for text in problems.message_dict.get("field_mapping", []):
            for part in text.split("; "):
                name, colon, reason = part.partition(": ")
                known = colon and name in self.fields
                self.add_error(
                    name if known else None, f"{reason[0].upper()}{reason[1:]}." if known else part
                )

    @staticmethod
    def jet_field(name: str) -> JetField:
        """Return what is known of a field."""
        return FIELDS[name]


class AccountForm(ConfirmingForm):
    """
    One key pair. The stored secret never leaves the server: an empty field keeps it.

    What is typed counts for the address that the page showed; was that changed meanwhile, it is asked for again.
    """

    api_user = IdentifierField(label="API user")
    api_secret = forms.CharField(
        label="API secret",
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    fulfillment_node_id = IdentifierField(
        label="Fulfillment node ID",
        help_text="From Jet's partner portal, Fulfillment. Not the merchant ID.",
    )
    merchant_id = IdentifierField(label="Merchant ID", required=False)
    entered_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, account: JetAccount) -> None:
        address = configuration.current().api_url
        self._origin = addresses.origin_of(address)
        initial = {name: getattr(account, name) for name in accounts.OPEN_FIELDS}
        super().__init__(data, initial={**initial, "entered_for": self._origin}, prefix=account.mode)
        self.account = account
        secret = self.fields["api_secret"]
        secret.required = not account.has_secret_for(address)
        if account.has_secret_for(address):
            secret.widget.attrs["placeholder"] = "Saved. Type to replace it."
        elif account.api_secret:
            belongs, leads = addresses.named(account.secret_origin), addresses.named(self._origin)
            secret.help_text = f"Saved for {belongs}; it is not sent to {leads}. Enter it again."

    def clean(self) -> dict[str, Any]:
        """Forget a secret that was typed while the page showed another address of the API."""
        values = super().clean()
        shown = values.pop("entered_for", "") or self._origin
        if values.get("api_secret") and shown != self._origin:
            values["api_secret"] = ""
            leads = addresses.named(self._origin)
            self.add_error(
                "api_secret", f"The API URL was changed meanwhile: it leads to {leads}. Enter it again."
            )
        return values

    def values(self) -> dict[str, str]:
        """Return what was typed, trimmed."""
        names = ("api_secret", *accounts.OPEN_FIELDS)
        return {name: str(self.cleaned_data[name]).strip() for name in names if name in self.cleaned_data}
