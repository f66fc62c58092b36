"""The former state of shipments goes; one is pending an order, as one was unsettled before."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Before the former one goes: an order never has two shipments under way, not even in between.
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(condition=models.Q(('next_try_at__isnull', False)), fields=('order',), name='one_pending_shipment'),
        ),
        migrations.RemoveConstraint(
            model_name='shipment',
            name='one_unsettled_shipment',
        ),
        migrations.RemoveField(
            model_name='shipment',
            name='state',
        ),
        migrations.AlterField(
            model_name='shipment',
            name='answer_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='claimed_by',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='claimed_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='errors',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='next_try_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='queued_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='request_id',
            field=models.CharField(blank=True, editable=False, max_length=36),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='sent_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('blocked_at', None), ('next_try_at__isnull', False)), fields=['next_try_at'], name='shipment_due'),
        ),
    ]
