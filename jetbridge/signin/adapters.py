"""What django-allauth asks of the panel: no sign-up, no mail and no message of its own, secrets encrypted at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import User as Person
from django.http import HttpRequest

from jetbridge.core.models import fields


class AccountAdapter(DefaultAccountAdapter):
    """Sign-ins by the panel's rules: people are invited, never sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages have words of their own."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in whose factors were all asked; whoever may not enter the panel stays out."""
        user.backend = settings.AUTHENTICATION_BACKENDS[-1]
        super().login(request, user)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted as all others at rest."""

    def encrypt(self, text: str) -> str:
        """Return a text as it is stored."""
        return fields.encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was stored; nothing where no key of this installation reads it."""
        return fields.decrypted(encrypted_text)

    def get_totp_label(self, user: Person) -> str:
        """Name the account in the app that shows the codes."""
        return user.get_username()

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)
