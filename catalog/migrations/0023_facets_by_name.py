"""Facets, kinds of files and figures are names that are registered in code: a new one is no migration."""

import catalog.listings.models.facets
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0022_stock_sources"),
    ]

    operations = [
        migrations.AlterField(
            model_name="drift",
            name="figure",
            field=models.CharField(choices=catalog.listings.models.facets.figure_choices, max_length=40),
        ),
        migrations.AlterField(
            model_name="listingfacet",
            name="facet",
            field=models.CharField(choices=catalog.listings.models.facets.facet_choices, max_length=40),
        ),
        migrations.AlterField(
            model_name="uploadfile",
            name="kind",
            field=models.CharField(choices=catalog.listings.models.facets.file_kind_choices, max_length=40),
        ),
    ]
