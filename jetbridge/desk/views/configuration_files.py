"""Takes the configuration out as a file and in again, showing first what would change."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from jetbridge.core import history, store_days
from jetbridge.core.configuration import current
from jetbridge.core.texts import counted
from jetbridge.desk.services import configuration_files
from jetbridge.panel import attachments
from jetbridge.panel.pages import panel_page, render_page

DO = "core.change_configuration"


class ConfigurationFileForm(forms.Form):
    """A file that the panel wrote."""

    file = forms.FileField(
        label="Configuration file", help_text="As exported from this page. It holds no secrets."
    )


@require_GET
@panel_page(DO)
def export(request: HttpRequest) -> HttpResponse:
    """Give the configuration as a file, secrets left out."""
    history.record("configuration exported", current())
    name = f"jetbridge-configuration-{store_days.today()}.json"
    return attachments.text_file(name, configuration_files.dump(), "application/json")


@panel_page(DO)
def load(request: HttpRequest) -> HttpResponse:
    """Show what a file would change; take it over when that was accepted."""
    if request.method == "POST" and "accepted" in request.POST:
        return _apply(request)
    posted = request.method == "POST"
    form = ConfigurationFileForm(request.POST, request.FILES) if posted else ConfigurationFileForm()
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        content = form.cleaned_data["file"].read(configuration_files.MAX_BYTES + 1)
        try:
            loaded = configuration_files.load(content)
            context |= {"loaded": loaded, "content": content.decode("utf-8-sig")}
        except configuration_files.BadFile as problem:
            form.add_error("file", str(problem))
    status = 422 if form.errors else 200
    title = "Import configuration"
    return render_page(request, "desk/configuration_import.html", title=title, context=context, status=status)


def _apply(request: HttpRequest) -> HttpResponse:
    try:
        loaded = configuration_files.load(request.POST["accepted"].encode())
        configuration_files.apply(loaded)
    except configuration_files.BadFile as problem:
        messages.error(request, f"Nothing was changed: {problem}")
    except ValidationError as problems:
        messages.error(request, f"Nothing was changed: {'; '.join(problems.messages)}")
    else:
        messages.success(request, f"{counted(len(loaded.rows), 'setting')} taken over.")
    return redirect("desk:configuration")
