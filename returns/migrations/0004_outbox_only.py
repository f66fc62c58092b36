"""The former state of sending goes; its columns are those of a delivery."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0016_call_subject'),
        ('orders', '0009_answered_late'),
        ('returns', '0003_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='refund',
            name='send_state',
        ),
        migrations.RemoveField(
            model_name='returnrequest',
            name='send_state',
        ),
        migrations.AlterField(
            model_name='refund',
            name='answer_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='refund',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='refund',
            name='claimed_by',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='refund',
            name='claimed_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='refund',
            name='errors',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='refund',
            name='next_try_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='refund',
            name='queued_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='refund',
            name='request_id',
            field=models.CharField(blank=True, editable=False, max_length=36),
        ),
        migrations.AlterField(
            model_name='refund',
            name='sent_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='answer_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='claimed_by',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='claimed_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='errors',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='next_try_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='queued_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='request_id',
            field=models.CharField(blank=True, editable=False, max_length=36),
        ),
        migrations.AlterField(
            model_name='returnrequest',
            name='sent_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('blocked_at', None), ('next_try_at__isnull', False)), fields=['account', 'next_try_at'], name='refund_due'),
        ),
        migrations.AddIndex(
            model_name='returnrequest',
            index=models.Index(condition=models.Q(('blocked_at', None), ('next_try_at__isnull', False)), fields=['account', 'next_try_at'], name='return_due'),
        ),
    ]
