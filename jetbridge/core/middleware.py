"""Puts the person of a request where services find it, and lets a page view read the configuration once."""

from collections.abc import Callable
from contextlib import ExitStack

from django.http import HttpRequest, HttpResponse

from jetbridge.core import configuration, request_cache
from jetbridge.core.actors import acting


class ActorMiddleware:
    """Name the acting person, and give the request an id that its answer carries too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A header, a menu and a grid all ask for the configuration; a page view need not read it again each time.
        with acting(user=getattr(request, "user", None)) as actor, ExitStack() as kept:
            if request.method == "GET":
                kept.enter_context(configuration.read_once())
                kept.enter_context(request_cache.remembering())
            response = self.get_response(request)
        response["X-Request-ID"] = actor.request_id
        return response
