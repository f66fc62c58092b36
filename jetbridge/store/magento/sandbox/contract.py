"""
What a call may say: bodies and their types, as the store's own OpenAPI document names them (contract.txt).

An unknown field is refused by its name in CamelCase, a wrong kind by its value, what could be either is taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .errors import Refusal, lacking, refused

FILE = Path(__file__).with_name("contract.txt")
WHOLE = re.compile(r"[+-]?\d{1,18}")
LARGEST = 2**63
CUSTOM = "framework-attribute-interface"
NO_CUSTOM = 'Error occurred during "custom_attributes" processing. %s and try again.'
TRUE, FALSE = ("true", "1"), ("false", "0")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind ("" is text), whether it is a list of them, and whether a call must name it."""

    kind: str = ""
    is_list: bool = False
    is_required: bool = False


Fields = Mapping[str, Field]


@cache
def contract() -> Mapping[str, Fields]:
    """Return the fields of each body (by method and path) and of each type (by name)."""
    joined = re.sub(r"\n +", " ", FILE.read_text())
    entries = (line.split(" = ") for line in joined.splitlines() if " = " in line and line[0] != "#")
    return {name: dict(map(_field, fields.split())) for name, fields in entries}


def _field(text: str) -> tuple[str, Field]:
    name, _, kind = text.partition(":")
    is_list = kind.startswith("[")
    return name.rstrip("*"), Field(kind.strip("[]"), is_list, name.endswith("*"))


def body(method: str, path: str, document: Any) -> dict[str, Any]:
    """
    Read the body of a call.

    :raises Refusal: a field is missing, unknown or of another kind
    """
    known = contract().get(f"{method} {path}")
    given = document if isinstance(document, dict) else {}
    if known is None:
        return given
    # Either spelling of a name; null is as if it had not been sent.
    said = {name: given[name] if given.get(name) is not None else given.get(_snake(name)) for name in known}
    absent = [name for name, field in known.items() if field.is_required and said[name] is None]
    if absent:
        raise lacking(absent)
    return {name: _value(field, said[name], name) for name, field in known.items() if said[name] is not None}


def _value(field: Field, value: Any, name: str) -> Any:
    if value is None:
        return None
    if field.is_list:
        return _list(field, value, name)
    if field.kind in ("", "int", "float", "bool", "any"):
        return _simple(field.kind, value, name)
    if not isinstance(value, dict):
        raise _wrong_kind(value, field.kind, name)
    return read(field.kind, value)


def _list(field: Field, value: Any, name: str) -> list[Any]:
    if field.kind == CUSTOM and isinstance(value, dict):
        value = [_named(code, each) for code, each in value.items()]
    if isinstance(value, dict) and value and all(map(str.isdecimal, value)):
        value = list(value.values())  # so lists come in an address
    if not isinstance(value, list):
        value = [value] if field.kind in ("", "int", "float", "any") else list(_members(value, field, name))
    if field.kind in contract():  # of null, the store's reader makes an empty object
        value = [{} if each is None else each for each in value]
    return [_value(Field(field.kind), each, name) for each in value]


def _named(code: str, value: Any) -> Any:
    """Own attributes come as a list, or as an object by their codes."""
    return value if isinstance(value, dict | list) else {"attribute_code": code, "value": value}


def _members(value: Any, field: Field, name: str) -> list[Any]:
    """An object in the place of a list is one member, as the store's reader of arrays takes it."""
    if not isinstance(value, dict):
        raise _wrong_kind(value, f"{field.kind}[]", name)
    return [value]


def read(kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """
    Read an object of a type.

    :raises Refusal: a field is unknown or of another kind
    """
    known = contract()[kind]
    if kind == CUSTOM:
        _check_custom(document)
    found = {}
    for given, value in document.items():
        name = given if given in known else _snake(given)
        if name not in known:
            raise _unsupported(given)
        found[name] = _value(known[name], value, name)
    return found


def _check_custom(document: Mapping[str, Any]) -> None:
    code = document.get("attribute_code") or document.get("attributeCode")
    if not code and document.get("value") is None:
        raise refused(NO_CUSTOM % "There is an empty custom attribute specified. Enter the attribute")
    if not code:
        raise refused(
            NO_CUSTOM % "A custom attribute is specified with a missing attribute code. Verify the code"
        )
    if "value" not in document:
        raise refused(NO_CUSTOM % f'The "{code}" attribute code doesn\'t have a value set. Enter the value')


def _simple(kind: str, value: Any, name: str) -> Any:
    if kind == "any":
        return value
    if isinstance(value, dict | list):
        raise _wrong_kind("Array", kind or "string", name)
    if kind == "bool":
        return _boolean(value, name)
    if kind == "int":
        if isinstance(value, bool):
            return int(value)
        if (isinstance(value, int) and abs(value) < LARGEST) or WHOLE.fullmatch(str(value).strip()):
            return int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
            return int(value)
        raise _wrong_kind(value, "int", name)
    if kind == "float":
        try:
            return number(float(value))
        except (TypeError, ValueError, OverflowError):
            raise _wrong_kind(value, "float", name) from None
    return _text(value)


def _boolean(value: Any, name: str) -> bool:
    text = str(value).lower()
    if text in TRUE:
        return True
    if text in FALSE or value == "":
        return False
    raise _wrong_kind(value, "bool", name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def number(value: float) -> float | int:
    """
    Word a number as PHP's JSON does: 5, not 5.0.

    :raises ValueError: it is no number
    """
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a number")
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def whole(text: str) -> int:
    """
    Read a number in a path.

    :raises Refusal: it is none
    """
    if WHOLE.fullmatch(text):
        return int(text)
    raise refused(
        f'The "{text}" value\'s type is invalid. The "int" type was expected. Verify and try again.'
    )


def _wrong_kind(value: Any, kind: str, name: str) -> Refusal:
    said = (
        value if isinstance(value, str) else _text(value) if not isinstance(value, dict | list) else "Array"
    )
    return refused(
        f'Error occurred during "{name}" processing. The "{said}" value\'s type is invalid. '
        f'The "{kind}" type was expected. Verify and try again.'
    )


def _unsupported(name: str) -> Refusal:
    text = '"%fieldName" is not supported. Correct the field name and try again.'
    return Refusal(400, text, {"fieldName": _camel(name)})


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
