"""What sign-in registers with the rooms below."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import post_save, pre_delete

from jetbridge.core import key_rotation, people, retention
from jetbridge.inbox import mail
from jetbridge.panel import cli_commands
from jetbridge.signin import factors, letters, page_commands
from jetbridge.signin.models import Letter

key_rotation.also_rotates(factors.secrets_at_rest)
mail.also_sends(letters.send_waiting)
retention.rows_grow_old(lambda ages: Letter.objects.filter(written_at__lt=ages.old))
cli_commands.register(page_commands.COMMANDS)
for model in (Authenticator, SocialAccount):
    post_save.connect(people.note_key_put, sender=model, dispatch_uid=f"jetbridge.signin.{model.__name__}")
    pre_delete.connect(people.note_key_gone, sender=model, dispatch_uid=f"jetbridge.signin.{model.__name__}")
