"""How a Magento store says no, sorted: no permission, closed, broken, a view that is gone, or a proxy before it."""

from jetapi.http.calls import Answer
from jetapi.http.errors import (
    AuthError,
    CallError,
    HeldBack,
    NoAnswer,
    Refused,
    ResponseError,
    ServerError,
    Throttled,
    Unreadable,
    error_for,
)

NO_SUCH_VIEW = "Specified request cannot be processed."
INTERNAL = "Internal Error"
ALLOWED_TO = "access "
# How the store words a signature's time that lies ahead of its own: by its name, or by what it was looking at.
WRONG_TIMES = ("oauth_timestamp", "validating the nonce")
# What the store says of a call's keys and signature, and what that is to people.
WRONG_KEYS = (
    ("consumer having the specified key", "it knows no integration with this consumer key"),
    ("Consumer key is not the correct length", "the consumer key is not as long as the store's keys are"),
    ("onsumer key has expired", "the integration was not activated in time"),
    ("token length is invalid", "the access token is not as long as the store's tokens are"),
    ("Token is not the correct length", "the access token is not as long as the store's tokens are"),
    ("token does not exist", "it knows no such access token, which was replaced, or its integration deleted"),
    ("Token is not associated", "the access token belongs to another integration than the consumer key"),
    ("Token is not an access token", "the access token is none that calls are signed with"),
    ("has been revoked", "the access token was revoked"),
    (
        "signature is invalid",
        "the signature is wrong, so that one of the two secrets is not the integration's, "
        "or the store knows itself by another address than this one",
    ),
    ("Signature method", "it does not take signatures by HMAC-SHA256"),
    ("Oauth version", "it does not take signatures by OAuth 1.0"),
    (
        "nonce is already being used",
        "it got the same signed call twice, so that something in between repeats calls",
    ),
    ('"oauth_', "it does not get the whole signature, so that something in between cuts the header"),
)


class NoPermission(AuthError):
    """
    A permission that the integration lacks, Bearer switched off, or a wrong Bearer: the store says the same to all.

    `resource` is the permission that the call needs.
    """

    @property
    def resource(self) -> str:
        text = self.messages[0] if self.messages else ""
        return text.rpartition(ALLOWED_TO)[2].rstrip(".") if ALLOWED_TO in text else ""


class WrongTime(NoPermission):
    """A signed call's time lies too far ahead of the store's clock; the keys may be right."""

    cause = "The store refuses calls signed more than 10 minutes ahead of its clock. Put this machine's clock right."


class StoreClosed(ServerError):
    """A page with status 503: the store, or what stands before it, serves nobody for now."""


class UnderMaintenance(StoreClosed):
    """The store's own maintenance page: nothing was done."""

    undone = True


class StoreBroken(ServerError):
    """The store fell over at what it was asked (500): one broken row is enough. Asked again, it falls again."""

    retryable = False
    why = "the store falls over at it (500)"


# Statuses with which a server before the store says that the store fell over, or took too long.
GATEWAY = (502, 504)


def at_a_row(error: CallError) -> StoreBroken | None:
    """
    Return what it is where one row of an answer may be the cause: an extension of the store falls over at it, hangs,
    or answers a page in the place of data. None: any other call would have ended so.
    """
    if isinstance(error, StoreBroken):
        return error
    if isinstance(error, HeldBack):
        return None
    if isinstance(error, NoAnswer):
        status, why = 504, "no answer comes when the store is asked for it"
    elif isinstance(error, Unreadable):
        status, why = error.status, "the store answers with something else when it is asked for it"
    elif isinstance(error, ServerError) and error.status in GATEWAY:
        status, why = error.status, f"the store falls over at it ({error.status})"
    else:
        return None
    found = StoreBroken(status=status, messages=[str(error)], call_id=error.call_id, name="the store")
    found.why = why
    return found


class WrongKeys(NoPermission):
    """The store says what is wrong with the keys of a signed call, or with its signature."""

    @property
    def cause(self) -> str:
        return f"The store does not accept these keys: {_cause(self.messages)}."


class ViewGone(Refused):
    """The store view in the address does not exist, or no more."""


class HeldByProxy(Throttled):
    """Something before the store lets fewer calls through (429, 403); the store itself never answers so."""


def error_of(answer: Answer, texts: list[str]) -> type[ResponseError]:
    """Choose the exception for an answer outside 2xx."""
    status = answer.status
    if status in (400, 401) and any(words in text for text in texts for words in WRONG_TIMES):
        return WrongTime
    if status in (400, 401) and _cause(texts):
        return WrongKeys
    if status == 401:
        return NoPermission
    if status in (403, 429):
        return HeldByProxy
    if status == 503 and answer.is_page:
        return UnderMaintenance if b"maintenance" in answer.body.lower() else StoreClosed
    if status == 500 and (not texts or texts[0].startswith(INTERNAL)):
        return StoreBroken
    return ViewGone if status == 400 and texts == [NO_SUCH_VIEW] else error_for(status)


def _cause(texts: list[str]) -> str:
    """Return what a refusal of keys is to people; of anything else, nothing."""
    return next((said for words, said in WRONG_KEYS if any(words in text for text in texts)), "")
