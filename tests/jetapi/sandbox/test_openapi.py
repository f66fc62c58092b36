"""The generated OpenAPI document, and what calls made up from it do to the sandbox."""

import random

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from werkzeug.test import Client

from jetapi.sandbox import Sandbox
from jetapi.sandbox.options import Options
from jetapi.sandbox.routes import routes

QUIETLY = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def login(client, mode="test"):
    keys = {"user": f"{mode}-user", "pass": f"{mode}-secret"}
    return client.post("/api/token", json=keys).get_json()["id_token"]


def test_the_document_is_valid_and_tells_every_route(control):
    _, document = control("GET", "openapi.json")

    OpenAPIV31SpecValidator(document).validate()
    shown = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert shown == {(route.method, route.path) for route in routes(Options())}
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(set(ids)) == len(ids)


BOX = Sandbox()


@pytest.fixture(scope="module")
def ids():
    """Fill the sandbox with something of everything; give what made-up calls may find there."""
    BOX.set_clock(transitions="read")
    orders = BOX.place_orders(items=[{"sku": "A", "quantity": 3}], count=20)
    orders += BOX.place_orders(items=[{"sku": "A", "quantity": 3}], status="complete", count=10)
    returns = [BOX.open_returns(order_id=order_id)[0] for order_id in orders[-5:]]
    return [*orders, *returns, "A", "ready", "created", "complete", "ProductStatus", "7", "true", "4000188"]


@pytest.fixture(scope="module")
def headers():
    return {"Authorization": f"Bearer {login(Client(BOX))}"}


# Made here, and not as each process of a run collects its tests: what is made of the document takes seconds.
def test_no_made_up_call_ends_in_a_failure_of_the_sandbox(ids, headers):
    schema = schemathesis.openapi.from_wsgi("/_sandbox/openapi.json", BOX)

    def ask(case):
        for name in case.path_parameters or {}:
            if random.random() < 0.7:
                case.path_parameters[name] = random.choice(ids)
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text

    for found in schema.get_all_operations():
        build_operation_test(
            config=schema.config,
            operation=found.ok(),
            test_func=ask,
            given_kwargs={},
            feedback=FeedbackSources(),
            explicit_settings=QUIETLY,
        )()

    calls = BOX.calls()
    assert len(calls) >= 2000
    assert not [each for each in calls if each["status"] >= 500]
