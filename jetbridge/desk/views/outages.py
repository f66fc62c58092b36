"""What a person sees when a page fails: the database's outage by its name, or that the panel is at fault."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from jetbridge.core import outages

# When a browser, a balancer or a script may ask again.
SECONDS = "30"


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 503 with the cause while the database cannot be used, and 500 for any other error."""
    outage = outages.outage_of(sys.exc_info()[1])
    if outage is None:
        return server_error(request)
    body = render_to_string("503.html", {"outage": outage})
    return HttpResponse(body, status=503, headers={"Retry-After": SECONDS})
