"""Orders lose the columns of their answers; what is due is found by an index."""

from django.db import migrations, models

FORMER = (
    "acknowledge_answer",
    "acknowledge_as",
    "acknowledge_attempts",
    "acknowledge_error",
    "acknowledge_sent_at",
    "acknowledge_wanted_at",
    "claimed_by",
    "claimed_until",
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_acknowledgements")]
    operations = [
        migrations.RemoveIndex("order", "order_to_acknowledge"),
        *(migrations.RemoveField("order", name) for name in FORMER),
        migrations.AddIndex(
            "acknowledgement",
            models.Index(
                condition=models.Q(("blocked_at", None), ("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="acknowledgement_due",
            ),
        ),
    ]
