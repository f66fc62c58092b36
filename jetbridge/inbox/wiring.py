"""What the inbox registers with the rooms below: the number on the bell, failed runs, rows that grow old."""

from datetime import timedelta

from django.db.models import Q

from jetbridge.core import erasures, personal, retention, settings_table
from jetbridge.inbox import badges as badges
from jetbridge.inbox import failing_jobs, kinds, page_commands, settings_tab, support_messages
from jetbridge.inbox.models import Notification, NotificationDigest
from jetbridge.jobs import runs
from jetbridge.panel import cli_commands

# The digest of a day is claimed by its row, and the next asks when the last one went out.
DIGESTS_NEEDED = timedelta(days=7)

runs.when_failed(failing_jobs.alert)
personal.also_removed_by(support_messages.remove_words)
erasures.aged_by(support_messages.KIND, support_messages.forget_old)
# A line that nobody reads any more goes like a failure.
retention.rows_grow_old(
    lambda ages: Notification.objects.filter(Q(read_at__lt=ages.old) | Q(updated_at__lt=ages.very_old))
)
retention.rows_grow_old(
    lambda ages: NotificationDigest.objects.filter(claimed_at__lt=ages.old - DIGESTS_NEEDED)
)
cli_commands.register(page_commands.COMMANDS)
kinds.register(kinds.Area.OPERATIONS, {failing_jobs.KIND: "Jobs that fail again and again"})
settings_table.register(settings_tab.NOTIFICATIONS)
