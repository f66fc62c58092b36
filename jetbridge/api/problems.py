"""What goes wrong, as a program reads it: one document (RFC 9457), with the codes of the error book."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as Unreadable

from jetbridge.core import outages
from jetbridge.core.refusals import Refused

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# When a program may ask again while the database cannot be used.
OUTAGE_SECONDS = "30"
# How the framework's own refusals are named.
CODES = {400: "api.not_json", 401: "api.no_token", 404: "api.not_found"}


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a request; the field's name has dots where it stands deeper."""

    field: str
    code: str
    message: str


@dataclass
class ApiProblem(Exception):
    """A request is answered with a problem; code stands in the error book."""

    status: int
    code: str
    detail: str
    errors: Sequence[FieldFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail

    @property
    def document(self) -> dict[str, Any]:
        """The problem as it is sent and kept."""
        return {
            "type": f"{reverse('desk:errors')}?q={quote(self.code)}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [vars(fault) for fault in self.errors],
        }


def invalid(field: str, message: str, code: str = "invalid") -> ApiProblem:
    """Return the problem of one field that cannot be what it is."""
    return ApiProblem(422, "api.invalid", message, [FieldFault(field, code, message)])


def not_found(what: str, name: object) -> ApiProblem:
    """Return the problem of something that is not there."""
    return ApiProblem(404, "api.not_found", f"There is no {what} {name}.")


def of(error: Exception) -> ApiProblem | None:
    """Return the problem that an exception stands for; none where it is a fault of ours."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, Unreadable):
        faults = [_fault(each) for each in error.errors]
        detail = " ".join(f"{fault.field}: {fault.message}." for fault in faults[:3])
        return ApiProblem(422, "api.invalid", detail, faults)
    if isinstance(error, Refused):
        faults = [FieldFault(each.field, "api.refused", each.message) for each in error.problems]
        return ApiProblem(422, "api.refused", str(error), faults)
    for kind, make in _known.items():
        if isinstance(error, kind):
            return make(error)
    return _of_framework(error)


# What exceptions of services stand for; who calls the services says so.
_known: dict[type[Exception], Callable[[Any], ApiProblem]] = {}


def stands_for(make: Callable[[Any], ApiProblem], *kinds: type[Exception]) -> None:
    """Have exceptions of these kinds answered with what is made of them."""
    _known.update(dict.fromkeys(kinds, make))


def too_late(error: Exception) -> ApiProblem:
    """Return the problem of what cannot be done any more, or not yet."""
    return ApiProblem(409, "api.not_possible", str(error))


def already(error: Exception) -> ApiProblem:
    """Return the problem of what stands already, asked for by this program or somebody else."""
    return ApiProblem(409, "api.already_queued", str(error))


def _of_framework(error: Exception) -> ApiProblem | None:
    if isinstance(error, AuthenticationError):
        detail = "Send a token that is open: Authorization: Bearer jb_..."
        return ApiProblem(401, "api.no_token", detail, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, HttpError):
        return ApiProblem(error.status_code, CODES.get(error.status_code, "api.invalid"), str(error))
    if isinstance(error, Http404):
        return ApiProblem(404, "api.not_found", "There is nothing of this name.")
    if isinstance(error, PermissionDenied):
        return ApiProblem(403, "api.not_permitted", f"It needs the permission {error}.")
    if isinstance(error, RequestDataTooBig):
        return ApiProblem(413, "api.too_large", "The request is larger than is read.")
    if isinstance(error, SuspiciousOperation):
        return ApiProblem(400, "api.not_json", "The request cannot be read.")
    return None


def answer(problem: ApiProblem) -> JsonResponse:
    """Return a problem as it leaves."""
    return JsonResponse(
        problem.document, status=problem.status, headers=problem.headers, content_type=CONTENT_TYPE
    )


def failed(request: HttpRequest, error: Exception) -> JsonResponse:
    """Answer any exception: what it stands for, the database's outage by its name, or that the panel is at fault."""
    problem = of(error)
    if problem is not None:
        return answer(problem)
    outage = outages.outage_of(error)
    if outage is not None:
        return answer(
            ApiProblem(503, "api.unavailable", str(outage), headers={"Retry-After": OUTAGE_SECONDS})
        )
    logger.error("%s %s failed.", request.method, request.path, exc_info=sys.exc_info())
    got_request_exception.send(sender=type(error), request=request)
    return answer(ApiProblem(500, "api.failed", "Something broke in the panel; its log says what."))


def _fault(error: Mapping[str, Any]) -> FieldFault:
    source, *rest = (str(part) for part in error["loc"])
    # The framework puts the name of the view's argument in front of what stands in a body.
    names = rest[1:] if source == "body" and len(rest) > 1 else rest
    return FieldFault(".".join(names) or source, str(error["type"]), str(error["msg"]))
