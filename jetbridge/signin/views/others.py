"""What who manages people does for others: invites, sends links, ends sessions, removes second factors."""

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jetbridge.core import sessions
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.signin import factors, letters
from jetbridge.signin.forms import InviteForm
from jetbridge.signin.models import Letter

MANAGES = "auth.change_user"


@never_cache
@panel_page(MANAGES)
def invite(request: HttpRequest) -> HttpResponse:
    """Add somebody, who gets a link by mail; where no mail leaves, the inviter sees it."""
    form = InviteForm(request.POST or None)
    invited = None
    if form.is_valid():
        try:
            invited = letters.invite(**form.cleaned_data)
        except letters.Known:
            form.add_error("address", "Somebody here has this e-mail address already.")
    context = {
        "form": InviteForm() if invited else form,
        "invited": invited,
        "goes_out": letters.goes_out(),
        "link": request.build_absolute_uri(letters.link(invited))
        if invited and not letters.goes_out()
        else "",
    }
    status = 422 if form.is_bound and not invited else 200
    return render_page(
        request, "signin/invite.html", title="Invite a colleague", context=context, status=status
    )


@require_POST
@panel_page(MANAGES)
def send_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail somebody a new link to set a password."""
    person = get_object_or_404(Person, pk=pk)
    if not person.email:
        messages.error(request, f"{person} has no e-mail address.")
    elif letters.write(person=person, kind=Letter.Kind.RESET):
        messages.success(request, f"A link to set a password waits to be mailed to {person.email}.")
    else:
        messages.info(request, "A link was sent a few minutes ago.")
    return redirect("admin:auth_user_change", pk)


@require_POST
@panel_page(MANAGES)
def remove_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Take all second factors from somebody who lost them."""
    person = get_object_or_404(Person, pk=pk)
    if factors.remove(person=person):
        messages.success(request, f"{person} signs in with the password alone again.")
    else:
        messages.info(request, f"{person} has no second factor.")
    return redirect("admin:auth_user_change", pk)


@require_POST
@panel_page(MANAGES)
def end_session(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """Sign one browser of somebody out."""
    if sessions.end_one(get_object_or_404(Person, pk=pk), mark):
        messages.success(request, "That browser is signed out.")
    else:
        messages.info(request, "That session had ended already.")
    return redirect("admin:auth_user_change", pk)
