"""Attribute Mapping by Jet category in use: what it asks for beside what its products have, proposed at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from catalog.mapping import attribute_plans, selectors
from catalog.mapping.attribute_plans import Line, Plan, Proposal
from catalog.mapping.changes import WHAT_IF, Effect, WhatIf
from catalog.mapping.models import JetAttribute, JetCategory
from catalog.mapping.services import attribute_mappings
from jetbridge.core.texts import counted
from jetbridge.panel.pages import panel_page, render_page

SEE, DO = "mapping.view_attributemapping", "mapping.change_attributemapping"
# As many are checked twice, as they are and as they would be, while a person waits.
MOST_CHECKED = 1_500


@panel_page(SEE)
def attributes(request: HttpRequest) -> HttpResponse:
    """Show the categories in use and one of them opened; store what was accepted or chosen."""
    found = current_plans()
    opened = _opened(found, request.GET.get("category", ""))
    if request.method == "POST" and request.user.has_perm(DO):
        return _accept(request, found) if "accept_all" in request.POST else _save(request, found, opened)
    proposals = [
        (each, labels[each.needed.attribute.pk])
        for plan in found
        for labels in [attribute_plans.distinct_labels(plan.needed)]
        for each in plan.proposals
    ]
    sure = [each for each, _ in proposals if each.sure]
    context: dict[str, Any] = {
        "plans": found,
        "opened": opened,
        "lines": _lines(opened) if opened else (),
        "claims": _claims(opened) if opened else (),
        "proposals": proposals,
        "sure": sure,
        "effect": effect_of(found, sure) if sure else None,
        "open": sum(1 for plan in found if not plan.is_done),
        "is_sample": attribute_plans.is_sample(),
        "looked_at": sum(len(plan.use.ids) for plan in found),
        "may_map": request.user.has_perm(DO),
        "undo": request.GET.get("undo", ""),
    }
    return render_page(request, "mapping/attribute_plans.html", title="Attribute Mapping", context=context)


def current_plans() -> list[Plan]:
    """Return what the catalogue's Jet categories ask for and have now."""
    return attribute_plans.plans(attribute_plans.survey(), selectors.attribute_mappings())


def effect_of(found: Sequence[Plan], proposals: Sequence[Proposal]) -> Effect:
    """Check the products of the categories concerned as they are and as they would be; nothing is stored."""
    concerned = {each.category.pk for each in proposals}
    uses = [plan.use.ids for plan in found if plan.use.category.pk in concerned]
    is_cut = sum(map(len, uses)) > MOST_CHECKED
    # Of each category its share, so that none goes uncounted behind a large one.
    most = MOST_CHECKED // len(uses) if is_cut else MOST_CHECKED
    ids = tuple(pk for use in uses for pk in use[:most])
    effect = WHAT_IF.ask(WhatIf(tuple(attribute_plans.rows_of(proposals)), ids))[0]
    return replace(effect, is_part=is_cut or attribute_plans.is_sample())


def _opened(found: Sequence[Plan], asked: str) -> Plan | None:
    """Return the category that was asked for, else the first that is not done."""
    chosen = next((plan for plan in found if str(plan.use.category.jet_id) == asked), None)
    return chosen or next((plan for plan in found if not plan.is_done), found[0] if found else None)


def _lines(plan: Plan) -> list[dict[str, Any]]:
    """Return the rows of one category: the choices of each with distinct labels."""
    labels = attribute_plans.distinct_labels(plan.needed)
    branch = _branch(plan.use.category)
    rows = []
    for line in plan.lines:
        chosen = line.mapping.jet_attribute if line.carried and line.mapping else None
        chosen = chosen or (line.proposal.needed.attribute if line.proposal else None)
        choices = [
            (each.attribute.jet_id, labels[each.attribute.pk], chosen == each.attribute)
            for each in plan.needed
            if each.attribute.variant or not line.varies
        ]
        rows.append(
            {"line": line, "choices": choices, "scopes": _scopes(line, branch), "from": _from(line, plan)}
        )
    return rows


