"""Help texts and labels by the words of the glossary; nothing of the tables changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0027_glossary'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notificationmail',
            name='settled_at',
            field=models.DateTimeField(blank=True, help_text='When it went out, or was not needed any more.', null=True),
        ),
    ]
