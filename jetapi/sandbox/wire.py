"""Answers in the envelopes that Jet's hosts used."""

import json
from collections.abc import Mapping

from .kit.wire import Answer, Refused, errors, ok


def empty(status: int) -> Answer:
    """Answer with a status and no body, as Jet did after every PUT and PATCH."""
    return Answer(status)


def pretty(value: Mapping[str, object]) -> Answer:
    """Answer as Jet printed SKUs: keys in alphabetical order, indented, lines ending in CRLF."""
    ordered = dict(sorted(value.items(), key=lambda item: item[0].lower()))
    text = json.dumps(ordered, ensure_ascii=False, indent=2, allow_nan=False)
    return Answer(200, text.replace("\n", "\r\n").encode("utf-8"))


def message(status: int, text: str) -> Answer:
    """Answer with the envelope that ASP.NET itself used."""
    return ok({"Message": text}, status)


def bad_request(*texts: str) -> Refused:
    return Refused(errors(400, *texts))


UNAUTHORIZED = message(401, "Authorization has been denied for this request.")
