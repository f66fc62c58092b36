"""Category Mapping: the store's tree at the left, Jet's category at the right."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from catalog.mapping import coverage, jet_tree, store_tree
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.mapping.services import category_mappings
from catalog.mapping.store_tree import Branch, StoreTree
from catalog.products.models import StoreCategory
from jetbridge.core.texts import number_in
from jetbridge.panel.pages import panel_page, render_page

SEE, DO = "mapping.view_categorymapping", "mapping.map"


@require_GET
@panel_page(SEE)
def categories(request: HttpRequest) -> HttpResponse:
    """Show both trees; without a chosen category the next one to map is chosen."""
    tree = store_tree.load_store_tree()
    open_only, search = bool(request.GET.get("unmapped")), request.GET.get("q", "").strip()
    shown = tree.shown(open_only=open_only, search=search)
    chosen = tree.find(number_in(request.GET.get("category"))) or store_tree.StoreTree(shown).next_open(None)
    chosen = chosen or next(iter(shown or tree.branches), None)
    rows, left_out = store_tree.rows_of(shown, chosen=chosen, opened=bool(search))
    context = {
        "tree": tree,
        "rows": rows,
        "left_out": left_out,
        "closed": any(row.closed for row in rows),
        "open_only": open_only,
        "q": search,
        "undo": request.GET.get("undo", ""),
        "has_taxonomy": JetCategory.objects.exists(),
        **(_choice(tree, chosen, None) if chosen else {"branch": None}),
        "suggestions": jet_tree.suggestions(chosen.full_path) if chosen else [],
        "may_map": request.user.has_perm(DO),
    }
    return render_page(request, "mapping/categories.html", title="Category Mapping", context=context)


@require_GET
@panel_page(SEE)
def choice(request: HttpRequest) -> HttpResponse:
    """Answer a change of a select, a search result or a suggestion: the selects, and what the choice means."""
    tree = store_tree.load_store_tree(counted=False)
    branch = tree.find(number_in(request.GET.get("category")))
    if branch is None:
        raise Http404("There is no such store category any more.")
    kept = {"open_only": bool(request.GET.get("unmapped")), "q": request.GET.get("q", "")}
    context = {**_choice(tree, branch, _chosen(request)), **kept, "may_map": request.user.has_perm(DO)}
    return render(request, "mapping/choice.html", context)


@require_GET
@panel_page(SEE)
def search(request: HttpRequest) -> HttpResponse:
    """Answer the search box: Jet categories by words of their whole path."""
    text = request.GET.get("find", "").strip()
    context = {
        "found": jet_tree.search(text),
        "most": jet_tree.FOUND,
        "text": text,
        "category": number_in(request.GET.get("category")),
    }
    return render(request, "mapping/found.html", context)


@require_POST
@panel_page(DO)
def save(request: HttpRequest) -> HttpResponse:
    """Map or clear the chosen store category, then go on to the next unmapped one."""
    category = get_object_or_404(StoreCategory, pk=number_in(request.POST.get("category")) or 0)
    below = bool(request.POST.get("below"))
    try:
        report = _save(request, category, below)
    except category_mappings.NotMappable as problem:
        messages.error(request, str(problem))
        return redirect(_page(request, category.pk))
    _report(request, category, report)
    following = store_tree.load_store_tree().next_open(category.pk)
    went_on = following is not None and request.POST.get("action") != "clear"
    target = following.id if went_on and following else category.pk
    return redirect(_page(request, target, undo=report.request_id if report.changed else ""))


@require_POST
@panel_page(DO)
def undo(request: HttpRequest) -> HttpResponse:
    report = category_mappings.undo(request_id=request.POST.get("request_id", "")[:36])
    if report.changed:
        messages.success(request, f"Taken back: {_named(report.changed)}.")
    else:
        messages.warning(request, "Nothing was taken back: these mappings have been changed since.")
    return redirect(_page(request, number_in(request.POST.get("category"))))


def _save(request: HttpRequest, category: StoreCategory, below: bool) -> category_mappings.MappingReport:
    if request.POST.get("action") == "clear":
        return category_mappings.clear_category(store_category=category, below=below)
    jet = _chosen(request)
    if jet is None:
        raise category_mappings.NotMappable("Choose a Jet category first.")
    return category_mappings.map_category(store_category=category, jet_category=jet, below=below)


def _report(request: HttpRequest, category: StoreCategory, report: category_mappings.MappingReport) -> None:
    if not report.changed:
        messages.info(request, f"{category.full_path} was so already; nothing changed.")
        return
    mapping = CategoryMapping.objects.filter(store_category=category).select_related("jet_category").first()
    what = f"mapped to {mapping.jet_category.path}" if mapping else "not mapped any more"
    messages.success(request, f"{_named(report.changed)}: {what}. Their products are being checked again.")


def _named(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def _choice(tree: StoreTree, branch: Branch, jet: JetCategory | None) -> dict[str, Any]:
    jet = jet or branch.mapped_to
    return {
        "branch": branch,
        "selects": jet_tree.selects_for(jet),
        "asked": coverage.asked_by(jet, path=branch.path) if jet else [],
        "stock": store_tree.stock_of(tree, branch),
        "counted_most": coverage.COUNTED,
        "replaced": store_tree.own_mappings_below(branch),
        "refused": _refusal(jet),
    }


def _refusal(jet: JetCategory | None) -> str:
    try:
        if jet:
            category_mappings.check_mappable(jet)
    except category_mappings.NotMappable as problem:
        return str(problem)
    return ""


def _chosen(request: HttpRequest) -> JetCategory | None:
    """The deepest of the three selects that fits the one above it; a changed root forgets its old children."""
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("jet"):
        return jet_tree.category(asked["jet"])
    root, child, sub = (jet_tree.category(asked.get(name)) for name in ("root", "child", "sub"))
    if child is None or root is None or child.parent_id != root.pk:
        return root
    return sub if sub and sub.path.startswith(f"{child.path} > ") else child


def _page(request: HttpRequest, category: int | None, **more: str) -> str:
    kept = {name: request.POST[name] for name in ("unmapped", "q") if request.POST.get(name)}
    query = {"category": str(category or ""), **kept, **more}
    query = {name: value for name, value in query.items() if value}
    return f"{reverse('mapping:categories')}?{urlencode(query)}"
