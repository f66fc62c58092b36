"""The login page and its second step."""

import logging
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import admin, messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from requests import RequestException

from jetbridge.core import sign_ins
from jetbridge.signin import adapters
from jetbridge.signin.forms import DoorForm, DoorPasskeyForm

# What the library makes of answers that lack what they should hold, or hold something else there.
UNUSABLE = (RequestException, LookupError, ValueError, TypeError, AttributeError)
logger = logging.getLogger(__name__)
WRONG = {"code": "The code was wrong.", "credential": "The passkey was not accepted."}


class PasswordView(LoginView):
    """Name and password; who has a second factor is asked for it next."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or lead to the next step."""
        person = form.get_user()
        login = Login(user=person, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(
            self.request, {"username": person.get_username()}, login
        )
        return answer


class CodeView(AuthenticateView):
    """The second step: a code of an app, a recovery code, or a passkey."""

    form_class = DoorForm
    webauthn_form_class = DoorPasskeyForm
    template_name = "signin/code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look first whether this name or address tried too often."""
        if sign_ins.must_wait(request, self._name):
            return HttpResponse(status=429)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Count what was wrong as a wrong password."""
        reason = next((words for name, words in WRONG.items() if name in form.errors), WRONG["code"])
        sign_ins.count_failure(self.request, self._name, reason)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the panel's frame."""
        frame = {**admin.site.each_context(self.request), "title": "Second step", "subtitle": None}
        return {**frame, **super().get_context_data(**kwargs)}

    @property
    def _name(self) -> str:
        return str(self.stage.login.user.get_username())


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider of single sign-on; the page says so where it does not answer."""
    if sign_ins.must_wait(request, adapters.nobody(request)):
        return HttpResponse(status=429)
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id=provider_id)
    except UNUSABLE:
        logger.warning("The provider of single sign-on gave no answer that can be used.", exc_info=True)
        messages.error(
            request, "The provider of single sign-on does not answer. Your password still opens the panel."
        )
        return redirect("admin:login")
    return answer


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take whom the provider sends back."""
    if sign_ins.must_wait(request, adapters.nobody(request)):
        return HttpResponse(status=429)
    try:
        answer: HttpResponse = openid_connect.callback(request, provider_id=provider_id)
    except UNUSABLE:
        logger.warning("The provider of single sign-on gave no answer that can be used.", exc_info=True)
        return adapters.turned_away(request, "The provider's answer could not be used. Try once more.")
    return answer


def second_step(request: HttpRequest) -> HttpResponse:
    """Answer the second step of the login."""
    answer: HttpResponse = CodeView.as_view()(request)
    return answer
