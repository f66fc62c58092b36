"""Requests, answers and refusals as they stand on the wire; nothing here knows whose service is played."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from string import ascii_letters, digits
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

Document = dict[str, Any]
JSON_TYPE = "application/json; charset=utf-8"
# No document has half as many levels; what reads documents level by level must not run out of stack.
DEEPEST = 64
HALF_PAIR = re.compile(r"\\u[dD]")
IN_SEGMENT = "!$&'()*+,;=:@"  # besides letters, digits and -._~ (RFC 3986, pchar)
PLAIN = frozenset(ascii_letters + digits + "_.~-")  # never encoded
SAFE_HOST = re.compile(r"[A-Za-z0-9.\-_\[\]:]{1,255}")


class Cut(Enum):
    """Where a connection breaks when a fault says so."""

    SILENT = "no answer at all"
    HALF = "half of the answer"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are lower case, the target is as it was sent."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = "127.0.0.1"
    scheme: str = "http"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query_string(self) -> str:
        return self.target.partition("?")[2]

    def query(self) -> dict[str, str]:
        """Read the query; names in lower case, an escaped ampersand (`&amp;limit=`) understood."""
        pairs = parse_qsl(self.query_string, keep_blank_values=True, errors="replace", separator="&")
        return {name.lower().removeprefix("amp;"): value for name, value in pairs}

    @property
    def base_url(self) -> str:
        """Where the caller reached us; URLs that we hand out begin with this."""
        host = self.headers.get("host", "")
        return f"{self.scheme}://{host if SAFE_HOST.fullmatch(host) else '127.0.0.1'}"


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One HTTP answer; an empty body is sent as no body at all.

    A body that is too large for memory comes in `parts` of `length` bytes in all.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    cut: Cut | None = None
    parts: Iterable[bytes] = ()
    length: int = 0

    def cut_at(self, cut: Cut) -> "Answer":
        return replace(self, cut=cut)

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        return replace(self, headers=(*self.headers, *headers))


class Refused(Exception):
    """The call is not carried out; what it would have changed stays as it was."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode("utf-8", "replace"))
        self.answer = answer


class Rejected(Exception):
    """The document breaks rules; nothing was changed. `problems` are plain sentences that name the field."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Unknown(Exception):
    """There is no such thing here."""


def reject_if(problems: list[str]) -> None:
    """
    Stop here when anything is wrong.

    :raises Rejected: with all problems at once
    """
    if problems:
        raise Rejected(*problems)


def dumps(value: object) -> str:
    """Word a value as compact JSON."""
    return ENCODER.encode(value)


def ok(value: object, status: int = 200) -> Answer:
    """Answer with a JSON document."""
    return Answer(status, dumps(value).encode("utf-8"))


def errors(status: int, *texts: str) -> Answer:
    """Answer with a list of plain sentences, as control calls do."""
    return ok({"errors": list(texts)}, status)


def _no_constant(name: str) -> float:
    raise NotJson(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise NotJson(f"{text[:20]} is too large a number")
    return value


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


class NotJson(ValueError):
    """What came is no JSON that can be kept; its text says where and why, in nobody's programming language."""


def loads(raw: bytes | str) -> Any:
    """
    Read JSON as strictly as a database needs it.

    :raises NotJson: not JSON, a number out of range, or half of a surrogate pair
    """
    text = decoded(raw) if isinstance(raw, bytes) else raw
    try:
        value = DECODER.decode(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as problem:
        raise unreadable(problem) from None
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(value)
    check_pairs(text, value)
    return value


def decoded(raw: bytes) -> str:
    """
    Read UTF-8; half of a surrogate pair in it is none, though Java and MySQL write pairs of such halves.

    :raises NotJson: it is something else
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise unreadable(problem) from None


def check_pairs(text: str, value: object) -> None:
    """
    Refuse half of a surrogate pair that was written as an escape, since it cannot be stored.

    :raises NotJson: there is one
    """
    if HALF_PAIR.search(text):
        try:
            dumps(value).encode("utf-8")
        except UnicodeEncodeError as problem:
            raise unreadable(problem) from None


def unreadable(problem: Exception) -> NotJson:
    """Word in our own words what a decoder complained about."""
    if isinstance(problem, NotJson):
        return problem
    if isinstance(problem, UnicodeDecodeError):
        return NotJson(f"byte {problem.start + 1} is not UTF-8")
    if isinstance(problem, UnicodeEncodeError):
        return NotJson("it holds half of a surrogate pair")
    if isinstance(problem, RecursionError):
        return NotJson("it is nested too deeply")
    if isinstance(problem, json.JSONDecodeError):
        return NotJson(f"line {problem.lineno}, column {problem.colno} cannot be read")
    return NotJson("a number in it is too long")


def quoted(value: object, most: int = 60) -> str:
    """Word a value that somebody sent for a sentence about it: as JSON has it, cut, on one line."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    if not isinstance(value, str):
        return str(json.dumps(value))[:most]
    shown = value if len(value) <= most else f"{value[:most]}..."
    return "'" + "".join(each if each.isprintable() else "\ufffd" for each in shown) + "'"


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        inner = (
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, dict | list)
        )
        level = [child for each in inner for child in each if isinstance(child, dict | list)]
        if not level:
            return
    raise NotJson("it is nested too deeply")


def segment(text: str) -> str:
    """Word a text as one part of a path, in which only what may not stand there is encoded."""
    return text if PLAIN.issuperset(text) else quote(text, safe=IN_SEGMENT)


def path_segments(texts: list[str]) -> list[str]:
    """Word many texts as parts of a path; most often none needs any encoding."""
    return texts if PLAIN.issuperset("".join(texts)) else [segment(each) for each in texts]


def segments(path: str) -> list[str]:
    """Split a path and decode each part once (`%2F` stays inside its part, `+` stays a plus)."""
    parts = path.strip("/").split("/")
    return [unquote(part, errors="replace") for part in parts] if "%" in path else parts
