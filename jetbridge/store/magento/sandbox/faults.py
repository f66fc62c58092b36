"""How the store words what fails on demand."""

from jetapi.sandbox.kit.faults import Manner
from jetapi.sandbox.kit.wire import Answer, ok

from .errors import CLOSED, CRASH_PAGE, internal, unauthorized
from .world import spellings

UNAUTHORIZED = ok(unauthorized("Magento_Backend::store").document(), 401)
PHRASES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


def _bare_status(status: int) -> Answer:
    """Word a bare status: the store's own JSON for its errors, a page of a proxy for the rest."""
    if status == 401:
        return UNAUTHORIZED
    if status == 503:
        return CLOSED
    if status == 500:
        return ok(internal().document(), 500)
    if status < 400:
        return Answer(status)
    if status in (400, 404):
        return ok({"message": PHRASES[status]}, status)
    text = f"<html><head><title>{status} {PHRASES.get(status, 'Error')}</title></head></html>"
    return Answer(status, text.encode(), content_type="text/html")


MANNER = Manner(
    unauthorized=UNAUTHORIZED,
    status=_bare_status,
    page=Answer(200, (CRASH_PAGE % "0").encode(), content_type="text/html; charset=UTF-8"),
    spellings=spellings,
    own_kinds={"maintenance": CLOSED},
)
