"""The store's description of itself: an OpenAPI document, made of the table of routes by which it answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from . import contract
from .call import Call, Route
from .contract import Field
from .errors import refused

FILE = Path(__file__).with_name("services.txt")
JSON_AND_XML = ["application/json", "application/xml"]
TYPES = {"": "string", "int": "integer", "float": "number", "bool": "boolean"}
FILTER = "searchCriteria[filterGroups][0][filters][0]"
SEARCH = (
    (f"{FILTER}[field]", "string", "Field"), (f"{FILTER}[value]", "string", "Value"),
    (f"{FILTER}[conditionType]", "string", "Condition type"),
    ("searchCriteria[sortOrders][0][field]", "string", "Sorting field."),
    ("searchCriteria[sortOrders][0][direction]", "string", "Sorting direction."),
    ("searchCriteria[pageSize]", "integer", "Page size."),
    ("searchCriteria[currentPage]", "integer", "Current page."),
)  # fmt: skip
REFUSALS = {
    "400": "400 Bad Request", "401": "401 Unauthorized", "500": "Internal Server error",
    "default": "Unexpected error",
}  # fmt: skip
ERROR_TYPES: dict[str, Any] = {
    "error-response": {
        "type": "object",
        "properties": {
            "message": {"type": "string", "description": "Error message"},
            "errors": {"$ref": "#/definitions/error-errors"},
            "code": {"type": "integer", "description": "Error code"},
            "parameters": {"$ref": "#/definitions/error-parameters"},
            "trace": {"type": "string", "description": "Stack trace"},
        },
        "required": ["message"],
    },
    "error-errors": {
        "type": "array", "description": "Errors list", "items": {"$ref": "#/definitions/error-errors-item"},
    },
    "error-errors-item": {
        "type": "object", "description": "Error details",
        "properties": {
            "message": {"type": "string", "description": "Error message"},
            "parameters": {"$ref": "#/definitions/error-parameters"},
        },
    },
    "error-parameters": {
        "type": "array", "description": "Error parameters list",
        "items": {"$ref": "#/definitions/error-parameters-item"},
    },
    "error-parameters-item": {
        "type": "object", "description": "Error parameters item",
        "properties": {
            "resources": {"type": "string", "description": "ACL resource"},
            "fieldName": {"type": "string", "description": "Missing or invalid field name"},
            "fieldValue": {"type": "string", "description": "Incorrect field value"},
        },
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """Whose a route is, what it answers, whether that is a list with criteria, how it is refused, what it reads."""

    tag: str
    answer: Field | None = field(default_factory=Field)
    is_search: bool = False
    refusals: tuple[str, ...] = ("401",)
    said: Mapping[str, Field] = field(default_factory=dict)


@cache
def services() -> Mapping[str, Service]:
    """Return the service of each route, by method and path."""
    entries = (line.partition(" = ") for line in FILE.read_text().splitlines() if " = " in line)
    return {name: _service(*text.split()) for name, _, text in entries if name[0] != "#"}


def _service(tag: str, answer: str, refusals: str, *said: str) -> Service:
    kind = answer.rstrip("*")
    names = (each.partition(":") for each in said)
    given = {name: Field(kind) for name, _, kind in names}
    found = None if kind == "-" else Field("" if kind == "string" else kind.strip("[]"), kind.startswith("["))
    statuses = tuple(each for each in refusals.split(",") if each in REFUSALS)
    return Service(tag, found, answer.endswith("*"), statuses, given)


def service_of(route: Route) -> Service:
    """Return the service of a route; the companion module's own is none that a store has."""
    known = services().get(f"{route.method} {route.path}")
    return known or Service(f"{route.path.partition('/')[0]}V1")


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
        if (asked == ["all"] or service_of(each).tag in asked) and not (is_queued and each.method == "GET")
    ]
    if not chosen:
        raise refused('Requested service is not available: "%1"', ",".join(asked))
    paths: dict[str, dict[str, Any]] = {}
    for each in chosen:
        paths.setdefault(f"/V1/{each.path}", {})[each.method.lower()] = _operation(each)
    scheme, _, host = call.request.base_url.partition("://")
    tags = dict.fromkeys(service_of(each).tag for each in chosen)
    return {
        "swagger": "2.0", "info": {"version": "2.4", "title": "Magento Community"}, "host": host, "basePath": place,
        "schemes": [scheme], "tags": [{"name": name, "description": ""} for name in tags], "paths": paths,
        "definitions": {**ERROR_TYPES, **_definitions(chosen)},
        "securityDefinitions": {"api_key": {"type": "apiKey", "name": "api_key", "in": "header"}},
    }  # fmt: skip


def _operation(route: Route) -> dict[str, Any]:
    service, name = service_of(route), _name(route)
    done = {"200": {"description": "200 Success.", "schema": _kind(service.answer)}} if service.answer else {}
    responses = done | {
        status: {"description": REFUSALS[status], "schema": {"$ref": "#/definitions/error-response"}}
        for status in (*service.refusals, "default")
    }
    return {
        "tags": [service.tag], "description": "", "operationId": name, "consumes": JSON_AND_XML,
        "produces": JSON_AND_XML, "parameters": list(_parameters(route, service)), "responses": responses,
    }  # fmt: skip


def _name(route: Route) -> str:
    parts = (re.sub(r"\W", "", part) for part in f"V1/{route.path}".split("/"))
    return route.method.title() + "".join(part[:1].upper() + part[1:] for part in parts)


def _parameters(route: Route, service: Service) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        kind = service.said.get(name, Field()).kind
        yield {"name": name, "in": "path", "type": TYPES[kind], "required": True}
    if service.is_search:
        yield from ({"name": n, "in": "query", "type": kind, "description": text} for n, kind, text in SEARCH)
    for name, read in service.said.items():
        if name.startswith("?"):
            yield {"name": name[1:], "in": "query", "type": TYPES[read.kind], "required": False}
    if fields := contract.contract().get(f"{route.method} {route.path}"):
        schema = {**_object(fields), "xml": {"name": "request"}}
        yield {"name": f"{_name(route)}Body", "in": "body", "schema": schema}


def _definitions(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the types that routes take and give, and those that they lead to."""
    known, found = contract.contract(), dict[str, Any]()
    fields = [field for each in routes for field in known.get(f"{each.method} {each.path}", {}).values()]
    fields += [answer for each in routes if (answer := service_of(each).answer)]
    while fields:
        name = fields.pop().kind
        if name in known and name not in found:
            found[name] = _object(known[name])
            fields += known[name].values()
    return dict(sorted(found.items()))


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
