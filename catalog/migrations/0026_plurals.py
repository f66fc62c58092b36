"""Plurals as English has them; nothing of the tables changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0025_facets_in_outbox_only"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="productcategory",
            options={"verbose_name_plural": "product categories"},
        ),
        migrations.AlterModelOptions(
            name="sourcequantity",
            options={"ordering": ["source__code"], "verbose_name_plural": "source quantities"},
        ),
    ]
