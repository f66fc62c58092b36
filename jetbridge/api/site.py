"""The API as a whole: its reader of bodies, its problems, its document, and the addresses of all its resources."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI, Swagger
from ninja.parser import Parser

from jetapi.http import json_documents
from jetbridge.api import problems
from jetbridge.api.problems import ApiProblem

View = Callable[..., HttpResponse]
# Where all addresses stand.
PLACE = "api/v1/"
# With these, a view leaves a request to another one whose address the path may be.
LEAVES = frozenset({404, 405, 422})
# A list of prices of 10,000 products has half of it.
LARGEST = 2 * json_documents.MB
DESCRIPTION = """
The panel's services for programs. A token is made on My API tokens, and may do what its person may.

Lists: `?limit=` up to 500, and `?cursor=` with the `next` of the page before, until that is null. `?changed_since=`
gives what changed from that moment on, the longest unchanged first; ask again from ten seconds before the last
`changed_at` you saw, since a change is dated when it began to be stored: what comes twice is the same. That Jet was
only looked at (`status_at`, `live_at`) is no change; once other keys are switched on, read both lists anew.
Money is a string. Each POST takes an `Idempotency-Key` and is answered alike for a day. Each answer to a GET has an
`ETag`; sent back as `If-None-Match` it is 304 while nothing changed. 600 calls a minute.
"""


class StrictParser(Parser):
    """Reads bodies as everything from outside is read: limits of size and depth, and no sign that is none."""

    def parse_body(self, request: HttpRequest) -> Any:
        """
        Return what a body holds; an empty one holds nothing.

        :raises ValueError: it is no JSON that is read
        """
        body = request.body or b"{}"
        found = json_documents.read(body, most_bytes=LARGEST)
        if b"\\u0000" in body and _has_nul(found):
            raise ValueError("a text holds a sign that stands in no text")
        return found


class PanelApi(NinjaAPI):
    """The framework's API with our problems in its answers and in its document."""

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, problems.failed)  # type: ignore[arg-type]  # it gets the exception itself

    def get_openapi_schema(self, **how: Any) -> Any:
        """Return the document, OpenAPI 3.1: whatever is not done is answered with a problem."""
        document = super().get_openapi_schema(**how)
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, found in operation["responses"].items():
                    if int(status) >= 400 and "content" in found:
                        found["content"] = {problems.CONTENT_TYPE: next(iter(found["content"].values()))}
        return document


API = PanelApi(
    title="JetBridge API",
    version="1",
    description=DESCRIPTION.strip(),
    urls_namespace="api-v1",
    parser=StrictParser(),
    docs=Swagger(settings={"validatorUrl": None, "persistAuthorization": False}),
)


def addresses() -> list[URLPattern]:
    """Return all addresses; whatever goes wrong below them is answered with a problem, too."""
    found = [pattern for pattern in API.urls[0] if isinstance(pattern, URLPattern)]
    views = [(pattern, pattern.callback) for pattern in found if pattern.name != "api-root"]
    views.sort(key=lambda each: -_own_words(each[0]))
    answered = _answered(views)
    for pattern in found:
        pattern.callback = csrf_exempt(_unknown) if pattern.name == "api-root" else answered
    return [*found, re_path("", csrf_exempt(_unknown), name="unknown")]


def _answered(views: list[tuple[URLPattern, View]]) -> View:
    @conditional_page
    def asked(request: HttpRequest) -> HttpResponse:
        response = _ask_each(request, views)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ("Authorization",))
        return response

    @csrf_exempt
    def answered(request: HttpRequest, **_named: Any) -> HttpResponse:
        if request.method != "HEAD":
            return asked(request)
        request.method = "GET"
        response = asked(request)
        if response.status_code != 304:
            response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
        return response

    return answered


def _ask_each(request: HttpRequest, views: list[tuple[URLPattern, View]]) -> HttpResponse:
    """
    Ask each view whose address the path may be, the one with most words of its own first, until one has an answer.

    A SKU or a number is free to be a word that stands in addresses, such as prices or A/validate: a view that does
    nothing by this method, finds nothing of this name or cannot take the body leaves the request to the next.
    """
    path = request.path_info.removeprefix(f"/{PLACE}")
    refusals, allowed = [], set[str]()
    for pattern, view in views:
        if match := pattern.resolve(path):
            response = view(request, *match.args, **match.kwargs)
            if response.status_code not in LEAVES:
                return response
            refusals.append(response)
            allowed.update(filter(None, response.headers.get("Allow", "").split(", ")))
    if not refusals or refusals[0].status_code != 405:
        return refusals[0] if refusals else _unknown(request)
    by = ", ".join(sorted(allowed))
    detail = f"{request.method} does nothing here; {by} does."
    return problems.answer(ApiProblem(405, "api.method", detail, headers={"Allow": by}))


def _own_words(pattern: URLPattern) -> int:
    return sum(len(part) for part in str(pattern.pattern).split("/") if "<" not in part)


def _unknown(request: HttpRequest) -> HttpResponse:
    return problems.answer(ApiProblem(404, "api.not_found", "There is no such address."))


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(each) for key, each in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value
