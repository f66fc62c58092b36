"""Returns and refunds become deliveries of the outbox: what is pending and the last answer in place of a state."""

import jetbridge.outbox.models
from django.db import migrations, models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce, Now

MODELS = ("returnrequest", "refund")


def take_over(apps, schema_editor):
    """Turn the states into their two facts; what may have been sent is in doubt."""
    for name in MODELS:
        rows = apps.get_model("returns", name).objects.using(schema_editor.connection.alias)
        rows.filter(queued_at__isnull=False).update(number=1)
        rows.filter(send_state="accepted").update(answer="accepted")
        rows.filter(send_state="refused").update(answer="rejected", failures=1)
        pending = Q(send_state__in=["wanted", "sending", "unknown"])
        # A second try that did not leave may have followed a first one whose answer was lost.
        doubtful = ~Q(send_state="wanted") | Q(attempts__gt=1)
        rows.filter(pending).update(
            next_try_at=Coalesce("next_try_at", "queued_at", Now()),
            answer=Case(When(doubtful, then=Value("unknown")), default=Value("")),
        )
        rows.exclude(pending).update(next_try_at=None)
        # A settled row kept its holder's name, which would hold it for ever now.
        rows.exclude(send_state="sending").update(claimed_by="", claimed_until=None)
        rows.filter(send_state="sending", claimed_until=None).update(claimed_by="")


def columns(name):
    """Make the columns of a delivery of what the document has, and add what it lacks."""
    texts = {"blank": True, "editable": False}
    answers = jetbridge.outbox.models.answer_choices
    return [
        migrations.RenameField(name, "wanted_at", "queued_at"),
        migrations.AddField(name, "number", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField(name, "queued_by", models.CharField(max_length=100, default="", **texts), preserve_default=False),
        migrations.AddField(name, "answer", models.CharField(max_length=8, choices=answers, default="", **texts)),
        migrations.AddField(name, "failures", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField(name, "blocked_at", models.DateTimeField(null=True, **texts)),
    ]


class Migration(migrations.Migration):
    dependencies = [("returns", "0002_settlements_and_deadlines")]
    operations = [
        migrations.RemoveIndex("returnrequest", "return_unsettled"),
        migrations.RemoveIndex("refund", "refund_unsettled"),
        *(operation for name in MODELS for operation in columns(name)),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
