from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0024_work_list'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['account', 'updated_at', 'id'], name='order_changed'),
        ),
    ]
