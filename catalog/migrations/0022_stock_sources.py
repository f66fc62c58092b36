"""Stock by source, how a file is read, and products that are out of stock because nothing is left."""

import django.db.models.deletion
from django.db import migrations, models


def follow_quantity(apps, schema_editor):
    """
    Let units put products back in stock that went out of it with their last one.

    Imports did not keep apart who closed a product; where nothing is left, nearly always the quantity did.
    """
    products = apps.get_model("catalog", "Product").objects.filter(manage_stock=True, quantity__lte=0)
    kinds = ["configurable", "bundle", "grouped"]
    products.filter(is_in_stock=False).exclude(kind__in=kinds).update(closed_by_quantity=True)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0021_file_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='StockSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=255, unique=True)),
                ('counted', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='importfile',
            name='kind',
            field=models.CharField(blank=True, help_text='What the file holds, told by its header.', max_length=32),
        ),
        migrations.AddField(
            model_name='importfile',
            name='losses',
            field=models.JSONField(blank=True, default=dict, help_text='How many products it disables, closes or zeroes.'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='options',
            field=models.JSONField(blank=True, default=dict, help_text='What the person chose where the file does not say.'),
        ),
        migrations.AddField(
            model_name='importfile',
            name='readings',
            field=models.JSONField(blank=True, default=list, help_text='How dates, numbers and sources were read, each with an example.'),
        ),
        migrations.AddField(
            model_name='product',
            name='closed_by_quantity',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='Out of stock since nothing was left, not because somebody said so: units put it back in stock.'),
        ),
        migrations.CreateModel(
            name='SourceQuantity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=16)),
                ('enabled', models.BooleanField(default=True)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_quantities', to='catalog.product')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quantities', to='catalog.stocksource')),
            ],
            options={
                'ordering': ['source__code'],
                'constraints': [models.UniqueConstraint(fields=('product', 'source'), name='source_once_per_product')],
            },
        ),
        migrations.RunPython(follow_quantity, migrations.RunPython.noop),
    ]
