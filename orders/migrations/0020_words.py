"""Help texts and labels by the words of the glossary; nothing of the tables changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0019_glossary'),
    ]

    operations = [
        migrations.AlterField(
            model_name='acknowledgement',
            name='status',
            field=models.CharField(help_text="Jet's word for what is sent: accepted, rejected - ...", max_length=60),
        ),
        migrations.AlterField(
            model_name='order',
            name='document',
            field=models.JSONField(default=dict, help_text='The order as Jet last reported it.'),
        ),
        migrations.AlterField(
            model_name='order',
            name='given_up_at',
            field=models.DateTimeField(blank=True, help_text='When we rejected it, or cancelled units that the buyer still expected.', null=True),
        ),
    ]
