"""Settings of what an edit of a product sends to Jet."""

from jetbridge.core.settings_table import Setting, Tab

EDITS = Tab(
    "edits",
    "Edits",
    5,
    {
        "": (
            Setting(
                "auto_sync",
                "Auto sync",
                "The master switch. Off: product edits send nothing. Sales still lower the quantity on Jet, "
                "and what is disabled, deleted or renamed is still closed there.",
            ),
            Setting("sync_price_on_edit", "Update price on edit", "Safe for live products."),
            Setting("sync_inventory_on_edit", "Update inventory on edit", "Safe for live products."),
            Setting(
                "sync_images_on_edit",
                "Update images on edit",
                "A changed image may put a live product back under Jet's review.",
            ),
            Setting(
                "sync_details_on_edit",
                "Update basic information on edit",
                "Changed content may put a live product back under Jet's review, which takes one to two weeks. "
                "Edits that change nothing for Jet send nothing.",
            ),
            Setting(
                "archive_children",
                "Archive children with their parent",
                "When a configurable product is disabled or deleted.",
            ),
        )
    },
)
