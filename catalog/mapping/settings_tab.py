"""The field mapping: which attribute of the store feeds each of Jet's fields. Its page has a form of its own."""

from jetbridge.core.settings_table import Setting, Tab

FIELDS = Tab(
    "fields",
    "Field mapping",
    3,
    {
        "": (
            Setting(
                "field_mapping",
                "Field mapping",
                "FIELD=CODE; FIELD:default=VALUE counts without.",
                option="--map",
            ),
        )
    },
)
