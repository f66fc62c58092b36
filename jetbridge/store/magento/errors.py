"""How a Magento store says no, sorted: no permission, closed, broken, a view that is gone, or a proxy before it."""

from jetapi.http.calls import Answer
from jetapi.http.errors import AuthError, Refused, ResponseError, ServerError, Throttled, error_for

NO_SUCH_VIEW = "Specified request cannot be processed."
INTERNAL = "Internal Error"
ALLOWED_TO = "access "
TIME_OF_CALL = "oauth_timestamp"


class NoPermission(AuthError):
    """
    Wrong keys, a permission that the integration lacks, or Bearer switched off: the store says the same to all.

    `resource` is the permission that the call needs.
    """

    @property
    def resource(self) -> str:
        text = self.messages[0] if self.messages else ""
        return text.rpartition(ALLOWED_TO)[2].rstrip(".") if ALLOWED_TO in text else ""


class WrongTime(NoPermission):
    """A signed call's time lies too far ahead of the store's clock; the keys may be right."""


class StoreClosed(ServerError):
    """A page with status 503: the store, or what stands before it, serves nobody for now."""


class UnderMaintenance(StoreClosed):
    """The store's own maintenance page: nothing was done."""

    undone = True


class StoreBroken(ServerError):
    """The store fell over at what it was asked (500): one broken row is enough. Asked again, it falls again."""

    retryable = False


class ViewGone(Refused):
    """The store view in the address does not exist, or no more."""


class HeldByProxy(Throttled):
    """Something before the store lets fewer calls through (429, 403); the store itself never answers so."""


def error_of(answer: Answer, texts: list[str]) -> type[ResponseError]:
    """Choose the exception for an answer outside 2xx."""
    status = answer.status
    if status in (400, 401) and any(TIME_OF_CALL in text for text in texts):
        return WrongTime
    if status == 401:
        return NoPermission
    if status in (403, 429):
        return HeldByProxy
    if status == 503 and answer.is_page:
        return UnderMaintenance if b"maintenance" in answer.body.lower() else StoreClosed
    if status == 500 and (not texts or texts[0].startswith(INTERNAL)):
        return StoreBroken
    return ViewGone if status == 400 and texts == [NO_SUCH_VIEW] else error_for(status)
