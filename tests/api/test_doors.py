"""Every address of the API, asked as every role: who comes in stands in the table, as the pages let them in."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from jetbridge.api import tokens
from jetbridge.core import roles
from tests.api.programs import program_of, somebody
from tests.core.doors import walk, world

# O owner, M merchant, P operations, V viewer; the permissions are those of the pages that do the same.
DOORS = """
    GET   /me                              OMPV
    GET   /orders                          OMPV
    GET   /orders/{number}                 OMPV
    POST  /orders/{number}/acknowledge     OMP
    POST  /orders/{number}/ship            OMP
    POST  /orders/{number}/cancel          OMP
    GET   /products                        OMPV
    PATCH /products/prices                 OMP
    PATCH /products/quantities             OMP
    POST  /products/{sku}/validate         OMPV
    POST  /products/{sku}/upload           OMP
    GET   /products/{sku}                  OMPV
    PATCH /products/{sku}                  OMP
    GET   /listings                        OMPV
    GET   /listings/{sku}                  OMPV
    GET   /returns                         OMPV
    GET   /returns/{id}                    OMPV
    POST  /returns/{id}/complete           OMP
    GET   /refunds                         OMPV
    POST  /refunds                         OM
    GET   /jobs                            OMPV
    POST  /jobs/{name}/run                 OMP
    GET   /rejected-files                  OMPV
    GET   /notifications                   OMPV
    POST  /mass-actions                    OMP
    POST  /mass-actions/{id}/start         OMP
    GET   /mass-actions/{id}               OMPV
    GET   /webhooks                        OM
    POST  /webhooks                        OM
    PATCH /webhooks/{id}                   OM
    DELETE /webhooks/{id}                  OM
    GET   /webhooks/{id}/deliveries        OM
    POST  /webhooks/{id}/deliveries/{number}/replay OM
"""
BODIES = {"/mass-actions": {"scope": "catalog", "action": "upload", "all": True}}
LETTERS = {"O": "owner", "M": "merchant", "P": "operations", "V": "viewer"}


def doors():
    return [tuple(line.split()) for line in DOORS.strip().splitlines()]


@pytest.mark.django_db
def test_the_table_knows_every_operation_and_no_other(client):
    document = client.get("/api/v1/openapi.json").json()
    there = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method in methods
    }

    assert there == {(method, path) for method, path, _ in doors()}


def test_no_address_stands_outside_the_document():
    document = {path for _, path, _ in doors()} | {"/openapi.json", "/docs", "/", ""}
    there = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{route.removeprefix('api/v1/')}")
        for route, _ in walk.routes()
        if route.startswith("api/v1/")
    }

    assert there <= document


@pytest.mark.django_db
@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_comes_in_where_the_table_says_and_nowhere_else(letter):
    world.fill()
    program, astray = program_of(somebody("somebody", LETTERS[letter])), []

    for method, path, may in doors():
        answer = program.ask(method, re.sub(r"{\w+}", "1", path[1:]), BODIES.get(path, {}))
        if (answer.status_code in (401, 403)) == (letter in may):
            astray.append((method, path, answer.status_code))
        assert answer.status_code < 500, (method, path, answer.content)

    assert astray == []


@pytest.mark.django_db
def test_a_token_for_reading_changes_nothing_whoever_has_it():
    world.fill()
    program = program_of(somebody("somebody", "owner"), "read")

    for method, path, _ in doors():
        answer = program.ask(method, re.sub(r"{\w+}", "1", path[1:]), BODIES.get(path, {}))
        is_read_only = answer.status_code == 403 and answer.json()["code"] == "api.read_only"
        assert is_read_only == (method != "GET"), (method, path, answer.status_code)


@pytest.mark.django_db
def test_without_a_group_nobody_has_a_token():
    with pytest.raises(tokens.TokenRefused):
        tokens.create(person=somebody("nobody"), name="x", scope="read")


@pytest.mark.django_db
def test_whoever_loses_a_permission_on_the_pages_loses_it_here_at_once(warehouse, acknowledged):
    ship = Permission.objects.get(codename="ship", content_type__app_label="orders")
    Group.objects.get(name=roles.OPERATIONS).permissions.remove(ship)

    answer = warehouse.post(f"orders/{acknowledged.number}/ship", {"tracking": "1Z", "carrier": "UPS"})

    assert (answer.status_code, "orders.ship" in answer.json()["detail"]) == (403, True)


@pytest.mark.django_db
def test_without_a_token_there_is_nothing_but_the_document(client: Client):
    for method, path, _ in doors():
        answer = client.generic(method, "/api/v1" + re.sub(r"{\w+}", "1", path))
        assert answer.status_code == 401, (method, path)
    assert client.get("/api/v1/openapi.json").status_code == 200
