"""Help texts and labels by the words of the glossary; nothing of the tables changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0029_glossary'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='listing',
            options={'permissions': [('view_live', 'Can view what Jet holds for a SKU'), ('link_vanished', 'Can say which product a SKU of Jet stands for')]},
        ),
        migrations.AlterField(
            model_name='catalogchange',
            name='scope',
            field=models.CharField(choices=[('offer', 'Price and quantity of all products'), ('codes', 'Products with a value under these attribute codes'), ('texts', 'Products with texts in these store views'), ('images', 'Products whose main image has a relative path'), ('below', "Products in these branches of the store's tree"), ('category', 'Products below a category whose rule changed'), ('brand', 'Products of a brand whose rule changed'), ('shop', "All products: the store's rule of what is offered changed"), ('all', 'All products')], max_length=8),
        ),
        migrations.AlterField(
            model_name='importfile',
            name='kind',
            field=models.CharField(blank=True, help_text='What the file holds, read from its header.', max_length=32),
        ),
        migrations.AlterField(
            model_name='listing',
            name='status_at',
            field=models.DateTimeField(blank=True, help_text='When Jet last reported the status.', null=True),
        ),
        migrations.AlterField(
            model_name='listing',
            name='status_due_at',
            field=models.DateTimeField(blank=True, help_text='When a fresh status became due.', null=True),
        ),
        migrations.AlterField(
            model_name='pricereview',
            name='taken_up_at',
            field=models.DateTimeField(blank=True, help_text='When the job queued the accepted price.', null=True),
        ),
        migrations.AlterField(
            model_name='product',
            name='variation_codes',
            field=models.JSONField(blank=True, default=list, help_text="Attribute codes that distinguish a configurable product's children."),
        ),
        migrations.AlterField(
            model_name='storecategory',
            name='stock_buffer',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: as the category above, or the store.', null=True, verbose_name='units held back from Jet'),
        ),
    ]
