from django.db import migrations

import jetbridge.core.models.fields


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_webhooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='keyedrequest',
            name='secret',
            field=jetbridge.core.models.fields.EncryptedTextField(blank=True, default=''),
        ),
    ]
