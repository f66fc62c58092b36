"""What a mass action did nothing with is skipped, and its permissions are called by its name; labels alone change."""

from django.db import migrations, models

VERBS = ("add", "change", "delete", "view")


def rename_permissions(apps, schema_editor):
    """Django gives a permission its words once, when it makes it."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for verb in VERBS:
        for codename, name in ((f"{verb}_bulkrun", "mass action"), (f"{verb}_bulkrunitem", "mass action item")):
            permissions.filter(codename=codename).update(name=f"Can {verb} {name}")


class Migration(migrations.Migration):
    dependencies = [("core", "0029_seals"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.AlterField(
            model_name="massactionitem",
            name="state",
            field=models.CharField(
                choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed"), ("skipped", "Skipped")],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
    ]
