from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0035_store'),
    ]

    operations = [
        migrations.AddField(
            model_name='generation',
            name='anonymous_until',
            field=models.DateTimeField(null=True),
        ),
    ]
