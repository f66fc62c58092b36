"""The knowledge base: how-tos with our own pictures, questions in collapsible groups, one search over everything."""

from django.http import Http404, HttpRequest, HttpResponse
from unfold.widgets import INPUT_CLASSES

from jetbridge.desk import howto, knowledge
from jetbridge.panel.pages import panel_page, render_page


@panel_page("")
def help_page(request: HttpRequest) -> HttpResponse:
    """Show how-tos and questions; with words, what how-tos and error book know by them."""
    found = knowledge.search(request.GET.get("q", ""))
    chapters = howto.all_chapters()
    groups = {title: [chapters[key] for key in keys] for title, keys in howto.GROUPS.items()}
    context = {"found": found, "groups": groups, "input": " ".join(INPUT_CLASSES)}
    return render_page(request, "desk/help.html", title="Knowledge Base", context=context)


@panel_page("")
def chapter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one how-to, with the way to its neighbors."""
    chapters = howto.all_chapters()
    if key not in chapters:
        raise Http404(key)
    keys = list(chapters)
    at = keys.index(key)
    context = {
        "chapter": chapters[key],
        "before": chapters[keys[at - 1]] if at else None,
        "after": chapters[keys[at + 1]] if at + 1 < len(keys) else None,
    }
    return render_page(request, "desk/howto.html", title=chapters[key].title, context=context)
