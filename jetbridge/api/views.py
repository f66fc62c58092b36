"""My API tokens: people make tokens for themselves and take them back; who manages users takes back anybody's."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from jetbridge.api import tokens
from jetbridge.api.forms import TokenForm
from jetbridge.api.models import Token
from jetbridge.panel.pages import panel_page, render_page

# Tokens that let nobody in any more, shown below the others.
CLOSED_SHOWN = 20
MANAGES = "auth.change_user"


@panel_page(tokens.PERMISSION)
def my_tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens and make one; its secret is on this answer, and on no page after it."""
    person = _person(request)
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        token, secret = tokens.create(person=person, **form.cleaned_data)
    except tokens.TokenRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made=token, secret=secret)


def _page(request: HttpRequest, form: TokenForm, status: int = 200, **shown: Any) -> HttpResponse:
    found = list(_seen_by(_person(request)).prefetch_related("days"))
    context = {
        "form": form,
        "tokens": [token for token in found if token.is_open],
        "closed": [token for token in found if not token.is_open][:CLOSED_SHOWN],
        "as_command": f"api_tokens {_person(request).get_username()}",
        "of_all": request.user.has_perm(MANAGES),
        **shown,
    }
    return render_page(request, "api/tokens.html", title="My API tokens", context=context, status=status)


@require_POST
@panel_page(tokens.PERMISSION)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a token of one's own, or anybody's where one manages users."""
    token = get_object_or_404(_seen_by(_person(request)), pk=pk)
    if tokens.revoke(token=token):
        messages.success(request, f"Token {token.name} is revoked: it lets nobody in any more.")
    else:
        messages.info(request, f"Token {token.name} was revoked already.")
    return redirect("api:tokens")


def _seen_by(person: Person) -> QuerySet[Token]:
    seen = Q() if person.has_perm(MANAGES) else Q(person=person)
    return Token.objects.select_related("person").filter(seen)


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
