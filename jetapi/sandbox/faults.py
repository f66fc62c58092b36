"""How Jet's hosts wrote what fails: errors below 500, hardly JSON above."""

from .kit.faults import Manner
from .kit.wire import Answer, errors
from .wire import UNAUTHORIZED, message
from .world import spellings

PHRASES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests"}
PAGE = b"<!DOCTYPE html><html><title>Maintenance</title><body><h1>Down for maintenance</h1></body></html>"


def _bare_status(status: int) -> Answer:
    if status == 401:
        return UNAUTHORIZED
    if status == 500:
        return message(500, "An error has occurred.")
    if status >= 500:
        return Answer(status, b"The service is unavailable.", content_type="text/html")
    if status < 400:
        return Answer(status)
    return errors(status, PHRASES.get(status, "Error"))


MANNER = Manner(
    unauthorized=UNAUTHORIZED,
    status=_bare_status,
    page=Answer(200, PAGE, content_type="text/html; charset=utf-8"),
    spellings=spellings,
)
