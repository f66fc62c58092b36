"""The one way to an address of the API: token, calls a minute, scope and permission, then its person acts."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from ninja.security import HttpBearer
from pydantic import TypeAdapter

from jetbridge.api import allowances, repeats, tokens
from jetbridge.api.models import Token
from jetbridge.api.problems import ApiProblem, invalid
from jetbridge.core import history, sign_ins
from jetbridge.core.actors import acting, current_actor

View = Callable[..., Any]
# Under which tokens that let nobody in are counted, an address each; a person's name holds no blank.
GUESSES = "API token"
READS = frozenset({"GET", "HEAD"})
# How the document describes the header by which a POST is done once.
KEY = {
    "in": "header",
    "name": repeats.HEADER,
    "required": False,
    "description": "A repeat under the same key within a day does nothing, and is answered as the first was.",
    "schema": {"type": "string", "pattern": f"^[ -~]{{1,{repeats.LONGEST}}}$"},
}
# PostgreSQL takes it in no text; nobody means it in a name.
_ODD = re.compile(r"[\x00\ud800-\udfff]")


class Fault(Schema):
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class Problem(Schema):
    """Why a request was not answered; codes stand in the error book."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault]


class BearerToken(HttpBearer):
    """Lets in whoever carries a token whose person may do what stands here."""

    def __init__(self, permission: str, *, writes: bool) -> None:
        super().__init__()
        self.permission, self.writes = permission, writes

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """
        Return the token of a request; its person is the request's from now on.

        :raises ApiProblem: too many calls, or neither the token nor its person may do this
        """
        known = getattr(request, "api_token", None)
        # An address that may be another's, too, is asked of each view in turn: that is one call.
        found = self._counted(request, token) if known is None else known
        if found is None:
            return None
        if self.writes and not found.can_write:
            raise ApiProblem(403, "api.read_only", "This token reads only.")
        for needed in (tokens.PERMISSION, self.permission):
            if needed and not found.person.has_perm(needed):
                raise ApiProblem(403, "api.not_permitted", f"It needs the permission {needed}.")
        if _ODD.search(request.path) or any(map(_ODD.search, request.GET.dict().values())):
            raise ApiProblem(422, "api.invalid", "The address holds a sign that stands in no name.")
        return found

    def _counted(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token that a request carries, once its call is counted; whoever guesses is counted, too."""
        found = tokens.find(token)
        if found is None:
            if sign_ins.is_guess(request, GUESSES, "The token lets nobody in."):
                pause = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
                detail = "Too many tokens came from this address that let nobody in."
                raise ApiProblem(429, "api.too_many_calls", detail, headers={"Retry-After": pause})
            return None
        seconds = allowances.take(found, reads=request.method in READS)
        if seconds:
            detail = f"More than {allowances.CALLS_A_MINUTE} calls within a minute. Ask again in {seconds} s."
            raise ApiProblem(429, "api.too_many_calls", detail, headers={"Retry-After": str(seconds)})
        tokens.note_use(found)
        request.user = found.person
        request.api_token = found  # type: ignore[attr-defined]  # for the next view that is asked
        return found


def reads(router: Router, path: str, *, permission: str, response: Any, **how: Any) -> Callable[[View], View]:
    """Register a view that answers a GET to those with a permission; "" lets in every token."""

    def decorate(view: View) -> View:
        known = _parameters(view)

        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if strange := sorted(set(request.GET) - known):
                detail = f"This address knows no {strange[0]}; {', '.join(sorted(known)) or 'nothing'} may be asked."
                raise invalid(strange[0], detail, "unknown_parameter")
            with acting(user=request.user, request_id=current_actor().request_id):
                return view(request, *args, **kwargs)

        auth = BearerToken(permission, writes=False)
        router.get(path, auth=auth, response={200: response, **problems_of()}, **how)(run)
        return run

    return decorate


def writes(
    router: Router,
    method: str,
    path: str,
    *,
    permission: str,
    response: Any,
    status: int = 200,
    staged: bool = False,
    **how: Any,
) -> Callable[[View], View]:
    """
    Register a view that changes something, for those with a permission.

    It runs in one transaction with its row in the history and, of a POST, the answer kept for its key. One that is
    `staged` looks around first, or does what may be done twice, and returns what is done in the transaction: that
    one is short, for others cannot write meanwhile.
    """
    shape = TypeAdapter(response)

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            def stage() -> repeats.Work:
                later = view(request, *args, **kwargs) if staged else lambda: view(request, *args, **kwargs)
                return lambda: finish(later())

            def finish(found: Any) -> tuple[int, Any]:
                message = f"{method} {request.path}: {status}"
                history.record("API call", request.auth, message=message[:500])  # type: ignore[attr-defined]
                return status, shape.dump_python(shape.validate_python(found), mode="json")

            with acting(user=request.user, request_id=current_actor().request_id):
                if method == "POST":
                    return Status(*repeats.once(request, stage))
                work = stage()
                with transaction.atomic():
                    return Status(*work())

        auth = BearerToken(permission, writes=True)
        answers = {status: response, **problems_of(409)}
        extra = {"parameters": [KEY]} if method == "POST" else {}
        router.api_operation([method], path, auth=auth, response=answers, openapi_extra=extra, **how)(run)
        return run

    return decorate


def _parameters(view: View) -> frozenset[str]:
    """Return what may stand in the query of a view's address: the fields of its shapes."""
    hints = get_type_hints(view)
    shapes = [each for each in hints.values() if isinstance(each, type) and issubclass(each, Schema)]
    return frozenset(name for shape in shapes for name in shape.model_fields)


def problems_of(*more: int) -> dict[int, type[Problem]]:
    """Return the answers that each address may give besides its own."""
    return dict.fromkeys((400, 401, 403, 404, 405, *more, 413, 422, 429, 500, 503), Problem)
