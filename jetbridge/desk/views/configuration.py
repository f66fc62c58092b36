"""The configuration page: one tab at a time, each saved whole or not at all."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from catalog.mapping.fields.table import FIELDS
from jetbridge.core import configuration as current_configuration
from jetbridge.core import settings_table
from jetbridge.core.jet.client import sandbox_in_use
from jetbridge.core.models import Configuration, Event, Mode
from jetbridge.desk.forms.configuration import MAPPING_TAB, AccountForm, FieldMappingForm, form_of
from jetbridge.desk.forms.store import StoreKeysForm
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import configuration as settings_service
from jetbridge.desk.services import configuration_samples as samples
from jetbridge.desk.services import price_drafts
from jetbridge.jobs import status as job_status
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.store import services as links
from orders import switch_previews

SEE, DO = "core.view_configuration", "core.change_configuration"
NONE = "nothing"


@panel_page(SEE)
def configuration(request: HttpRequest, tab: str = "account") -> HttpResponse:
    """Show a tab; with change permission, save what was entered there."""
    if tab != "account" and tab not in settings_table.tabs():
        raise Http404(tab)
    if request.method == "POST":
        return _save(request, tab)
    if tab == "prices" and "draft" in request.GET and (draft := price_drafts.current()):
        drafted = draft.on(current_configuration.current())
        return _page(request, tab, form_of(tab)(instance=drafted), {"draft_shown": True})
    return _page(request, tab, _form(tab))


@require_GET
@panel_page(SEE)
def timeline(request: HttpRequest) -> HttpResponse:
    """Show everything that was done to the settings, the keys and the mode."""
    context = {"entries": settings_service.timeline()}
    return render_page(
        request, "desk/configuration_history.html", title="Configuration history", context=context
    )


@require_POST
@panel_page(DO)
def save_account(request: HttpRequest, mode: str) -> HttpResponse:
    """Save one key pair; the page then checks it with Jet."""
    account = current_configuration.account(_mode(mode))
    form = AccountForm(request.POST, account=account)
    if form.is_valid():
        try:
            changed = accounts.save_account(account=account, **form.values())
        except ValidationError as problems:
            for name, texts in problems.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            what = "saved" if changed else "unchanged"
            messages.success(request, f"{account}: {what}.")
            check = f"?check={mode}" if account.is_complete else ""
            return redirect(f"{reverse('desk:configuration')}{check}")
    return _page(request, "account", None, {"accounts": _accounts(form)}, status=422)


@require_POST
@panel_page("core.validate_account")
def validate_account(request: HttpRequest, mode: str) -> HttpResponse:
    """Check with Jet what is typed, saved or not; only a check of what is saved is kept."""
    account = current_configuration.account(_mode(mode))
    asked = account
    if f"{mode}-api_user" in request.POST:
        form = AccountForm(request.POST, account=account)
        form.is_valid()
        asked = accounts.typed(account=account, **form.values())
    check = accounts.check_account(account=asked)
    saved = accounts.is_saved(account=account, asked=asked)
    if saved:
        accounts.keep_check(account=account, check=check)
    if request.headers.get("HX-Request"):
        context = {"check": check, "saved": saved, "codes": settings_service.check_codes()}
        return render(request, "desk/configuration_check.html", context)
    (messages.success if check.passed else messages.error)(request, check.message)
    return redirect("desk:configuration")


@require_POST
@panel_page("core.validate_account")
def check_mapping(request: HttpRequest) -> HttpResponse:
    """Look the codes up that are typed into the field mapping, saved or not."""
    mapping = {name: request.POST.get(name, "") for name in FIELDS}
    return render(
        request,
        "desk/configuration_codes.html",
        {"codes": settings_service.check_codes(mapping), "typed": True},
    )


@panel_page("core.switch_mode")
def switch_mode(request: HttpRequest, mode: str) -> HttpResponse:
    """Ask before all jobs speak to the other data set; then switch."""
    account = current_configuration.account(_mode(mode))
    if request.method == "POST":
        try:
            settings_service.switch_mode(mode=mode)
            messages.success(request, f"The panel now works with the {mode} keys.")
        except settings_service.NotSwitched as problem:
            messages.error(request, str(problem))
        return redirect("desk:configuration")
    if lacking := settings_service.why_not_switched(account):
        messages.error(request, lacking)
        return redirect("desk:configuration")
    lines = [
        f"From now on every job and every button speaks to Jet with the {mode} keys.",
        "Products, orders, returns and files of the other mode stay stored and come back when you switch back.",
    ]
    if mode == Mode.LIVE:
        lines.append("Live means real buyers: uploaded products can be bought, and orders must be shipped.")
    if not account.check_passed:
        lines.append("These keys have not been validated with success yet.")
    context = {"lines": lines, "button": f"Switch to {mode}", "danger": mode == Mode.LIVE}
    return render_page(
        request, "panel/confirm.html", title=f"Switch to {mode} mode",
        context={**context, "cancel_url": reverse("desk:configuration")},
    )  # fmt: skip


@panel_page(SEE)
def switch_preview(request: HttpRequest) -> HttpResponse:
    """Show what the typed switches for orders would do."""
    form = form_of("orders")(request.GET, instance=current_configuration.current())
    is_valid = form.is_valid()
    account = current_configuration.active_account()
    preview = switch_previews.preview(account=account, config=_with(form)) if is_valid else None
    return render(request, "desk/configuration_orders.html", {"switches": preview, "invalid": not is_valid})


@panel_page(SEE)
def price_preview(request: HttpRequest) -> HttpResponse:
    """Show what the typed rule would make of 20 products."""
    form = form_of("prices")(request.GET, instance=current_configuration.current())
    rows = samples.price_preview(_with(form)) if form.is_valid() else []
    return render(
        request, "desk/configuration_prices.html", {"preview": rows, "invalid": not form.is_valid()}
    )


@panel_page(SEE)
def follows(request: HttpRequest) -> HttpResponse:
    """Show how far the walks over products are that follow from the last changes."""
    return render(request, "desk/configuration_follows.html", _follows())


@require_POST
@panel_page(DO)
def undo(request: HttpRequest, tab: str) -> HttpResponse:
    """Bring back what the tab's last change replaced."""
    if tab not in settings_table.tabs():
        raise Http404(tab)
    try:
        saved = settings_service.undo_last(tab=tab)
    except ValidationError as problems:
        messages.error(request, f"Not taken back: {'; '.join(problems.messages)}")
    else:
        messages.success(request, _said(saved) if saved.changed else "There was nothing to take back.")
    return redirect("desk:configuration_tab", _shown(tab))


