"""Fix by cause: what is wrong rule by rule, and one rule's products with the value that fixes them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from catalog.mapping.fields.sources import resolve, store_text
from catalog.mapping.fields.table import DEFAULT, FIELDS, WITH_DEFAULT
from catalog.products.models import Product
from catalog.rules import causes as problem_causes
from catalog.rules import codes, fixes
from catalog.rules.causes import Cause
from catalog.rules.fixes import FixPage
from catalog.rules.forms.quick_edits import QuickForm
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.result_chips import SEVERITY_TONES
from catalog.rules.services import lost_zeros, quick_edits, validations
from catalog.rules.views import fills
from jetbridge.core import configuration
from jetbridge.core.texts import counted, number_in
from jetbridge.panel.display import chip
from jetbridge.panel.pages import panel_page, render_page
from jetbridge.panel.paginator import CappedPaginator

# As many as one form saves and checks again while a person waits.
PAGE = 25
# More pages than this fix one cause only where nothing is mapped: the first of them come first.
MOST_FIXES = 12


@dataclass
class Line:
    """One product of a cause: what is wrong with it, what Jet would get now, and the field to fix it in."""

    product: Product
    messages: Sequence[str]
    now: str
    form: QuickForm | None


@require_GET
@panel_page("catalog.view_product")
def causes(request: HttpRequest) -> HttpResponse:
    """Show every cause with the number of products that have it."""
    found = problem_causes.causes(configuration.active_account())
    first = fills.next_fix(found)
    if first is not None and request.GET.get("open") == "worst":
        return redirect(first[1])
    rows = [{"cause": each, "chip": _chip(each), "url": _url(each.code)} for each in found]
    unchecked = not rows and ValidationResult.objects.filter(stale_since__isnull=False).exists()
    context = {"rows": rows, "unchecked": unchecked, "first": first}
    return render_page(request, "catalog/causes.html", title="Fix by Cause", context=context)


@require_http_methods(["GET", "POST"])
@panel_page("catalog.view_product")
def cause(request: HttpRequest, code: str) -> HttpResponse:
    """Show one cause's products; store what was typed, check those products again, and say what is fixed."""
    account = configuration.active_account()
    found = problem_causes.cause(code, account)
    if found is None:
        messages.success(request, f"No product has this problem any more: {codes.words(code)}.")
        return redirect("catalog:causes")
    may_edit = request.user.has_perm("catalog.change_product") and quick_edits.can_edit(found.field)
    filters = fills.filters_of(request.GET)
    posted = request.POST if request.method == "POST" and may_edit else None
    if posted is not None and "fill" in posted:
        form = fills.form_of(found, posted)
        if form.is_valid():
            return redirect("catalog:run", fills.start(request, found, form).pk)
    filled = posted if posted is not None and "fill" in posted else None
    typed = None if filled else posted
    ids = [pk for each in typed.getlist("product") if (pk := number_in(each))][:PAGE] if typed else None
    page = CappedPaginator(_ids(found, filters), PAGE).get_page(request.GET.get("p"))
    lines = _lines(found, list(page) if ids is None else ids, typed, may_edit=may_edit)
    if typed is not None and _save(request, found, lines):
        return redirect(f"{_url(code)}?{urlencode({'p': page.number})}")
    context = {"cause": found, "chip": _chip(found), "lines": lines, "page": page, "may_edit": may_edit}
    context |= {**_links(request, code), "fixes": _fixes(found), "q": request.GET.get("q", "")}
    context["default_url"] = _default_url(found.field)
    context["decision"] = fills.decision(found, filters, filled or request.GET) if may_edit else None
    status = 422 if filled or any(line.form and line.form.errors for line in lines) else 200
    return render_page(request, "catalog/cause.html", title=found.words, context=context, status=status)


