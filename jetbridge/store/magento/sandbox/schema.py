"""The store's description of itself: an OpenAPI document, made of the table of routes by which it answers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from . import contract
from .call import Call, Route
from .contract import Field
from .criteria import Criteria
from .errors import Crash, Refusal, refused

JSON_AND_XML = ["application/json", "application/xml"]
TYPES = {"": "string", "int": "integer", "float": "number", "bool": "boolean"}
FILTER = "searchCriteria[filterGroups][0][filters][0]"
SEARCH = (
    (f"{FILTER}[field]", "string"), (f"{FILTER}[value]", "string"), (f"{FILTER}[conditionType]", "string"),
    ("searchCriteria[sortOrders][0][field]", "string"), ("searchCriteria[sortOrders][0][direction]", "string"),
    ("searchCriteria[pageSize]", "integer"), ("searchCriteria[currentPage]", "integer"),
)  # fmt: skip
FAILURE = {"schema": {"$ref": "#/definitions/error-response"}}
ERROR = {
    "type": "object", "required": ["message"],
    "properties": {"message": {"type": "string"}, "parameters": {"type": "object"}, "trace": {"type": "string"}},
}  # fmt: skip


def document(routes: Iterable[Route], call: Call, *, place: str, is_known: bool) -> dict[str, Any]:
    """
    Describe the routes that the caller may use: strangers see what asks for no permission.

    :param place: what stands before the paths, such as /rest/all
    :raises Refusal: services by names that the store has none of
    """
    denied = call.world.denied
    open_ones = [
        each
        for each in routes
        if each.resource == "anonymous" or (is_known and each.resource not in (*denied, "self"))
    ]
    asked = str(call.query.get("services", "all")).split(",")
    # What is only read is never queued.
    is_queued = place.endswith("/async")
    chosen = [
        each
        for each in open_ones
        if (asked == ["all"] or _tag(each) in asked) and not (is_queued and each.method == "GET")
    ]
    if not chosen:
        raise refused('Requested service is not available: "%1"', ",".join(asked))
    paths: dict[str, dict[str, Any]] = {}
    for each in chosen:
        paths.setdefault(f"/V1/{each.path}", {})[each.method.lower()] = _operation(each, call)
    scheme, _, host = call.request.base_url.partition("://")
    return {
        "swagger": "2.0", "info": {"version": "2.4", "title": "Magento Community"}, "host": host, "basePath": place,
        "schemes": [scheme], "tags": [{"name": name} for name in sorted(set(map(_tag, chosen)))], "paths": paths,
        "definitions": {"error-response": ERROR, **_definitions()},
    }  # fmt: skip


def _tag(route: Route) -> str:
    return f"{route.path.partition('/')[0]}V1"


def _operation(route: Route, call: Call) -> dict[str, Any]:
    name = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", f"V1/{route.path}"))
    return {
        "tags": [_tag(route)], "operationId": f"{route.method.title()}{name}", "consumes": JSON_AND_XML,
        "produces": JSON_AND_XML, "parameters": list(_parameters(route, call)),
        "responses": {
            "200": {"description": "200 Success."}, "401": {"description": "401 Unauthorized", **FAILURE},
            "default": {"description": "Unexpected error", **FAILURE},
        },
    }  # fmt: skip


def _parameters(route: Route, call: Call) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        yield {"name": name, "in": "path", "type": "string", "required": True}
    if route.method == "GET" and _is_list(route, call):
        yield from ({"name": name, "in": "query", "type": kind} for name, kind in SEARCH)
    fields = contract.contract().get(f"{route.method} {route.path}")
    if fields:
        yield {"name": "body", "in": "body", "schema": _object(fields)}


class _Asked(Exception):
    """An endpoint looked for search criteria."""


class _Probe(Call):
    """A call that finds out whether its endpoint answers a list; reading changes nothing."""

    __slots__ = ()

    def criteria(self, *, is_optional: bool = False) -> Criteria:
        raise _Asked


def _is_list(route: Route, call: Call) -> bool:
    params = dict.fromkeys(re.findall(r"\{(\w+)\}", route.path), "base")
    try:
        route.endpoint(_Probe(call.world, call.request, call.store, params))
    except _Asked:
        return True
    except (Refusal, Crash):
        return False
    return False


def _definitions() -> dict[str, Any]:
    return {name: _object(fields) for name, fields in contract.contract().items() if " " not in name}


def _object(fields: contract.Fields) -> dict[str, Any]:
    needed = [name for name, field in fields.items() if field.is_required]
    found = {"type": "object", "properties": {name: _kind(field) for name, field in fields.items()}}
    return {**found, "required": needed} if needed else found


def _kind(field: Field) -> dict[str, Any]:
    if field.kind == "any":
        one: dict[str, Any] = {}
    else:
        simple = TYPES.get(field.kind)
        one = {"type": simple} if simple else {"$ref": f"#/definitions/{field.kind}"}
    return {"type": "array", "items": one} if field.is_list else one
