"""What is kept of whom, where, and for how long."""

from django.http import HttpRequest, HttpResponse

from jetbridge.core import configuration, personal
from jetbridge.core.models import Erasure
from jetbridge.panel.pages import panel_page, render_page

SHOWN = 50


@panel_page("core.view_configuration")
def personal_data(request: HttpRequest) -> HttpResponse:
    """Show the declaration of columns with the times that are set, and the receipts."""
    config = configuration.current()
    groups: dict[str, dict[str, list[str]]] = {}
    for each in personal.HOLDINGS:
        groups.setdefault(each.whose.value, {}).setdefault(personal.until(each, config), []).append(each.what)
    context = {
        "groups": {whose: rows.items() for whose, rows in groups.items()},
        "elsewhere": personal.ELSEWHERE,
        "receipts": Erasure.objects.all()[:SHOWN],
    }
    return render_page(request, "desk/personal_data.html", title="Personal Data", context=context)
