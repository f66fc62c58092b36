"""Puts the person of a request where services find it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jetbridge.core.actors import acting


class ActorMiddleware:
    """Name the acting person, and give the request an id that its answer carries too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(user=getattr(request, "user", None)) as actor:
            response = self.get_response(request)
        response["X-Request-ID"] = actor.request_id
        return response
