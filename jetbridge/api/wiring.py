"""What the API registers with the rooms below: its page's commands, rows that grow old."""

from datetime import timedelta

from django.db.models import Q

from jetbridge.api import page_commands, repeats
from jetbridge.api.models import KeyedRequest, Token, TokenDay
from jetbridge.core import retention
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
retention.rows_grow_old(lambda ages: KeyedRequest.objects.filter(began_at__lt=ages.now - repeats.KEPT))
retention.rows_grow_old(
    lambda ages: TokenDay.objects.filter(day__lt=(ages.very_old - timedelta(days=1)).date())
)
# A token that lets nobody in stays as long as failures do: somebody may ask whose it was.
retention.rows_grow_old(
    lambda ages: Token.objects.filter(Q(revoked_at__lt=ages.very_old) | Q(expires_at__lt=ages.very_old))
)
