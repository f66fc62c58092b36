"""What all tests share: a sandbox of Jet, an account that speaks to it, and a client."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User as Person

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, JetAccount
from tests.sandboxes import ServedSandbox


@pytest.fixture(scope="session")
def served_sandbox() -> Iterator[ServedSandbox]:
    """One sandbox on loopback for the whole run; tests take `sandbox`, which is empty each time."""
    box = Sandbox(state=":memory:")
    with box.serve(port=0) as url:
        yield ServedSandbox(box, url)


@pytest.fixture
def sandbox(served_sandbox: ServedSandbox) -> Iterator[Sandbox]:
    """An empty sandbox of Jet, served on loopback, at the present time."""
    served_sandbox.box.clear_faults()
    served_sandbox.box.reset()
    yield served_sandbox.box
    served_sandbox.box.clear_faults()


@pytest.fixture
def account(db: None, sandbox: Sandbox, served_sandbox: ServedSandbox) -> JetAccount:
    """The test account, complete, speaking to the sandbox; the first token is already there."""
    Configuration.objects.update_or_create(
        pk=1,
        defaults={
            "api_url": f"{served_sandbox.url}/api",
            "cancel_limit_percent": 100,  # a test's few orders make any rate; the guard has tests of its own
        },
    )
    account = configuration.active_account()
    node = served_sandbox.account("test")
    account.api_user, account.api_secret = node["user"], node["secret"]
    account.fulfillment_node_id, account.merchant_id = node["fulfillment_node_id"], node["merchant_id"]
    account.save()
    # Logged in here, by the test's own thread: worker threads then find a token and leave the database alone.
    with open_client(account) as client:
        client.authcheck()
    account.refresh_from_db()
    return account


@pytest.fixture
def jet(account: JetAccount) -> Iterator[JetClient]:
    """A client for the test account."""
    with open_client(account) as client:
        yield client


@pytest.fixture
def merchant(db: None) -> Person:
    """A person who may do everything."""
    return Person.objects.create_superuser("alice", "alice@example.test", "alice")
