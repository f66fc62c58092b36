"""Answers in the envelopes that Jet's hosts used."""

from collections.abc import Mapping
from json.encoder import encode_basestring

from .kit.wire import Answer, Refused, dumps, errors, ok


def empty(status: int) -> Answer:
    """Answer with a status and no body, as Jet did after every PUT and PATCH."""
    return Answer(status)


def pretty(value: Mapping[str, object]) -> Answer:
    """Answer as Jet printed SKUs: keys in alphabetical order, indented, lines ending in CRLF."""
    ordered = sorted(value, key=str.lower)
    lines = [f'  "{name}": {_indented(value[name], "  ")}' for name in ordered]  # names of Jet's
    return Answer(200, ("{\r\n" + ",\r\n".join(lines) + "\r\n}").encode("utf-8"))


def _indented(value: object, margin: str) -> str:
    """Word a value over several lines, the first of which somebody else begins."""
    if isinstance(value, str):  # most are, and the encoder's own way to its function is longer than its work
        return encode_basestring(value)
    if not value or not isinstance(value, list | dict):
        return dumps(value)
    inner = f"{margin}  "
    if isinstance(value, list):
        lines = [f"{inner}{_indented(each, inner)}" for each in value]
        return "[\r\n" + ",\r\n".join(lines) + f"\r\n{margin}]"
    lines = [f"{inner}{encode_basestring(name)}: {_indented(each, inner)}" for name, each in value.items()]
    return "{\r\n" + ",\r\n".join(lines) + f"\r\n{margin}}}"


def message(status: int, text: str) -> Answer:
    """Answer with the envelope that ASP.NET itself used."""
    return ok({"Message": text}, status)


def bad_request(*texts: str) -> Refused:
    return Refused(errors(400, *texts))


UNAUTHORIZED = message(401, "Authorization has been denied for this request.")
