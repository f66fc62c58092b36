"""My sign-in: the own second factor and sessions."""

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jetbridge.core import sessions
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.signin import factors
from jetbridge.signin.forms import CodeForm, PasskeyForm, SetUpForm


@never_cache
@panel_page("")
def my_sign_in(request: HttpRequest) -> HttpResponse:
    """Show second factors and sessions of whoever asks."""
    person = _person(request)
    return _page(request, CodeForm(request, person))


def _page(request: HttpRequest, form: CodeForm, status: int = 200, **shown: Any) -> HttpResponse:
    person = _person(request)
    context = {
        "form": form,
        "codes_url": reverse("signin:new_codes"),
        "factors": factors.of_person(person),
        "codes_left": factors.codes_left(person),
        "is_required": factors.is_required(person),
        "sessions": sessions.of_person(person, request.session.session_key),
        **shown,
    }
    return render_page(request, "signin/mine.html", title="My sign-in", context=context, status=status)


@never_cache
@panel_page("")
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the picture that an app reads; its first code turns two-step sign-in on."""
    person = _person(request)
    secret = get_totp_secret(regenerate=request.method != "POST")
    form = SetUpForm(request, person, secret, request.POST or None)
    if not form.is_valid():
        picture = get_adapter().build_totp_svg(get_adapter().build_totp_url(person, secret))
        context = {
            "form": form,
            "secret": secret,
            "picture": "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode(),
            "is_missing": factors.is_missing(person),
        }
        status = 422 if form.is_bound else 200
        return render_page(
            request, "signin/set_up.html", title="Set up two-step sign-in", context=context, status=status
        )
    try:
        codes = factors.set_up_app(person=person, secret=secret)
    except factors.AlreadySetUp:
        messages.info(request, "An authenticator app is set up already.")
        return redirect("signin:mine")
    clear_totp_secret(request)
    messages.success(request, "Two-step sign-in is on: the next login asks for a code.")
    return _page(request, CodeForm(request, person), codes=codes)


@never_cache
@panel_page("")
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey; it opens the second step from then on."""
    person = _person(request)
    form = PasskeyForm(request, person, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "options": webauthn.begin_registration(person, passwordless=False)}
        status = 422 if form.is_bound else 200
        return render_page(
            request, "signin/passkey.html", title="Add a passkey", context=context, status=status
        )
    made = form.cleaned_data
    codes = factors.add_passkey(person=person, name=made["name"], credential=made["credential"])
    messages.success(request, "The next login asks for the passkey, or a code.")
    return _page(request, CodeForm(request, person), codes=codes)


@never_cache
@require_POST
@panel_page("")
def new_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, this once, to whoever has the second factor at hand."""
    person = _person(request)
    form = CodeForm(request, person, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _page(request, CodeForm(request, person), codes=factors.renew_codes(person=person))


@require_POST
@panel_page("")
def remove(request: HttpRequest) -> HttpResponse:
    """Take one second factor off, or all, for whoever has a code at hand."""
    person = _person(request)
    form = CodeForm(request, person, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    gone = factors.remove(person=person, factor=request.POST.get("factor", ""))
    if factors.has_factor(person):
        messages.info(
            request, "It opens the second step no more." if gone else "You have no such second factor."
        )
    else:
        messages.success(request, "Two-step sign-in is off: the password alone opens the panel.")
    return redirect("signin:mine")


@require_POST
@panel_page("")
def end_session(request: HttpRequest, mark: str) -> HttpResponse:
    """Sign one of the own browsers out."""
    if sessions.end_one(_person(request), mark):
        messages.success(request, "That browser is signed out.")
    else:
        messages.info(request, "That session had ended already.")
    return redirect("signin:mine")


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
