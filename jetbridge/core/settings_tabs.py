"""Settings that every room goes by: the address of Jet's API, the store, files and logs."""

from functools import partial
from zoneinfo import available_timezones

from django import forms

from jetbridge.core.models import StoreView
from jetbridge.core.settings_table import Setting, Tab

_UNCHOSEN = ("", "Not chosen yet: by the return address, else UTC")
_ZONES = [_UNCHOSEN, *((each, each) for each in ("UTC", *sorted(available_timezones() - {"UTC"})))]

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
                "Empty: the sandbox of this run. Jet's own is given in its partner portal.",
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
                title="Time zone of the shop",
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
