"""Files count what Jet refused apart from how often it was asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0020_only_if_new")]

    operations = [
        migrations.AddField(
            "uploadfile",
            "attempts",
            models.PositiveIntegerField(
                default=0,
                db_default=0,
                help_text="How often Jet lost or refused the whole file, so that it began anew.",
            ),
        ),
    ]
