"""Columns by the words of the glossary; what they hold stays."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0028_files_in_outbox_only'),
        ('core', '0027_glossary'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='listing',
            name='listing_status_wanted',
        ),
        migrations.RenameField(
            model_name='brandrule',
            old_name='offering',
            new_name='listing_rule',
        ),
        migrations.RenameField(
            model_name='listing',
            old_name='archive_wanted',
            new_name='archive_requested',
        ),
        migrations.RenameField(
            model_name='listing',
            old_name='status_wanted_at',
            new_name='status_due_at',
        ),
        migrations.RenameField(
            model_name='storecategory',
            old_name='offering',
            new_name='listing_rule',
        ),
        migrations.RenameField(
            model_name='uploadfile',
            old_name='told_at',
            new_name='announced_at',
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('status_due_at__isnull', False)), fields=['status_due_at'], name='listing_status_due'),
        ),
    ]
