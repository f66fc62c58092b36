"""Links by which a password is set: asked for at the login page, or sent with an invitation."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User as Person
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy

from jetbridge.core import people
from jetbridge.core.actors import acting, current_request_id
from jetbridge.signin import letters
from jetbridge.signin.forms import ResetForm

SENT = "If somebody here has that name or address, a mail with a link is on its way."


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """The new password, stored as the panel stores all: sessions end, the history knows."""

    def save(self, commit: bool = True) -> Person:
        """Store it."""
        person: Person = self.user
        with acting(user=person, request_id=current_request_id()):
            return people.save(person=person, password=self.cleaned_data["new_password1"])


class PasswordLinkView(PasswordResetConfirmView):
    """Takes a new password from whoever holds a link that still serves."""

    form_class = NewPasswordForm
    template_name = "signin/new_password.html"
    success_url = reverse_lazy("admin:login")
    reset_url_token = "set"  # noqa: S105

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the panel's frame."""
        frame = {**admin.site.each_context(self.request), "subtitle": None}
        return {**frame, **super().get_context_data(**kwargs), "title": "Set your password"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Lead to the login page: a second factor is asked there."""
        messages.success(self.request, "Your password is set. Log in with it.")
        return super().form_valid(form)


def set_password(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Answer a link."""
    answer: HttpResponse = PasswordLinkView.as_view()(request, uidb64=uidb64, token=token)  # type: ignore[assignment]
    return answer


def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether somebody has that name or not."""
    form = ResetForm(request.POST or None)
    if form.is_valid():
        letters.ask_for_reset(words=form.cleaned_data["words"])
        messages.success(request, SENT)
        return redirect("admin:login")
    context = {
        **admin.site.each_context(request),
        "title": "New password",
        "subtitle": None,
        "form": form,
        "goes_out": letters.goes_out(),
    }
    return TemplateResponse(request, "signin/forgotten.html", context, status=422 if form.is_bound else 200)
