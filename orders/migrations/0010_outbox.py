"""Shipments become deliveries of the outbox: what is pending and the last answer in place of a state."""

import jetbridge.outbox.models
from django.db import migrations, models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce, Now

TEXTS = {"blank": True, "editable": False}


def take_over(apps, schema_editor):
    """Turn the states into their two facts; what may have been sent is in doubt."""
    rows = apps.get_model("orders", "Shipment").objects.using(schema_editor.connection.alias)
    rows.update(number=1)
    rows.filter(state="accepted").update(answer="accepted")
    rows.filter(state="refused").update(answer="rejected", failures=1)
    pending = Q(state__in=["wanted", "sending", "unknown"])
    # A second try that did not leave may have followed a first one whose answer was lost.
    doubtful = ~Q(state="wanted") | Q(attempts__gt=1)
    rows.filter(pending).update(
        next_try_at=Coalesce("next_try_at", "queued_at", Now()),
        answer=Case(When(doubtful, then=Value("unknown")), default=Value("")),
    )
    rows.exclude(pending).update(next_try_at=None)
    # A settled row kept its holder's name, which would hold it for ever now.
    rows.exclude(state="sending").update(claimed_by="", claimed_until=None)
    rows.filter(state="sending", claimed_until=None).update(claimed_by="")


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_answered_late")]
    operations = [
        migrations.RemoveIndex("shipment", "shipment_unsettled"),
        migrations.RenameField("shipment", "wanted_at", "queued_at"),
        migrations.AddField("shipment", "number", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField(
            "shipment", "queued_by", models.CharField(max_length=100, default="", **TEXTS), preserve_default=False
        ),
        migrations.AddField(
            "shipment",
            "answer",
            models.CharField(max_length=8, choices=jetbridge.outbox.models.answer_choices, default="", **TEXTS),
        ),
        migrations.AddField("shipment", "failures", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField("shipment", "blocked_at", models.DateTimeField(null=True, **TEXTS)),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
