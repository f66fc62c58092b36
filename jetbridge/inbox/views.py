"""My notifications: what each person is notified of, and how."""

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jetbridge.inbox import preferences
from jetbridge.inbox.forms import MyNotificationsForm
from jetbridge.panel.pages import panel_page, render_page

SEE = "core.view_notification"


@panel_page(SEE)
def my_notifications(request: HttpRequest) -> HttpResponse:
    """Show and save the person's own settings; nobody sets those of others here."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    form = MyNotificationsForm(request.POST or None, mine=preferences.of(request.user))
    if form.is_valid():
        preferences.save(
            person=request.user,
            kinds=form.choices(),
            least_severity=form.cleaned_data["least_severity"],
            digest_hour=form.cleaned_data["digest_hour"],
        )
        messages.success(request, "Your settings are saved.")
        return redirect("desk:my_notifications")
    status = 422 if form.is_bound else 200
    context = {"form": form, "email": request.user.email}
    return render_page(
        request, "desk/my_notifications.html", title="My notifications", context=context, status=status
    )
