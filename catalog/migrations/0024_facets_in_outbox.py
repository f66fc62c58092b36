"""Facets become deliveries of the outbox: a pause and a file's hold have columns of their own."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

# What an answer was before its file, which is gone, was built.
FORMER = Case(
    When(failures__gt=0, then=Value("rejected")),
    When(sent__isnull=False, then=Value("unknown")),
    When(accepted_at__isnull=False, then=Value("accepted")),
    default=Value(""),
)


def take_over(apps, schema_editor):
    """Part the pause from the lease, and let a file be a holder by name; only few rows are concerned."""
    alias = schema_editor.connection.alias
    rows = apps.get_model("catalog", "ListingFacet").objects.using(alias)
    items = apps.get_model("catalog", "UploadFileItem").objects.using(alias)
    now = timezone.now()
    rows.filter(next_try_at__isnull=False).update(queued_at=F("next_try_at"))
    rows.filter(answer="refused").update(answer="rejected")
    rows.filter(answer="pending", file=None).update(answer=FORMER)
    rows.filter(answer="pending").update(answer="sent")
    # Nobody holds it, and it was not to be tried before.
    paused = Q(claimed_by="", claimed_until__gt=now)
    rows.filter(paused, next_try_at__isnull=False).update(next_try_at=F("claimed_until"))
    rows.filter(claimed_by="").exclude(claimed_until=None).update(claimed_until=None)
    # A holder without a lease is a file, and nobody else.
    rows.filter(claimed_until=None, file=None).exclude(claimed_by="").update(claimed_by="")
    rows.filter(next_try_at=None, file=None).exclude(claimed_by="").update(claimed_by="", claimed_until=None)
    built = items.filter(file=OuterRef("file"), listing=OuterRef("listing")).values("number")[:1]
    for file in list(rows.filter(file__isnull=False).order_by().values_list("file", flat=True).distinct()):
        held = rows.filter(file=file)
        held.update(claimed_by=f"file-{file}", claimed_until=None)
        # What was asked for since goes as soon as the file is judged.
        mine = held.filter(next_try_at__isnull=False, number=Subquery(built))
        mine.update(next_try_at=now + timedelta(days=365))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0023_facets_by_name")]
    operations = [
        migrations.RemoveIndex("listingfacet", "facet_unsent"),
        migrations.RemoveIndex("listingfacet", "facet_refused"),
        migrations.RenameField("listingfacet", "wanted_at", "next_try_at"),
        migrations.RenameField("listingfacet", "wanted_number", "number"),
        migrations.RenameField("listingfacet", "wanted_by", "queued_by"),
        migrations.RenameField("uploadfileitem", "wanted_number", "number"),
        migrations.AddField(
            "listingfacet", "queued_at", models.DateTimeField(blank=True, null=True, editable=False)
        ),
        migrations.SeparateDatabaseAndState(
            # Instant on either database; Django itself would copy the whole table on SQLite, millions of rows.
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE catalog_listingfacet ADD COLUMN attempts smallint NOT NULL DEFAULT 0 "
                    "CHECK (attempts >= 0)",
                    "ALTER TABLE catalog_listingfacet DROP COLUMN attempts",
                ),
            ],
            state_operations=[
                migrations.AddField(
                    "listingfacet",
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, editable=False),
                ),
            ],
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
