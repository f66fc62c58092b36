"""One decision for all products of a cause: asked and previewed on its page, carried out as a mass action."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from catalog.mapping.fields.table import FIELDS
from catalog.products.models import Attribute
from catalog.rules import causes, codes, fixes
from catalog.rules.causes import Cause
from catalog.rules.forms.fills import FillForm, ways
from catalog.rules.models import ValidationResult
from catalog.rules.product_actions import FILL
from catalog.rules.services import fills
from catalog.rules.services.fills import CODE_FIELD, Fill
from jetbridge.core import configuration
from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.plans import figures_of
from jetbridge.mass_actions.scopes import SCOPES
from jetbridge.mass_actions.views import RunPages

PREVIEWED = 10
SCOPE = str(MassAction.Scope.CATALOG)


@dataclass(frozen=True)
class Decision:
    """What a cause's page asks: the form, how many products it is for, and what would become of the first."""

    form: FillForm
    everything: str
    filtered: str
    preview: tuple[fills.Change, ...]
    button: str


def pages() -> RunPages:
    """Return the pages of the products' mass actions."""
    return SCOPES[SCOPE].pages


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """Return the grid's filters that an address carries beside its cause."""
    return {name: values for name, values in pages().filters_of(query).items() if name != "problems"}


def chosen(code: str, filters: dict[str, list[str]]) -> MassAction:
    """Return, unsaved, the mass action over the products of a cause, and those of their groups that share it."""
    return pages().services.sketch(action=FILL, filters={"problems": [code], **filters}, options={})


def decision(found: Cause, filters: dict[str, list[str]], data: Any) -> Decision | None:
    """Return what is asked; nothing where no decision for many fixes the cause. Data may be half typed."""
    if not ways(found.code, found.field):
        return None
    form = form_of(found, data)
    everything, some = chosen(found.code, {}), chosen(found.code, filters) if filters else None
    run = some if some is not None and (data is None or data.get("scope") == "some") else everything
    fill = form.cleaned_data.get("fill") if form.is_bound and form.is_valid() else None
    return Decision(
        form, _words(everything), "" if some is None else _words(some),
        _preview(run, fill) if fill else (), f"Set {_name(form.targets[form.chosen])} for {_words(run)}",
    )  # fmt: skip


def form_of(found: Cause, data: Any) -> FillForm:
    """Return a cause's form; what the browser sends before anything was chosen is no answer."""
    bound = data if data is not None and "way" in data else None
    return FillForm(
        bound, code=found.code, field=found.field, attributes=list(Attribute.objects.order_by("code"))
    )


def start(request: HttpRequest, found: Cause, form: FillForm) -> MassAction:
    """Start the mass action that a valid form says."""
    filters = filters_of(request.GET) if form.cleaned_data.get("scope") == "some" else {}
    by = request.user if isinstance(request.user, User) else None
    services = pages().services
    run = services.draft(
        action=FILL,
        filters={"problems": [found.code], **filters},
        options={FILL: form.cleaned_data["fill"].as_option()},
        by=by,
    )
    services.start(run)
    return run


def following(run: MassAction) -> tuple[str, str] | None:
    """Return what comes after products were fixed or checked: the worst cause that is left, else the upload."""
    if run.action not in (FILL, "validate", "restore_zeros"):
        return None
    if (found := next_fix(causes.causes(configuration.active_account()))) is not None:
        return f"Next: {found[0]}", found[1]
    return "Upload to Jet", f"{reverse('catalog:new_run')}?{urlencode({'action': 'bulk_upload'})}"


def next_fix(left: Sequence[Cause]) -> tuple[str, str] | None:
    """Return what the worst cause asks for, and where: the one page that fixes all of it, else its own."""
    worst = next((each for each in left if each.severity != ValidationResult.Severity.ADVICE), None)
    if worst is None:
        return None
    if (page := fixes.only_page(worst.code, worst.count)) is not None:
        return f"{page.label}, {worst.words_of_count}", page.url
    return f"{codes.words(worst.code)}, {worst.words_of_count}", reverse("catalog:cause", args=[worst.code])


def _preview(run: MassAction, fill: Fill) -> tuple[fills.Change, ...]:
    products = pages().services.chosen(run).order_by("pk").prefetch_related("texts")
    return tuple(fills.preview(islice(products.iterator(chunk_size=PREVIEWED), PREVIEWED), fill))


def _words(run: MassAction) -> str:
    return figures_of({**run.plan, "count": run.chosen}, prefix="chosen_").words("product")


def _name(field: str) -> str:
    return "identifiers" if field == CODE_FIELD else FIELDS[field].label.lower()
