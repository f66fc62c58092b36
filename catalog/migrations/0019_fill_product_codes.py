from django.db import migrations

from catalog.products.identifiers import codes_of

BATCH = 2_000


def fill(apps, schema_editor):
    """Note the codes of the products that exist, in short transactions; running it again does no harm."""
    alias = schema_editor.connection.alias
    products = apps.get_model("catalog", "Product").objects.using(alias).order_by("pk")
    code_model = apps.get_model("catalog", "ProductCode")
    last = 0
    while rows := list(products.filter(pk__gt=last).values_list("pk", "attributes", "jet_fields")[:BATCH]):
        last = rows[-1][0]
        code_model.objects.using(alias).bulk_create(
            [
                code_model(product_id=pk, code=code)
                for pk, attributes, jet_fields in rows
                for code in codes_of(attributes, jet_fields)
            ],
            batch_size=400,
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalog", "0018_product_code"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