def titles() -> dict[str, str]:
    """Return the tabs of the page by their keys in its addresses; the connection stands with the keys."""
    return {_shown(key): tab.title for key, tab in settings_table.tabs().items()}


def _save(request: HttpRequest, tab: str) -> HttpResponse:
    if not request.user.has_perm(DO):
        raise PermissionDenied(DO)
    form = _form(tab, request.POST)
    if form is None:
        raise Http404(tab)
    if form.is_valid() and tab == "prices" and "draft" in request.POST:
        price_drafts.keep(changes=form.changes(), by=str(request.user))
        messages.success(request, "Kept as a draft; nothing of it is in force.")
        return redirect(f"{reverse('desk:configuration_tab', args=[tab])}?draft=1")
    if form.is_valid():
        try:
            saved = settings_service.save(changes=form.changes())
        except ValidationError as problems:
            form.take(problems)
        else:
            if tab == "prices":
                price_drafts.settle()
            messages.success(request, _said(saved))
            return redirect("desk:configuration_tab", _shown(tab))
    return _page(request, _shown(tab), form, status=422)


def _said(saved: settings_service.Saved) -> str:
    if not saved.changed:
        return "Nothing was changed."
    labels = [settings_service.label(name) for name in saved.changed]
    follows = " The products it concerns are being walked; how far, stands below." if saved.follows else ""
    return f"Saved: {', '.join(labels)}.{follows}"


