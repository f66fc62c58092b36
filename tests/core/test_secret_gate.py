"""One gate for secrets: one place opens clients, one sets a secret, and an upgrade binds what is stored."""

import ast
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from jetbridge.core.models import Configuration, JetAccount
from jetbridge.home import PROJECT_ROOT

PRODUCT = ("jetbridge", "catalog", "orders", "returns")


def found(wanted):
    places = set()
    for path in (path for package in PRODUCT for path in (PROJECT_ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if wanted(node):
                places.add(str(path.relative_to(PROJECT_ROOT)))
    return places


def test_only_the_opener_of_clients_builds_one():
    def builds(node):
        return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
            "JetClient",
            "log_in",
        )

    assert found(builds) == {"jetbridge/core/jet/client.py"}


def test_a_secret_is_set_with_the_address_that_it_is_for():
    def sets(node):
        return (
            isinstance(node, ast.Attribute) and node.attr == "api_secret" and isinstance(node.ctx, ast.Store)
        )

    assert found(sets) == {"jetbridge/core/models/accounts.py"}


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("", "sandbox"),
        ("https://merchant-api.jet.com/api", "https://merchant-api.jet.com"),
        ("http://127.0.0.1:8001/api", "http://127.0.0.1:8001"),
    ],
)
def test_an_upgrade_binds_stored_secrets_to_the_address_of_that_moment(db, address, origin):
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": address})
    JetAccount.objects.update_or_create(mode="test", defaults={"api_secret": "s"})
    JetAccount.objects.update_or_create(mode="live", defaults={"api_secret": ""})

    migration = import_module("jetbridge.core.migrations.0017_secret_origin")
    migration.bind_secrets(apps, SimpleNamespace(connection=connection))

    assert dict(JetAccount.objects.values_list("mode", "secret_origin")) == {"test": origin, "live": ""}
    assert JetAccount.objects.get(mode="test").has_secret_for(address)
