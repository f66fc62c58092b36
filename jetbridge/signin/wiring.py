"""What sign-in registers with the rooms below."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp

from jetbridge.core import key_rotation, retention, rights
from jetbridge.inbox import mail
from jetbridge.panel import cli_commands
from jetbridge.signin import factors, letters, page_commands
from jetbridge.signin.models import Letter

key_rotation.also_rotates(factors.secrets_at_rest)
mail.also_sends(letters.send_waiting)
retention.rows_grow_old(lambda ages: Letter.objects.filter(written_at__lt=ages.old))
cli_commands.register(page_commands.COMMANDS)
rights.watch(rights.Part(Authenticator, ("type", "data"), "user", factors.decisive))
rights.watch(rights.Part(SocialAccount, ("provider", "uid"), "user"))
rights.watch(rights.Part(EmailAddress, ("email", "verified", "primary"), "user"))
rights.watch(rights.Part(SocialApp, ("provider", "provider_id", "client_id", "settings")))
