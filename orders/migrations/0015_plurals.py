"""Plurals as English has them; nothing of the tables changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0014_acknowledgements_only"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="orderfetch",
            options={"ordering": ["-pk"], "verbose_name_plural": "order fetches"},
        ),
    ]
