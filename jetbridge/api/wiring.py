"""What the API registers with the rooms below: its page's commands, rows that grow old."""

from datetime import timedelta

from django.db.models import Q

from jetbridge.api import page_commands, repeats, webhooks
from jetbridge.api.models import KeyedRequest, Token, TokenDay, Webhook, WebhookDelivery
from jetbridge.core import history, retention, rights
from jetbridge.jobs import runs
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
history.followed_by(webhooks.follow)
rights.watch(rights.Part(Token, ("name", "scope", "digest", "expires_at", "revoked_at"), "person"))
rights.watch(rights.Part(Webhook, ("url", "events", "is_active")))
runs.when_failed(webhooks.follow_job)
retention.rows_grow_old(
    lambda ages: WebhookDelivery.objects.filter(created_at__lt=ages.old, next_try_at=None)
)
retention.rows_grow_old(lambda ages: KeyedRequest.objects.filter(began_at__lt=ages.now - repeats.KEPT))
retention.rows_grow_old(
    lambda ages: TokenDay.objects.filter(day__lt=(ages.very_old - timedelta(days=1)).date())
)
# A token that lets nobody in stays as long as failures do: somebody may ask whose it was.
retention.rows_grow_old(
    lambda ages: Token.objects.filter(Q(revoked_at__lt=ages.very_old) | Q(expires_at__lt=ages.very_old))
)
