"""The error book's page: all of it at once, or what is searched for."""

from django.http import HttpRequest, HttpResponse
from unfold.widgets import INPUT_CLASSES

from jetbridge.core.pages import panel_page, render_page
from jetbridge.desk import error_book

LONGEST_SEARCH = 200


@panel_page()
def book(request: HttpRequest) -> HttpResponse:
    """Show the entries that hold the words of the search."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    chapters = list(error_book.search(text))
    context = {
        "q": text,
        "chapters": chapters,
        "count": sum(len(entries) for _title, entries in chapters),
        "input": " ".join(INPUT_CLASSES),
    }
    return render_page(request, "desk/errors.html", title="Error book", context=context)
