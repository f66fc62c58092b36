"""The demo's pictures, and the button that takes the demo away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control

from jetbridge.desk.demo import pictures, removal
from jetbridge.panel.pages import panel_page, render_page


@cache_control(max_age=86_400, public=True)
def picture(request: HttpRequest, shape: str, color: str) -> HttpResponse:
    """Return one drawing; without a login, for Jet fetches pictures as everybody does."""
    try:
        drawing = pictures.picture(shape, color)
    except KeyError:
        raise Http404("There is no such picture.") from None
    return HttpResponse(drawing, content_type="image/svg+xml")


@panel_page("catalog.delete_product")
def remove(request: HttpRequest) -> HttpResponse:
    """Say what would go, then take it away."""
    if request.method == "POST":
        gone = removal.remove()
        words = ", ".join(f"{count} {name}" for name, count in gone.items())
        messages.info(request, f"Removed: {words}." if words else "There was no demo data.")
        return redirect("admin:index")
    found = removal.counts()
    words = (
        ", ".join(f"{count:,} {name}" for name, count in found.items()) or "nothing: there is no demo data"
    )
    context = {
        "lines": [
            f"This removes {words}.",
            "Your own products, orders and settings stay. The sandbox is emptied when nothing else is in it.",
            "It cannot be undone; manage.py seed_demo makes a fresh demo.",
        ],
        "button": "Remove the demo",
        "danger": True,
        "cancel_url": reverse("admin:index"),
    }
    return render_page(request, "panel/confirm.html", title="Remove demo data", context=context)