def _branch(category: JetCategory) -> list[JetCategory]:
    """Return a category and those above it, the nearest first."""
    line, known = [category], {category.pk}
    while (above := line[-1].parent) is not None and above.pk not in known:
        line.append(above)
        known.add(above.pk)
    return line


def _scopes(line: Line, branch: Sequence[JetCategory]) -> list[tuple[str, str, bool]]:
    now = line.mapping.category_id if line.mapping and line.carried else branch[0].pk
    names = ["this category", *(f"all of {each.name}" for each in branch[1:])]
    found = [(str(each.jet_id), name, each.pk == now) for each, name in zip(branch, names, strict=True)]
    return [*found, ("all", "all categories", now is None)]


def _from(line: Line, plan: Plan) -> str:
    """Say from where a mapping counts here, where that is not the category itself."""
    if line.mapping is None or line.mapping.category_id == plan.use.category.pk:
        return ""
    return f"from {line.mapping.category.name}" if line.mapping.category else "from all categories"


def _claims(plan: Plan) -> list[tuple[JetAttribute, list[Line]]]:
    """Return the Jet attributes that several store attributes feed equally near: which is meant?"""
    by_jet: dict[tuple[int, int | None], list[Line]] = {}
    for line in plan.lines:
        if line.mapping and line.carried:
            by_jet.setdefault((line.mapping.jet_attribute_id, line.mapping.category_id), []).append(line)
    several = [lines for lines in by_jet.values() if len(lines) > 1]
    return [(lines[0].mapping.jet_attribute, lines) for lines in several if lines[0].mapping]


def _accept(request: HttpRequest, found: Sequence[Plan]) -> HttpResponse:
    keys = set(request.POST.getlist("accept"))
    chosen = [each for plan in found for each in plan.proposals if each.key in keys]
    stored = attribute_mappings.save_many(rows=attribute_plans.rows_of(chosen))
    if not stored:
        messages.warning(request, "Nothing was selected, so nothing was mapped.")
        return redirect("mapping:attributes")
    messages.success(request, f"{counted(stored, 'mapping')} stored. The products are being checked again.")
    return _next(request)


def _next(request: HttpRequest) -> HttpResponse:
    """Go on to the next category that is not done; behind the last one to the problems that are left."""
    if not any(not plan.is_done for plan in current_plans()):
        messages.success(request, "Each attribute that your groups vary by feeds one of Jet's.")
    return redirect("mapping:attributes")


def _save(request: HttpRequest, found: Sequence[Plan], opened: Plan | None) -> HttpResponse:
    if opened is None:
        return redirect("mapping:attributes")
    rows, problems = [], []
    for line in opened.lines:
        if line.attribute is None:
            continue
        try:
            rows += _row(request.POST, opened, line)
        except attribute_mappings.BadUnit as problem:
            problems.append(f"{line.label}: {problem}")
    if problems:
        messages.error(request, f"Nothing was stored. {' '.join(problems)}")
        here = urlencode({"category": opened.use.category.jet_id})
        return redirect(f"{reverse('mapping:attributes')}?{here}")
    stored = attribute_mappings.save_many(rows=rows)
    if stored:
        messages.success(
            request, f"{counted(stored, 'mapping')} stored. The products are being checked again."
        )
    else:
        messages.info(request, "Nothing was changed.")
    return _next(request)


def _row(data: QueryDict, plan: Plan, line: Line) -> list[Any]:
    """Read one row of the form: the Jet attribute, where it counts, the words that were accepted."""
    attribute = line.attribute
    jet_id = data.get(f"jet_{attribute.pk}", "") if attribute else ""
    choice = next((each for each in plan.needed if str(each.attribute.jet_id) == jet_id), None)
    if attribute is None or choice is None:
        return []
    branch = {str(each.jet_id): each for each in _branch(plan.use.category)}
    where = data.get(f"for_{attribute.pk}", "")
    category = None if where == "all" else branch.get(where, plan.use.category)
    words = attribute_plans.words_for(choice, line.samples) if f"words_{attribute.pk}" in data else {}
    row = attribute_plans.row_for(attribute, category, choice.attribute, words)
    row.unit = attribute_mappings.check_unit(jet_attribute=row.jet_attribute, unit=row.unit)
    return [row]