def _form(tab: str, data: Any = None) -> Any:
    config = current_configuration.current()
    if tab == MAPPING_TAB:
        return FieldMappingForm(data, mapping=config.field_mapping)
    return form_of(tab)(data, instance=config) if tab in settings_table.tabs() else None


def _page(
    request: HttpRequest,
    tab: str,
    form: BaseForm | None,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    config = current_configuration.current()
    context: dict[str, Any] = {
        "tabs": titles(), "tab": tab, "form": form, "config": config, "may_change": request.user.has_perm(DO),
        "changes": [(event, _changed_values(event)) for event in settings_service.changes_of(_saved_as(tab))],
        "groups": _groups(form), **_follows(),
    }  # fmt: skip
    if tab == "account":
        failed = form if isinstance(form, form_of("connection")) else _form("connection")
        context |= {"accounts": _accounts(None), "connection": failed, "check": request.GET.get("check", "")}
        context["practice"] = bool(sandbox_in_use())
    if tab == "store":
        context |= {"keys": StoreKeysForm(), "link": links.link(), "check": request.GET.get("check", "")}
        context["silence"] = job_status.silence("store.check_link") if links.is_linked(config) else ""
    if tab == MAPPING_TAB:
        context |= samples.field_rows(form, request.GET.get("sample", ""))
    if tab == "prices":
        context |= _price_context(form, config)
    if tab == "orders":
        context["switches"] = switch_previews.preview(
            account=current_configuration.active_account(), config=config
        )
    return render_page(
        request,
        "desk/configuration.html",
        title="Configuration",
        context={**context, **(more or {})},
        status=status,
    )


def _price_context(form: Any, config: Configuration) -> dict[str, Any]:
    """The preview of what the form shows, and the draft with what it would change."""
    shown = _with(form) if form and form.is_bound else (form.instance if form else config)
    draft = price_drafts.current()
    rows = draft.differences(config) if draft else []
    return {"preview": samples.price_preview(shown), "draft": draft, "draft_rows": rows}


def _follows() -> dict[str, Any]:
    rows = samples.follows()
    return {"follows": rows, "follows_open": any(change.done_at is None for change, _ in rows)}


def _changed_values(event: Event) -> list[tuple[str, Any, Any]]:
    """Name each changed setting with its value before and after; of the mapping only the rows that changed."""
    preview: list[tuple[str, Any, Any]] = []
    before, after = event.before or {}, event.after or {}
    for name, new in after.items():
        old = before.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            names = sorted({*old, *new})
            preview += [
                (key, old.get(key, NONE), new.get(key, NONE)) for key in names if old.get(key) != new.get(key)
            ]
        else:
            preview.append((settings_service.label(name), _read(name, old), _read(name, new)))
    return preview


def _read(name: str, value: Any) -> Any:
    return NONE if value in ("", None) else settings_service.value_text(name, value)


def _saved_as(tab: str) -> str:
    return "connection" if tab == "account" else tab


def _groups(form: Any) -> list[tuple[str, list[Any]]]:
    groups = getattr(form, "groups", None) or ((("", tuple(form.fields)),) if form else ())
    return [(title, [form[name] for name in names]) for title, names in groups]


def _accounts(failed: AccountForm | None) -> list[AccountForm]:
    forms = [AccountForm(account=current_configuration.account(mode)) for mode in Mode.values]
    return [failed if failed and failed.account.mode == form.account.mode else form for form in forms]


def _with(form: Any) -> Configuration:
    """The configuration as it would be with what is typed; never saved."""
    config = current_configuration.current()
    for name, value in getattr(form, "cleaned_data", {}).items():
        setattr(config, name, value)
    return config


def _mode(mode: str) -> Mode:
    if mode not in Mode.values:
        raise Http404(mode)
    return Mode(mode)


def _shown(tab: str) -> str:
    return "account" if tab == "connection" else tab
