from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0038_products_not_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='changed_at',
            field=models.DateTimeField(auto_now=True, null=True),
        ),
        migrations.RunSQL('UPDATE catalog_product SET changed_at = updated_at', migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['changed_at', 'id'], name='product_changed'),
        ),
    ]
