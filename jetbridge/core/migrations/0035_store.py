# 

import django.core.validators
import jetbridge.core.models.addresses
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0034_store_zone'),
    ]

    operations = [
        migrations.AddField(
            model_name='configuration',
            name='store_delivery_days',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)]),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_kind',
            field=models.CharField(choices=[('files', 'Files'), ('magento2', 'Magento 2')], default='files', max_length=10),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_mailbox',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_order_prefix',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_sources',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_stock_id',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_url',
            field=models.URLField(blank=True, validators=[jetbridge.core.models.addresses.validate_address], verbose_name='store address'),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_way',
            field=models.CharField(choices=[('auto', 'Automatic'), ('D', 'D: as it is, reserved by the companion module'), ('C', "C: placed in the store, then set to Jet's prices"), ('A', 'A: as it is, without a reservation')], default='auto', max_length=4),
        ),
        migrations.AddField(
            model_name='configuration',
            name='store_website',
            field=models.CharField(default='base', max_length=64),
        ),
    ]
