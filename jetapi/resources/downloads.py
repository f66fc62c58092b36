"""Files behind signed addresses that Jet hands out: fetched without our token, parsed where they are JSON."""

from typing import Any

from jetapi import answers
from jetapi.calls import Call
from jetapi.errors import JetInvalidRequest
from jetapi.gateway import Gateway


def absolute(url: str) -> str:
    """
    Check an address that Jet handed out.

    :raises JetInvalidRequest: it is none
    """
    if not url.lower().startswith(("http://", "https://")):
        raise JetInvalidRequest("what should be an http(s) address handed out by Jet is none")
    return url


def download(gateway: Gateway, url: str) -> Any:
    """
    Fetch a file: parsed where it is JSON, else its bytes.

    :raises JetError: no answer, or the address is no longer good
    """
    body = gateway.send_without_token(Call("GET", url=absolute(url), plain=True))
    try:
        return answers.parsed(body)
    except ValueError:
        return body
