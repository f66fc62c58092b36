"""Words the routes that are served as an OpenAPI 3.1 document."""

import re
from typing import Any

from .endpoints import files, orders, products, settlements
from .options import Options
from .router import Endpoint, Route
from .routes import routes
from .schemas import COMPONENTS

PARAMETER = re.compile(r"\{(\w+)\}")
QUERIES: dict[Endpoint, tuple[str, ...]] = {
    products.listed: ("offset", "limit"),
    orders.listed: ("isCancelled", "fulfillment_node"),
}
OPTIONAL_BODIES = (settlements.request_report, orders.tag)
SUCCESSES = {"put": ("201", "202", "204"), "patch": ("202", "204"), "delete": ("202", "204")}
DESCRIPTIONS = {
    "200": "Done; the document asked for",
    "201": "Created",
    "202": "Accepted, without a body",
    "204": "Done, without a body",
    "400": "The call breaks a rule; every broken rule is reported",
    "401": "No token, or one that is not valid",
    "403": "The signature of the address is not valid",
    "404": "Not known to this merchant",
}


def document(options: Options, base_url: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in routes(options):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jet Merchant API (sandbox)",
            "version": options.profile,
            "description": "An emulation of a closed service, after its published documents.",
        },
        "servers": [{"url": f"{base_url}/api"}],
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": "_".join([route.method.lower(), *re.findall(r"\w+", route.path)]),
        "tags": [route.endpoint.__module__.rpartition(".")[2]],
        "summary": (route.endpoint.__doc__ or f"{route.method} {route.path}").strip().splitlines()[0],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    body = _body(route)
    if body:
        operation["requestBody"] = body
    if route.is_open:
        operation["security"] = []
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in PARAMETER.findall(route.path)
    ]
    for name in QUERIES.get(route.endpoint, ()):
        found.append({"name": name, "in": "query", "schema": {"type": "string"}})
    return found


def _responses(route: Route) -> dict[str, Any]:
    successes = SUCCESSES.get(route.method.lower(), ("200", "201") if route.method == "POST" else ("200",))
    failures = ("400", "403", "404") if route.is_open else ("400", "401", "404")
    answers: dict[str, Any] = {code: {"description": DESCRIPTIONS[code]} for code in successes}
    schema = {"schema": {"$ref": "#/components/schemas/Errors"}}
    for code in failures:
        answers[code] = {"description": DESCRIPTIONS[code]}
        if route.endpoint not in (files.put_blob, files.get_blob):
            answers[code]["content"] = {"application/json": schema}
    return answers


def _body(route: Route) -> dict[str, Any] | None:
    if route.endpoint is files.put_blob:
        binary = {"schema": {"type": "string", "format": "binary"}}
        return {"required": True, "content": {"application/octet-stream": binary}}
    if not route.body:
        return None
    schema = {"schema": {"$ref": f"#/components/schemas/{route.body}"}}
    return {"required": route.endpoint not in OPTIONAL_BODIES, "content": {"application/json": schema}}
