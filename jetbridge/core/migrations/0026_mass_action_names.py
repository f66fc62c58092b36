"""Classes by the words that people know; tables, their columns and permissions keep their names."""

from django.db import migrations

RENAMED = (
    ("BulkRun", "MassAction", "core_bulkrun"),
    ("BulkRunItem", "MassActionItem", "core_bulkrunitem"),
    ("SignOfLife", "ProcessHeartbeat", "core_signoflife"),
)


def rename_history(apps, schema_editor):
    """Let the history of mass actions stand under what their class is called now."""
    events = apps.get_model("core", "Event").objects.using(schema_editor.connection.alias)
    for old, new, _ in RENAMED:
        events.filter(kind=f"core.{old.lower()}").update(kind=f"core.{new.lower()}")


VERBS = ("add", "change", "delete", "view")
OPTIONS = {
    "massaction": {
        "ordering": ["-pk"],
        "permissions": [(f"{verb}_bulkrun", f"Can {verb} mass action") for verb in VERBS],
    },
    "massactionitem": {
        "permissions": [(f"{verb}_bulkrunitem", f"Can {verb} mass action item") for verb in VERBS],
    },
}


class Migration(migrations.Migration):
    # After those that name the class by its old name.
    dependencies = [
        ("core", "0025_notification_choice"),
        ("catalog", "0028_files_in_outbox_only"),
        ("orders", "0017_awaited_deliveries"),
    ]

    operations = [
        *(
            operation
            for old, new, table in RENAMED
            for operation in (
                migrations.AlterModelTable(old.lower(), table),
                migrations.RenameModel(old, new),
            )
        ),
        *(
            migrations.AlterModelOptions(name, {"default_permissions": (), **options})
            for name, options in OPTIONS.items()
        ),
        migrations.RunPython(rename_history, migrations.RunPython.noop),
    ]
