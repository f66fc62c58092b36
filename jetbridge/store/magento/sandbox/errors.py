"""How the store says no: `{message, parameters?, errors?}` with placeholders that the caller fills in."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from jetapi.sandbox.kit.wire import Answer

Parameters = Mapping[str, Any] | Sequence[Any]
CRASH_PAGE = """<!doctype html>
<html><head><title>There has been an error processing your request</title></head>
<body><main class="page-main"><h1>There has been an error processing your request</h1>
<p><em>Exception printing is disabled by default for security reasons.</em></p>
<p>Error log record number: %s</p></main></body></html>
"""
CLOSED_PAGE = b"""<!doctype html>
<html><head><title>Error 503: Service Unavailable</title></head>
<body><main class="page-main"><h1>Service Temporarily Unavailable</h1>
<p>The server is temporarily unable to service your request due to maintenance downtime or capacity problems.
Please try again later.</p></main></body></html>
"""
BROKEN = "An error has happened during application run. See exception log for details.\n"
CLOSED = Answer(503, CLOSED_PAGE, content_type="text/html; charset=UTF-8")


class Refusal(Exception):
    """A call that is not carried out; `parameters` fill the message's placeholders, by name or by place."""

    def __init__(
        self, status: int, message: str, parameters: Parameters = (), errors: Sequence["Refusal"] = ()
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.parameters, self.errors = status, message, parameters, errors

    def document(self) -> dict[str, Any]:
        """Word it as the body of an answer."""
        found: dict[str, Any] = {"message": self.message}
        if self.errors:
            found["errors"] = [each.document() for each in self.errors]
        if self.parameters:
            named = isinstance(self.parameters, Mapping)
            found["parameters"] = dict(self.parameters) if named else list(self.parameters)
        return found

    def filled(self) -> str:
        """Return the message as a person reads it, its placeholders filled in."""
        given = self.parameters
        named = (
            given if isinstance(given, Mapping) else {str(n): each for n, each in enumerate(given, start=1)}
        )
        text = self.message
        for name in sorted(named, key=len, reverse=True):
            text = text.replace(f"%{name}", str(named[name]))
        return " ".join([text, *(each.filled() for each in self.errors)])


class Crash(Exception):
    """The store fell over without JSON: a page of HTML or plain text with status 500."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or "a page of HTML")
        self.text = text

    def answer(self) -> Answer:
        text = self.text or CRASH_PAGE % (uuid.uuid4().hex * 2)
        return Answer(500, text.encode(), content_type="text/html; charset=UTF-8")


def refused(message: str, *parameters: Any) -> Refusal:
    return Refusal(400, message, parameters)


def missing(message: str, *parameters: Any) -> Refusal:
    return Refusal(404, message, parameters)


def no_such_entity(name: str, value: Any) -> Refusal:
    return Refusal(
        404, "No such entity with %fieldName = %fieldValue", {"fieldName": name, "fieldValue": value}
    )


def not_there() -> Refusal:
    """Word that there is no order or document of a number."""
    return missing("The entity that was requested doesn't exist. Verify the entity and try again.")


def required(name: str) -> Refusal:
    return Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})


def lacking(names: Sequence[str]) -> Refusal:
    """Word that a call needs what it does not name."""
    if len(names) == 1:
        return required(names[0])
    return Refusal(
        400, "One or more input exceptions have occurred.", errors=[required(each) for each in names]
    )


def unauthorized(resource: str) -> Refusal:
    text = "The consumer isn't authorized to access %resources."
    return Refusal(401, text, {"resources": resource})


def internal() -> Refusal:
    """Word a failure whose cause stands in the store's log alone."""
    report = f"webapi-{uuid.uuid4().hex[:13]}"
    return Refusal(500, f"Internal Error. Details are available in Magento log file. Report ID: {report}")
