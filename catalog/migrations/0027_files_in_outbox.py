"""Upload files become deliveries of the outbox: each step of theirs is one that is due at a time."""

import jetbridge.outbox.models
from django.db import migrations, models
from django.db.models.functions import Coalesce, Now

OPEN = ["Built", "Uploaded", "Acknowledged", "Processing"]
TEXTS = {"blank": True, "editable": False}


def take_over(apps, schema_editor):
    """Only open files are pending; one that may have been announced is in doubt."""
    rows = apps.get_model("catalog", "UploadFile").objects.using(schema_editor.connection.alias)
    rows.exclude(status__in=OPEN).update(next_try_at=None, claimed_by="", claimed_until=None)
    rows.filter(status__in=OPEN).update(number=1, next_try_at=Coalesce("next_try_at", Now()))
    rows.filter(claimed_until=None).exclude(claimed_by="").update(claimed_by="")
    rows.filter(status="Uploaded", told_at__isnull=False).update(answer="unknown")
    rows.filter(status__in=["Built", "Uploaded"]).update(told_at=None)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0026_plurals")]
    operations = [
        migrations.RemoveIndex("uploadfile", "file_open"),
        migrations.RenameField("uploadfile", "next_poll_at", "next_try_at"),
        migrations.RenameField("uploadfile", "sent_at", "told_at"),
        migrations.RenameField("uploadfile", "attempts", "restarts"),
        migrations.AddField("uploadfile", "queued_at", models.DateTimeField(null=True, **TEXTS)),
        migrations.AddField(
            "uploadfile", "queued_by", models.CharField(max_length=100, default="", **TEXTS), preserve_default=False
        ),
        migrations.AddField(
            "uploadfile", "request_id", models.CharField(max_length=36, default="", **TEXTS), preserve_default=False
        ),
        migrations.AddField("uploadfile", "number", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField("uploadfile", "attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField("uploadfile", "sent_at", models.DateTimeField(null=True, **TEXTS)),
        migrations.AddField(
            "uploadfile",
            "answer",
            models.CharField(max_length=8, choices=jetbridge.outbox.models.answer_choices, default="", **TEXTS),
        ),
        migrations.AddField("uploadfile", "answer_at", models.DateTimeField(null=True, **TEXTS)),
        migrations.AddField("uploadfile", "failures", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField("uploadfile", "blocked_at", models.DateTimeField(null=True, **TEXTS)),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
