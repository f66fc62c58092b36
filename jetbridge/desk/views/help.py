"""The help page: the knowledge base in collapsible groups, and where to ask."""

from django.http import HttpRequest, HttpResponse

from jetbridge.core.pages import panel_page, render_page


@panel_page()
def help_page(request: HttpRequest) -> HttpResponse:
    """Show questions with their answers; each answer leads to the page where it is done."""
    return render_page(request, "desk/help.html", title="Help")
