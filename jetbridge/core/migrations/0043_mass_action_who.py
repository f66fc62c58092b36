from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep_names(apps, schema_editor):
    """Whose run it was stays when the person goes; without a person it was a command's."""
    runs = apps.get_model("core", "MassAction").objects.using(schema_editor.connection.alias)
    people = apps.get_model("auth", "User").objects.filter(pk=OuterRef("started_by"))
    runs.filter(started_by=None).update(by_command=True)
    runs.exclude(started_by=None).update(who=Subquery(people.values("username")[:1]))


class Migration(migrations.Migration):
    dependencies = [("core", "0042_sandbox_clock"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.AddField(
            model_name="massaction",
            name="by_command",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="massaction",
            name="who",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop),
    ]
