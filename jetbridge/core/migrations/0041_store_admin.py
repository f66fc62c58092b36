import django.core.validators
from django.db import migrations, models


def accept(apps, schema_editor):
    """Where way A is chosen already, its warning stood beside it."""
    apps.get_model("core", "Configuration").objects.filter(store_way="A").update(store_accepts_phantoms=True)


class Migration(migrations.Migration):
    """Way A by an acceptance of its phantom stock; the store's admin at a path of its own."""

    dependencies = [("core", "0040_names_kept")]

    operations = [
        migrations.AddField(
            model_name="configuration",
            name="store_accepts_phantoms",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="configuration",
            name="store_admin_path",
            field=models.CharField(
                db_default="admin",
                default="admin",
                max_length=100,
                validators=[django.core.validators.RegexValidator("^[\\w/.-]+\\Z")],
            ),
        ),
        migrations.RunPython(accept, migrations.RunPython.noop),
    ]
