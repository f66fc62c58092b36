"""Forms of the configuration page, one a tab; what goes together is judged by the service."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from catalog.mapping.fields.table import FIELDS, JetField
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.desk.jet import accounts
from jetbridge.desk.services.configuration import RETURN_FIELDS, REVIEW_FIELDS, TABS
from jetbridge.inbox import kinds


class TabForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only while checking
    """One tab's fields. The form does not write: the service does, and gives its errors back."""

    def _post_clean(self) -> None:
        """Leave the instance as it is stored; the service assigns and checks it whole."""

    def changes(self) -> dict[str, Any]:
        """Return what is to be saved."""
        return dict(self.cleaned_data)

    def take(self, problems: ValidationError) -> None:
        """Put the service's errors beside their fields."""
        for name, texts in problems.message_dict.items():
            self.add_error(name if name in self.fields else None, texts)


class ConnectionForm(TabForm):
    """The address of Jet's API and the master switch."""

    api_url = forms.URLField(
        label="API URL",
        required=False,
        assume_scheme="https",
        help_text="Empty: the sandbox of this run. Jet's own is given in its partner portal.",
    )

    class Meta:
        model = Configuration
        fields = TABS["connection"]
        labels = {"enabled": "Enabled"}


class StoreForm(TabForm):
    """Which store view speaks to Jet, where images are, where returned goods go."""

    image_base_url = forms.URLField(
        label="Image base URL",
        required=False,
        assume_scheme="https",
        help_text="Put in front of relative image paths such as /m/h/mug.jpg. Jet fetches images over http(s).",
    )

    class Meta:
        model = Configuration
        fields = TABS["store"]
        labels = {"store_view": "Store view"}
        help_texts = {"store_view": "Its names and descriptions go to Jet; empty: the products' own."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Named by its code, as the command names it.
        view = self.instance.store_view
        self.fields["store_view"].to_field_name = "code"  # type: ignore[attr-defined]
        self.initial["store_view"] = view.code if view else ""

    groups = (("Store", ("store_view", "image_base_url")), ("Return location", RETURN_FIELDS))


class PricesForm(TabForm):
    """The price rule and what is held back from the stock."""

    class Meta:
        model = Configuration
        fields = TABS["prices"]
        labels = {
            "price_mode": "Product price",
            "price_value": "By how much",
            "price_attribute": "Price attribute",
            "price_floor": "Never below",
            "use_special_price": "Use the special price while it runs",
            "price_rounding": "Rounding",
            "cost_attribute": "Cost attribute",
            "minimum_margin": "Least margin, %",
            "map_check": "Where the price would be below MAP",
            "price_review": "Review large price changes",
            "price_review_percent": "Large means more than, %",
            "list_by_default": "Offer every product",
            "stock_buffer": "Stock buffer",
            "unmanaged_quantity": "Quantity without stock management",
        }
        help_texts = {
            "price_mode": "Applied to all products.",
            "price_value": "Dollars for a fixed amount, percent for a percentage.",
            "price_attribute": "Code of the attribute that holds each product's price for Jet.",
            "price_floor": "In dollars. A lower result is raised to this.",
            "price_rounding": "After the rule; the floors below come last and are kept to the cent.",
            "cost_attribute": "Code of the attribute that holds what a product costs you.",
            "minimum_margin": "Of the price: 20 keeps what costs $8.00 at $10.00 or more. Empty: no margin is kept.",
            "map_check": "MAP is the minimum advertised price, as the field mapping or the product names it.",
            "price_review": "On: such a change waits under Price Reviews for a person's yes; all else goes on.",
            "price_review_percent": "Measured against the price that Jet has.",
            "list_by_default": (
                "Brand rules, categories and products may say otherwise. Off: only what one of them says is offered."
            ),
            "stock_buffer": "Units never offered on Jet; a category or product may have its own.",
            "unmanaged_quantity": "What Jet is told for products whose stock is not managed.",
        }

    groups = (
        (
            "Price rule",
            ("price_mode", "price_value", "price_attribute", "use_special_price", "price_rounding"),
        ),
        ("Floors", ("price_floor", "cost_attribute", "minimum_margin", "map_check")),
        ("Review", REVIEW_FIELDS),
        ("What is offered", ("list_by_default",)),
        ("Stock", ("stock_buffer", "unmanaged_quantity")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_value"].required = False

    def clean_price_value(self) -> Decimal:
        """Take an empty amount for zero."""
        return self.cleaned_data.get("price_value") or Decimal(0)


class EditsForm(TabForm):
    """What an edit of a product sends to Jet."""

    class Meta:
        model = Configuration
        fields = TABS["edits"]
        labels = {
            "auto_sync": "Auto sync",
            "sync_price_on_edit": "Update price on edit",
            "sync_inventory_on_edit": "Update inventory on edit",
            "sync_images_on_edit": "Update images on edit",
            "sync_details_on_edit": "Update basic information on edit",
            "archive_children": "Archive children with their parent",
        }
        help_texts = {
            "auto_sync": "The master switch. Off: product edits send nothing. Sales still lower the quantity on Jet, "
            "and what is disabled, deleted or renamed is still closed there.",
            "sync_price_on_edit": "Safe for live products.",
            "sync_inventory_on_edit": "Safe for live products.",
            "sync_images_on_edit": "A changed image may put a live product back under Jet's review.",
            "sync_details_on_edit": "Changed content may put a live product back under Jet's review, which takes one "
            "to two weeks. Edits that change nothing for Jet send nothing.",
            "archive_children": "When a configurable product is disabled or deleted.",
        }


class OrdersForm(TabForm):
    """How orders from Jet are taken in, and when they are rejected."""

    disabled_payment_methods = forms.MultipleChoiceField(
        label="Payment methods that are switched off",
        choices=Configuration.PaymentMethod.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="An order whose method is off is held and shown under Failed / Pending, never rejected for it.",
    )

    class Meta:
        model = Configuration
        fields = TABS["orders"]
        labels = {
            "payment_method": "Payment method of imported orders",
            "payment_title": "Title of Jet's payment method",
            "shipping_title": "Title of Jet's shipping method",
            "new_order_status": "New order status",
            "auto_acknowledge": "Acknowledge automatically",
            "auto_cancel": "Order auto cancel",
            "reject_after_minutes": "Reject after",
            "cancel_limit_percent": "Cancellation limit",
        }
        help_texts = {
            "new_order_status": "What the store calls an imported order until it is complete or cancelled.",
            "auto_acknowledge": "Jet wants every order acknowledged within 15 minutes.",
            "auto_cancel": (
                "On: an order that cannot be filled is held, tried again, and rejected at the deadline. "
                "Off: it waits; it is never rejected by us."
            ),
            "reject_after_minutes": "Minutes after Jet made the order ready; 0 rejects at once.",
            "cancel_limit_percent": (
                "Percent of the last 30 days' orders that you cancelled or rejected. Jet wants less than 1. "
                "Beyond it, a cancel needs a second permission."
            ),
        }

    groups = (
        ("Payment and shipping", ("payment_method", "disabled_payment_methods", "payment_title", "shipping_title",
                                  "new_order_status")),
        ("Acknowledge and reject", ("auto_acknowledge", "auto_cancel", "reject_after_minutes")),
        ("Cancellation guard", ("cancel_limit_percent",)),
    )  # fmt: skip


class NotificationsForm(TabForm):
    """Who gets mail, and of what."""

    mail_off = forms.MultipleChoiceField(
        label="No mail for",
        choices=list(kinds.KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="These stand in the inbox only.",
    )
    inbox_off = forms.MultipleChoiceField(
        label="Switched off",
        choices=list(kinds.KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="These are neither shown in the inbox nor mailed.",
    )

    digest_hour = forms.TypedChoiceField(
        label="Hour of the daily digest",
        choices=[(each, f"{each:02d}:00") for each in range(24)],
        coerce=int,
        help_text="What is not mailed at once comes in one mail a day. People may choose another hour for theirs.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone of the digests",
        choices=[(each, each) for each in ("UTC", *sorted(available_timezones() - {"UTC"}))],
    )

    class Meta:
        model = Configuration
        fields = TABS["notifications"]
        labels = {"notification_email": "E-mail for orders and returns"}
        help_texts = {
            "notification_email": "One address for what cannot wait, such as the shop's own; empty: none. "
            "Besides, each user chooses under My notifications."
        }

    groups = (
        ("Mail", ("notification_email", "mail_off")),
        ("Digest", ("digest_hour", "time_zone")),
        ("Inbox", ("inbox_off",)),
    )


class FilesForm(TabForm):
    """Sizes of what is sent, and how long logs are kept."""

    class Meta:
        model = Configuration
        fields = TABS["files"]
        labels = {
            "batch_size": "Products in one file",
            "cron_batch_size": "Products in one file of a job",
            "concurrency": "Calls to Jet at once",
            "log_days": "Keep logs for",
            "log_calls": "Keep at most so many calls",
            "anonymize_days": "Make buyers anonymous after",
        }
        help_texts = {
            "batch_size": "1 to 5,000. Small files make Jet's errors easier to place.",
            "cron_batch_size": "For files that a job makes without a mass action. Empty: the number above.",
            "concurrency": "1 to 64.",
            "log_days": "Days.",
            "log_calls": "In the API log. Failures are kept three times as long, by days and by number.",
            "anonymize_days": "Days after the order.",
        }


class FieldMappingForm(forms.Form):
    """One row for each of Jet's fields: the code of the store attribute that feeds it."""

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


class AccountForm(forms.Form):
    """One key pair. The stored secret never leaves the server: an empty field keeps it."""

    api_user = forms.CharField(label="API user")
    api_secret = forms.CharField(
        label="API secret",
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    fulfillment_node_id = forms.CharField(
        label="Fulfillment node ID",
        help_text="From Jet's partner portal, Fulfillment. Not the merchant ID.",
    )
    merchant_id = forms.CharField(label="Merchant ID", required=False)

    def __init__(self, data: Any = None, *, account: JetAccount) -> None:
        initial = {name: getattr(account, name) for name in accounts.OPEN_FIELDS}
        super().__init__(data, initial=initial, prefix=account.mode)
        self.account = account
        secret = self.fields["api_secret"]
        secret.required = not account.api_secret
        if account.api_secret:
            secret.widget.attrs["placeholder"] = "Saved. Type to replace it."

    def values(self) -> dict[str, str]:
        """Return what was typed, trimmed."""
        return {name: str(value).strip() for name, value in self.cleaned_data.items()}


FORMS: dict[str, type[TabForm]] = {
    "connection": ConnectionForm,
    "store": StoreForm,
    "prices": PricesForm,
    "edits": EditsForm,
    "orders": OrdersForm,
    "notifications": NotificationsForm,
    "files": FilesForm,
}
