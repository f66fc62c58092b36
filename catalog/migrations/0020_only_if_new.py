"""Facets learn which wishes need no call when nothing differs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0019_fill_product_codes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # Instant on either database; Django itself would copy the whole table on SQLite, millions of rows.
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE catalog_listingfacet ADD COLUMN only_if_new bool NOT NULL DEFAULT false",
                    "ALTER TABLE catalog_listingfacet DROP COLUMN only_if_new",
                ),
            ],
            state_operations=[
                migrations.AddField(
                    "listingfacet",
                    "only_if_new",
                    models.BooleanField(
                        default=False,
                        db_default=False,
                        help_text="The store changed and nobody asked by name: what Jet took last is not sent again.",
                    ),
                ),
            ],
        ),
    ]
