"""Answers to orders become deliveries of the outbox, in a table of their own."""

import django.db.models.deletion
import jetbridge.outbox.models
from django.db import migrations, models

# One statement, since most orders have an answer. A claim stays with whoever has it; what may have been sent is in
# doubt, and an answer that was lost of an order answered elsewhere is of no interest any more.
TAKE_OVER = """
    INSERT INTO orders_acknowledgement (
        order_id, status, next_try_at, queued_at, queued_by, request_id, number,
        claimed_by, claimed_until, attempts, sent_at, answer, answer_at, errors, failures
    )
    SELECT
        id, acknowledge_as, acknowledge_wanted_at,
        COALESCE(acknowledge_wanted_at, acknowledge_sent_at, acknowledged_at), '', '', 1,
        CASE WHEN acknowledge_wanted_at IS NOT NULL AND claimed_until IS NOT NULL THEN claimed_by ELSE '' END,
        CASE WHEN acknowledge_wanted_at IS NOT NULL AND claimed_by <> '' THEN claimed_until END,
        CASE WHEN acknowledge_wanted_at IS NULL THEN 0 ELSE acknowledge_attempts END,
        acknowledge_sent_at,
        CASE
            WHEN acknowledge_wanted_at IS NULL AND acknowledge_answer = 'refused' THEN 'rejected'
            WHEN acknowledge_wanted_at IS NULL AND acknowledge_answer = 'unknown' THEN ''
            WHEN acknowledge_wanted_at IS NULL THEN acknowledge_answer
            WHEN acknowledge_answer = 'unknown' OR acknowledge_attempts > 0 OR claimed_by <> '' THEN 'unknown'
            ELSE ''
        END,
        CASE WHEN acknowledge_answer <> '' THEN COALESCE(acknowledged_at, acknowledge_sent_at) END,
        '[]',
        CASE WHEN acknowledge_wanted_at IS NULL AND acknowledge_answer = 'refused' THEN 1 ELSE 0 END
    FROM orders_order WHERE acknowledge_as <> ''
"""


def take_over_errors(apps, schema_editor):
    """Take over what Jet said against an answer; of few orders it said anything."""
    alias = schema_editor.connection.alias
    answers = apps.get_model("orders", "Acknowledgement").objects.using(alias)
    said = apps.get_model("orders", "Order").objects.using(alias).exclude(acknowledge_error="")
    for pk, error in said.values_list("pk", "acknowledge_error").iterator():
        answers.filter(pk=pk).update(errors=[error])


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_export_buyers")]
    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("next_try_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("queued_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("queued_by", models.CharField(blank=True, editable=False, max_length=100)),
                ("request_id", models.CharField(blank=True, editable=False, max_length=36)),
                ("number", models.PositiveIntegerField(default=0, editable=False)),
                ("claimed_by", models.CharField(blank=True, editable=False, max_length=64)),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("sent_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("answer", models.CharField(blank=True, choices=jetbridge.outbox.models.answer_choices, default="", editable=False, max_length=8)),
                ("answer_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("errors", models.JSONField(blank=True, default=list, editable=False)),
                ("failures", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("blocked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("order", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="acknowledgement", serialize=False, to="orders.order")),
                ("status", models.CharField(help_text="Jet's word for what it is to be told: accepted, rejected - ...", max_length=60)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RunPython(take_over_errors, migrations.RunPython.noop),
    ]
