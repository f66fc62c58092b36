"""What jobs register with the rooms below: a schedule after every migrate, rows that grow old, lights."""

from django.apps import apps
from django.db.models.signals import post_migrate

from jetbridge.core import retention, texts
from jetbridge.jobs import beat_tables, due_times, page_commands, status
from jetbridge.jobs import lights as lights
from jetbridge.jobs.models import ProcessHeartbeat
from jetbridge.panel import cli_commands

post_migrate.connect(
    beat_tables.seed_after_migrate, sender=apps.get_app_config("jobs"), dispatch_uid="jetbridge.jobs.schedule"
)
# Machines that are gone.
retention.rows_grow_old(lambda ages: ProcessHeartbeat.objects.filter(seen_at__lt=ages.old))
cli_commands.register(page_commands.COMMANDS)
texts.often_by(status.how_often)
texts.holding_by(due_times.held_up)
