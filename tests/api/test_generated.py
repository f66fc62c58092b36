"""Requests made up from the document, right and wrong ones: whatever comes, the API never fails."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jetbridge.api import allowances
from tests.api.programs import program_of, somebody
from tests.core.doors import world

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]

EXAMPLES = 8
# What is right by its shape may be refused for its sense, so that no check asks for a 2xx.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUIETLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def document(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The document as a program reads it; requests share the test's transaction, and so its connection."""
    monkeypatch.setattr(allowances, "CALLS_A_MINUTE", 1_000_000)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_made_up_requests_are_answered_as_the_document_says(document: Any) -> None:
    world.fill()
    secret = program_of(somebody("otto", "owner")).secret
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    asked = set()

    for found, mode in product(document.get_all_operations(), GenerationMode):
        operation = found.ok()

        @QUIETLY
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            asked.add(case.operation.label)
            response = case.call(headers=headers)
            assert response.status_code < 500, (case.method, case.formatted_path, response.text)
            case.validate_response(response, checks=CHECKS)

        ask()

    assert len(asked) > 25
