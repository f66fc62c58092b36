"""The error book's page: all of it at once, or what is searched for."""

from django.http import HttpRequest, HttpResponse
from unfold.widgets import INPUT_CLASSES

from jetbridge.desk import knowledge
from jetbridge.panel.pages import panel_page, render_page


@panel_page("")
def book(request: HttpRequest) -> HttpResponse:
    """Show the entries that hold the words of the search, and the how-tos that do."""
    found = knowledge.search(request.GET.get("q", ""), request.GET.get("or", ""))
    context = {"found": found, "input": " ".join(INPUT_CLASSES)}
    return render_page(request, "desk/errors.html", title="Error Book", context=context)
