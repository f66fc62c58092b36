"""States and causes by the words of the glossary."""

from django.conf import settings
from django.db import migrations, models

RENAMED = (
    ("FailedOrder", "state", "mended", "fixed"),
    ("OrderFetch", "state", "wanted", "pending"),
    ("Oversell", "cause", "never_told", "never_sent"),
)


def rename(apps, schema_editor):
    for model, column, old, new in RENAMED:
        rows = apps.get_model("orders", model).objects.using(schema_editor.connection.alias)
        rows.filter(**{column: old}).update(**{column: new})



class Migration(migrations.Migration):

    dependencies = [
        ('core', '0027_glossary'),
        ('orders', '0018_oversell_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='orderfetch',
            name='orderfetch_unfinished',
        ),
        migrations.AlterField(
            model_name='failedorder',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('failed', 'Failed'), ('fixed', 'Fixed'), ('rejected', 'Rejected'), ('cancelled', 'Cancelled')], default='pending', max_length=10),
        ),
        migrations.AlterField(
            model_name='orderfetch',
            name='state',
            field=models.CharField(choices=[('pending', 'Waiting'), ('running', 'Being fetched'), ('done', 'Done'), ('failed', 'Not finished')], default='pending', max_length=8),
        ),
        migrations.AlterField(
            model_name='oversell',
            name='cause',
            field=models.CharField(choices=[('never_sent', 'No quantity was sent'), ('refused', 'Jet refused the quantity'), ('stopped', 'Job stopped or late'), ('not_sent', 'Change was not sent'), ('on_its_way', 'Sold before Jet knew'), ('jet', 'Jet sold more than was sent'), ('unmanaged', 'No stock management')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='orderfetch',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'running'])), fields=['account', 'id'], name='orderfetch_unfinished'),
        ),
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
