"""What a provider of single sign-on answers, read as all from outside is: so large, deep and slow at most."""

import functools
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidJSONError

from jetapi.http import json_documents

MOST_BYTES = json_documents.MB
CHUNK = 64 * 1024
# For a whole answer; each wait for a part of it is shorter.
SECONDS = 15


def session(seconds: float) -> requests.Session:
    """
    Return a session whose answers are whole and bounded when they come back.

    :param seconds: how long a connection, or a part of an answer, is waited for
    """
    found = requests.Session()
    for scheme in ("https://", "http://"):
        found.mount(scheme, _Bounded())
    found.request = functools.partial(found.request, timeout=seconds)  # type: ignore[method-assign]
    return found


class _Bounded(HTTPAdapter):
    def send(self, *args: Any, **how: Any) -> requests.Response:
        """
        Send a request and read its answer.

        :raises RequestException: the answer is larger, slower or nested deeper than is read, or JSON of no object; or
            what was posted, the panel's secret in it, is to go elsewhere
        """
        response = super().send(*args, **{**how, "stream": True})
        if response.is_redirect and response.request.method == "POST":
            response.close()
            raise requests.TooManyRedirects("The provider's answer leads elsewhere.")
        ends = time.monotonic() + SECONDS
        body = b""
        with response:
            while part := response.raw.read1(CHUNK, decode_content=True):
                body += part
                if len(body) > MOST_BYTES or time.monotonic() > ends:
                    raise requests.ConnectionError("The provider's answer is too large, or too slow.")
        # What the library reads out of a response that was read to its end.
        response._content, response._content_consumed = body, True  # type: ignore[attr-defined]
        if body.lstrip()[:1] in (b"{", b"["):
            _check(body)
        return response


def _check(body: bytes) -> None:
    try:
        found = json_documents.read(body, most_bytes=MOST_BYTES)
    except json_documents.BadDocument as error:
        raise InvalidJSONError(f"The provider's answer is no JSON that is read: {error}.") from error
    if not isinstance(found, dict):
        raise InvalidJSONError("The provider's answer is no object.")
