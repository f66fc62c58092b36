"""The client mounted on the sandbox itself, without a socket, and the two kept apart."""

import re
import subprocess
import sys

import pytest
import responses
from werkzeug.test import Client

from jetapi import JetClient
from jetapi.errors import JetRejected
from tests.jetapi.served import LISTING


@pytest.fixture
def mounted(sandbox):
    browser = Client(sandbox)

    def answer(request):
        got = browser.open(
            request.path_url, method=request.method, data=request.body, headers=dict(request.headers)
        )
        return got.status_code, dict(got.headers), got.data

    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        for method in ("GET", "PUT", "POST", "PATCH"):
            wire.add_callback(method, re.compile(r"http://jet\.test/.*"), callback=answer)
        with JetClient("http://jet.test/api", user="test-user", secret="test-secret") as jet:
            yield jet


def test_a_sku_is_created_and_read_in_process(mounted):
    mounted.products.put("A B", LISTING)

    found = mounted.products.get("A B")

    assert (found.merchant_sku, found.status) == ("A B", "Under Jet Review")


def test_a_refusal_is_read_in_process(mounted):
    with pytest.raises(JetRejected, match="product_title"):
        mounted.products.put("A", {})


def test_live_keys_see_other_data_than_test_keys(mounted):
    mounted.products.put("A", LISTING)

    with JetClient("http://jet.test/api", user="live-user", secret="live-secret") as live:
        assert live.products.list() == []

    assert mounted.products.list() == ["A"]


@pytest.mark.parametrize(
    ("loads", "absent"),
    [
        ("jetapi.sandbox", ["jetapi.client", "jetapi.http.transport", "requests", "django"]),
        ("jetapi.client", ["jetapi.sandbox", "django", "celery"]),
    ],
)
def test_neither_half_loads_the_other(loads, absent):
    script = f"import {loads}, sys; print([name for name in {absent!r} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
