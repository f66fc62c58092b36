"""What every request passes: who acts, one reading of the configuration, what browsers may do with an answer."""

from collections.abc import Callable
from contextlib import ExitStack

from auditlog.middleware import AuditlogMiddleware
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

from jetbridge.core import configuration, erasures, pictures, request_cache, sessions, sign_ins, store_days
from jetbridge.core.actors import acting

PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


class ActorMiddleware:
    """Name the acting person, and give the request an id that its answer carries too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A header, a menu and a grid all ask for the configuration; a page view need not read it again each time.
        with acting(user=getattr(request, "user", None)) as actor, store_days.followed(), ExitStack() as kept:
            if request.method == "GET":
                kept.enter_context(configuration.read_once())
                kept.enter_context(request_cache.remembering())
            response = self.get_response(request)
        response["X-Request-ID"] = actor.request_id
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refuse a filter that a table does not have; its list leads back by itself, an export of it cannot."""
        return bad_request(request, error) if isinstance(error, IncorrectLookupParameters) else None


class ForgottenMiddleware:
    """Serve no page out of a database that still knows, or knows again, whom somebody forgot."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        erasures.ensure()
        return self._get_response(request)


class SignInMiddleware:
    """End sessions that are over, and know a browser again in which somebody signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if sessions.end_if_over(request) and "HX-Request" in request.headers:
            # A part of a page cannot ask for a password: the whole page is loaded again, and its login.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        response = self._get_response(request)
        sessions.note_activity(request)
        sign_ins.remember_browser(request, response)
        return response


class EditLogMiddleware(AuditlogMiddleware):
    """
    Name in the rows of edits whom the panel heard; the library believes any header that says so.

    Who acts is not the middleware's to say: commands and jobs edit too (`history.name_editor`).
    """

    @staticmethod
    def _get_actor(request: HttpRequest) -> None:
        return None

    @staticmethod
    def _get_remote_addr(request: HttpRequest) -> str:
        return sign_ins.client_address(request)

    @staticmethod
    def _get_remote_port(request: HttpRequest) -> None:
        return None


class BrowserPolicyMiddleware:
    """Take from pages what they do not use, and from other sites the right to embed what is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with pictures.collecting() as origins:
            response = self._get_response(request)
        response._csp_update = {"img-src": [*origins]}  # type: ignore[attr-defined]  # what the policy is made from
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