def _fixes(found: Cause) -> list[tuple[FixPage, str]]:
    """Return the pages that fix a cause, each with how many products it concerns, in words."""
    if (page := fixes.only_page(found.code, found.count)) is not None:
        return [(page, found.words_of_count)]
    among = f" of the first {fixes.MOST}" if found.count > fixes.MOST else ""
    rows = fixes.of_cause(found.code)[:MOST_FIXES]
    return [(page, f"{counted(count, 'product')}{among}") for page, count in rows]


def _default_url(field: str) -> str:
    """Return where a field has a default, for products that come later too; empty where each has its own."""
    if field not in WITH_DEFAULT:
        return ""
    return f"{reverse('desk:configuration_tab', args=['fields'])}#id_{field}{DEFAULT}"


def _ids(found: Cause, filters: dict[str, list[str]]) -> QuerySet[Any]:
    if filters:
        run = fills.chosen(found.code, filters)
        return fills.pages().services.chosen(run).order_by("pk").values_list("pk", flat=True)
    rows = Problem.objects.filter(code=found.code).order_by("product_id")
    ids = rows.values_list("product_id", flat=True).distinct()
    # Products, not problems: one may break the rule twice.
    setattr(ids, "jb_count", found.count)  # noqa: B010 - a queryset has no such attribute to mypy
    return ids


def _lines(found: Cause, ids: Sequence[int], typed: Any, *, may_edit: bool) -> list[Line]:
    config = configuration.current()
    messages_of: dict[int, list[str]] = defaultdict(list)
    for problem in Problem.objects.filter(code=found.code, product__in=ids).order_by("pk"):
        messages_of[problem.product_id].append(problem.message)
    products = Product.objects.filter(pk__in=ids).prefetch_related("texts").order_by("pk")
    return [
        Line(
            product,
            messages_of[product.pk],
            _now(product, found.field, config),
            QuickForm(product, found.field, typed, prefix=str(product.pk)) if may_edit else None,
        )
        for product in products
    ]


def _now(product: Product, field: str, config: Any) -> str:
    """Return what Jet would get for a field, wherever it comes from."""
    if field not in FIELDS:
        return ""
    value = resolve(product, config, text=store_text(product, config)).get(field)
    return "" if value is None else str(value.value)[:200]


def _save(request: HttpRequest, found: Cause, lines: Sequence[Line]) -> bool:
    """Store what was changed and check it again; return whether nothing is left to be typed again."""
    changed = [line for line in lines if line.form and line.form.has_changed()]
    saved = [line.product for line in changed if line.form and line.form.save()]
    if saved:
        validations.validate([product.pk for product in saved])
        left = Problem.objects.filter(code=found.code, product__in=saved)
        still = {problem.product_id: problem.message for problem in left}
        fixed = len(saved) - len(still)
        if fixed:
            messages.success(request, f"{counted(fixed, 'product')} fixed.")
        for product in saved:
            if product.pk in still:
                messages.warning(request, f"{product.sku} is saved but still wrong: {still[product.pk]}")
    if not changed:
        messages.info(request, "Nothing was changed.")
    return len(saved) == len(changed)


def _links(request: HttpRequest, code: str) -> dict[str, str]:
    query = urlencode({"problems": code})
    found = {
        "grid_url": f"{reverse('admin:catalog_product_changelist')}?{query}",
        "export_url": f"{reverse('admin:catalog_product_export')}?{query}",
    }
    if code in lost_zeros.CODES and request.user.has_perm("catalog.change_product"):
        asked = urlencode({"action": "restore_zeros", "problems": code})
        found["zeros_url"] = f"{reverse('catalog:new_run')}?{asked}"
    if request.user.has_perm("catalog.import_products"):
        found["import_url"] = reverse("catalog:imports")
        found["check_url"] = (
            f"{reverse('catalog:new_run')}?{urlencode({'action': 'validate', 'problems': code})}"
        )
    return found


def _chip(found: Cause) -> str:
    severity = problem_causes.Severity(found.severity)
    return chip(str(severity.label), SEVERITY_TONES[severity])


def _url(code: str) -> str:
    return reverse("catalog:cause", args=[code])
