from django.db import migrations, models

import jetbridge.core.models.configuration


def ask(apps, schema_editor):
    """Let a person choose: UTC was what the digests had until somebody chose another zone."""
    apps.get_model("core", "Configuration").objects.filter(time_zone="UTC").update(time_zone="")


def unask(apps, schema_editor):
    apps.get_model("core", "Configuration").objects.filter(time_zone="").update(time_zone="UTC")


class Migration(migrations.Migration):
    dependencies = [("core", "0033_anonymous")]

    operations = [
        migrations.AlterField(
            model_name="configuration",
            name="time_zone",
            field=models.CharField(
                blank=True,
                default="",
                max_length=60,
                validators=[jetbridge.core.models.configuration.validate_time_zone],
            ),
        ),
        migrations.RunPython(ask, unask),
    ]
