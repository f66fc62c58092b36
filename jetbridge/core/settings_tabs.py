"""Settings that every room goes by: the address of Jet's API, the store, files and logs."""

from functools import partial
from typing import Any
from zoneinfo import available_timezones

from django import forms

from jetbridge.core.models import StoreView
from jetbridge.core.settings_table import Setting, Tab

_UNCHOSEN = ("", "Not chosen yet: by the return address, else UTC")
_ZONES = [_UNCHOSEN, *((each, each) for each in ("UTC", *sorted(available_timezones() - {"UTC"})))]


class CodesField(forms.CharField):
    """Codes that are typed one after the other, with commas between; a list inside."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [part.strip() for part in str(value or "").split(",") if part.strip()]

    def validate(self, value: Any) -> None:
        """Any codes will do: a check of the store says which of them it has."""


CONNECTION = Tab(
    "connection",
    "Account",
    1,
    {
        "": (
            Setting("enabled", "Enabled", "Off: no job speaks to Jet."),
            Setting(
                "api_url",
                "API URL",
                "Empty: the sandbox of this run. Secrets are bound to it, and entered again when it changes.",
                field=partial(forms.URLField, required=False, assume_scheme="https"),
            ),
        )
    },
)
RETURN_LOCATION = (
    Setting("return_address1", "Return address, line 1"),
    Setting("return_address2", "Return address, line 2"),
    Setting("return_city", "Return city"),
    Setting("return_state", "Return state"),
    Setting("return_zip", "Return ZIP code"),
)
STORE = Tab(
    "store",
    "Store",
    2,
    {
        "Store": (
            Setting(
                "time_zone",
                "Time zone",
                "Days begin at midnight there: special prices, filters, reports, ship dates and digests go by it.",
                title="Time zone of the store",
                field=partial(forms.ChoiceField, choices=_ZONES, required=False),
            ),
            Setting(
                "store_view",
                "Store view",
                "Its names and descriptions go to Jet; empty: the products' own.",
                # Named by its code, as the command names it.
                field=lambda **how: forms.ModelChoiceField(
                    StoreView.objects.all(), to_field_name="code", required=False, **how
                ),
            ),
            Setting(
                "image_base_url",
                "Image base URL",
                "Put in front of relative image paths such as /m/h/mug.jpg. Jet fetches images over http(s).",
                field=partial(forms.URLField, required=False, assume_scheme="https"),
            ),
        ),
        "Where the store is": (
            Setting(
                "store_kind", "Kept by", "Files: imported here. Magento 2: a store that is asked by its API."
            ),
            Setting(
                "store_url",
                "Store address",
                "Empty: the store emulator of this run. Keys are bound to it, and entered again when it changes.",
                field=partial(forms.URLField, required=False, assume_scheme="https"),
            ),
            Setting(
                "store_website", "Website", "Its code in Magento.", title="The store's website", empty="base"
            ),
            Setting(
                "store_stock_id",
                "Stock",
                "Its number in Magento; empty: the website's.",
                title="The store's stock",
            ),
            Setting(
                "store_sources",
                "Sources that ship",
                "Their codes, by commas; empty: all of the stock.",
                field=lambda **how: CodesField(required=False, **how),
            ),
            Setting("store_order_prefix", "Order number prefix", "In front of the numbers of Jet's orders."),
            Setting(
                "store_way",
                "Orders get in by",
                "Automatic: D with the companion module, else C. A reserves nothing, and Magento books units back "
                "when they are shipped or cancelled: each leaves phantom stock there.",
                title="How orders get into the store",
            ),
            Setting(
                "store_accepts_phantoms",
                "Accept phantom stock",
                "Way A only: for each unit of such an order that is shipped or cancelled, Magento sells one that is "
                "not there, to its own customers too, for good.",
                title="Phantom stock of way A is accepted",
            ),
            Setting(
                "store_mailbox",
                "Mailbox for order mails",
                "Way C: the store mails each order it places; to here.",
            ),
            Setting(
                "store_admin_path",
                "Path of the store's admin",
                "As in its address, such as admin_1x2y3z: links into the store lead there.",
            ),
            Setting("store_delivery_days", "Days to deliver", "From shipping to the buyer's door."),
            Setting(
                "store_takes_tests",
                "Test orders too",
                "Off: orders of the test account and the demo go into the emulator only.",
                title="Test and demo orders go into the store",
            ),
        ),
        "Return location": RETURN_LOCATION,
    },
)
FILES = Tab(
    "files",
    "Files",
    8,
    {
        "": (
            Setting("batch_size", "Products in one file", "Small files make Jet's errors easier to place."),
            Setting(
                "cron_batch_size",
                "Products in one file of a job",
                "For files that a job makes without a mass action. Empty: the number above.",
            ),
            Setting("concurrency", "Calls to Jet at once"),
            Setting("log_days", "Keep logs for", "Days.", title="How long logs are kept"),
            Setting(
                "log_calls",
                "Keep at most so many calls",
                "In the API log. Failures are kept three times as long, by days and by number.",
                title="Calls to Jet that the API log keeps",
            ),
            Setting(
                "anonymize_days",
                "Make buyers anonymous after",
                "Days after the order.",
                title="When buyers become anonymous",
            ),
        )
    },
)
