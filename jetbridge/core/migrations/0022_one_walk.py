"""Mass actions that are under way go on from the first object that nothing was done with yet, in one walk."""

from django.db import migrations

# These wrote everything down as taken up first, and did it in a second walk; what it had not come to has no code.
GO_ON = """
    UPDATE core_bulkrun SET expanded = %s, cursor = (
        SELECT MIN(item.object_id) - 1 FROM core_bulkrunitem item
        WHERE item.run_id = core_bulkrun.id AND item.state = 'waiting' AND item.code = '' AND item.delivery IS NULL
    )
    WHERE state IN ('running', 'paused') AND (scope = 'orders' OR action IN ('status', 'validate')) AND EXISTS (
        SELECT 1 FROM core_bulkrunitem item
        WHERE item.run_id = core_bulkrun.id AND item.state = 'waiting' AND item.code = '' AND item.delivery IS NULL
        AND item.object_id <= core_bulkrun.cursor
    )
"""


def go_on(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(GO_ON, [False])


def tell_faults(apps, schema_editor):
    """A run that an error held is no longer a paused one with the error among its options."""
    runs = apps.get_model("core", "BulkRun").objects.using(schema_editor.connection.alias)
    for run in runs.filter(state="paused").only("options").iterator():
        fault = run.options.pop("fault", "")
        if fault:
            runs.filter(pk=run.pk).update(state="failed", message=fault, options=run.options)


class Migration(migrations.Migration):
    dependencies = [("core", "0021_mass_action_deliveries")]
    operations = [
        migrations.RunPython(go_on, migrations.RunPython.noop),
        migrations.RunPython(tell_faults, migrations.RunPython.noop),
    ]
