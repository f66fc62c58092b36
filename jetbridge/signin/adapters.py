"""What django-allauth asks of the panel: no sign-up, no mail and no message of its own, secrets encrypted at rest."""

from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jetbridge.core import history, sign_ins
from jetbridge.core.models import fields
from jetbridge.signin import provider_answers, single_sign_on


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


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whom a provider sends: let in by our rules, or led back to the login page with the reason."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """People are added by our rules before the library would ask."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or add who comes in; the library signs that person in, second step and all."""
        try:
            if sociallogin.state.get("process") != "login":
                raise single_sign_on.Refused("Single sign-on is for signing in.")
            claims = single_sign_on.claims_of(sociallogin.account.extra_data)
            known = sociallogin.user if sociallogin.is_existing else None
            person = single_sign_on.person_for(claims, known)
        except single_sign_on.Refused as refused:
            # No guess: the provider knows who that is. It counts for nobody, and the history has it.
            name = str(sociallogin.account.extra_data.get("userinfo", {}).get("email") or "somebody")
            history.record("sign-in refused", Person(username=name[:150]), message=str(refused))
            messages.error(request, str(refused))
            raise ImmediateHttpResponse(redirect("admin:login")) from refused
        if known is None:
            single_sign_on.link(sociallogin, request, person)
        sociallogin.user = person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Lead back to the login page; what only seems to come from the provider counts as a wrong password."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("admin:login"))
        raise ImmediateHttpResponse(
            turned_away(request, "The provider's answer could not be used. Try once more.")
        )

    def get_requests_session(self) -> requests.Session:
        """Return what the provider is asked with."""
        return provider_answers.session(app_settings.REQUESTS_TIMEOUT)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Mail nobody."""


def nobody(request: HttpRequest) -> str:
    """Return the name under which failures count that are not yet anybody's: one for each address."""
    return f"single sign-on from {sign_ins.client_address(request)}"


def turned_away(request: HttpRequest, words: str) -> HttpResponse:
    """Count a failure, and lead to the login page, which says why."""
    sign_ins.count_failure(request, nobody(request), words)
    messages.error(request, words)
    return redirect("admin:login")
