"""The API as a whole: its document, its documentation page, what any wrong request is answered with."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from jetbridge.api.problems import ApiProblem
from jetbridge.api.resources import me as me_resource
from jetbridge.desk import error_book
from jetbridge.home import PROJECT_ROOT

pytestmark = pytest.mark.django_db

# Names of permissions, boxes and jobs look like codes.
NAMES = ("api.use_api", "api.manage_webhooks", "api.webhooks", "api.send_webhooks")


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json()


def test_the_document_is_openapi_3_1_and_names_the_token(document):
    assert document["openapi"] == "3.1.0"
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["components"]["securitySchemes"]["BearerToken"] == {"type": "http", "scheme": "bearer"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["security"], (method, path)
            assert operation["description"], (method, path)
            headers = [each["name"] for each in operation["parameters"] if each["in"] == "header"]
            assert headers == (["Idempotency-Key"] if method == "post" else []), (method, path)
            for status, answer in operation["responses"].items():
                kind = "application/problem+json" if int(status) >= 400 else "application/json"
                assert list(answer["content"]) == [kind], (method, path, status)


def test_the_documentation_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(client):
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert (
        "unsafe-inline"
        not in answer.headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]
    )
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)", page) == []
    for address in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", page):
        assert finders.find(address.removeprefix("/static/").partition("?")[0]), address
    settings = json.loads(page.partition('id="swagger-settings">')[2].partition("<")[0])
    assert settings["url"] == "/api/v1/openapi.json"
    assert settings["validatorUrl"] is None


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nothing", 404, "api.not_found"),
        ("GET", "", 404, "api.not_found"),
        ("DELETE", "me", 405, "api.method"),
        ("GET", "me/%00", 404, "api.not_found"),
        ("GET", "orders/1/ship", 405, "api.method"),
        ("POST", "orders/1/ship", 404, "api.not_found"),
        ("GET", "products/prices", 405, "api.method"),
        ("GET", "products/A/validate", 405, "api.method"),
        ("POST", "products/A/validate", 404, "api.not_found"),
    ],
)
def test_a_request_that_leads_nowhere_is_a_problem(warehouse, method, path, status, code):
    answer = warehouse.ask(method, path, {"tracking": "1Z", "carrier": "UPS"} if "ship" in path else None)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"/admin/errors/?q={code}"
    assert {"type", "title", "status", "detail", "code", "errors"} == problem.keys()


def test_an_outage_of_the_database_has_its_name_and_a_fault_of_ours_none_of_its_words(warehouse, monkeypatch):
    def broken(error):
        def fail():
            raise error

        return fail

    monkeypatch.setattr(me_resource.configuration, "current", broken(OperationalError("database is locked")))
    answer = warehouse.get("me")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.unavailable")
    assert answer.headers["Retry-After"] == "30"
    monkeypatch.setattr(me_resource.configuration, "current", broken(RuntimeError("secret words")))
    answer = warehouse.get("me")
    assert (answer.status_code, answer.json()["code"]) == (500, "api.failed")
    assert "secret words" not in answer.content.decode()


def test_an_unchanged_answer_is_not_sent_again(warehouse):
    first = warehouse.get("me")

    again = warehouse.get("me", **{"if-none-match": first.headers["ETag"]})

    assert again.status_code == 304
    assert not again.content
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_head_is_a_get_without_its_body(warehouse):
    whole, head = warehouse.get("orders"), warehouse.ask("HEAD", "orders")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert warehouse.ask("HEAD", "orders/none").status_code == 404
    assert warehouse.ask("HEAD", "orders/none/ship").status_code == 405


def test_every_code_of_a_problem_stands_in_the_error_book():
    codes = {
        code
        for file in (PROJECT_ROOT / "jetbridge" / "api").rglob("*.py")
        for code in re.findall(r'"(api\.[a-z_]+)"', file.read_text())
        if code not in NAMES
    }

    assert len(codes) > 10
    assert {code for code in codes if error_book.find(code) is None} == set()
    assert ApiProblem(404, "api.not_found", "").document["type"].endswith("api.not_found")
