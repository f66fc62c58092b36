"""What all tests share: a sandbox of Jet, an account that speaks to it, and a client."""

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
from django.conf import settings
from django.contrib.auth.models import User as Person
from django.db import connection, transaction
from django.test import TransactionTestCase

from jetapi import JetClient, Retries
from jetapi.sandbox import Sandbox
from jetbridge.core import configuration, erasures, generations, history_seals, people
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, Event, HistoryMark, JetAccount
from tests.first_rows import FirstRows
from tests.homes import Homes
from tests.readers import reader
from tests.sandboxes import ServedSandbox

# The same examples in each run: a change is measured by what it changed. The long runs (-m kill) draw anew.
hypothesis.settings.load_profile("ci")
# Files that take most of a minute beside the stories: begun last, one of them would run alone at the end.
LONG = (
    "test_upgrade.py",
    "test_store_journey.py",
    "test_first_tables.py",
    "test_doors.py",
    "test_comparison.py",
)
PATIENT = (20_000, 20, 20)
IS_PARALLEL = "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return a process for each core that this run may use, and two more: stories mostly wait."""
    return len(os.sched_getaffinity(0)) + 2 if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pytest_runtest_setup() -> None:
    """Keep the garbage collector off all that is imported: it would walk through it for each page that is drawn."""
    if gc.get_threshold() != PATIENT:  # at first, and after code that set what it needs
        gc.collect()
        gc.freeze()
        gc.set_threshold(*PATIENT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Let stories begin first, and other files that take long.

    On servers, leave out what asks neither database nor broker: it says the same without them.
    A story waits for five processes and a browser; one that a stalled machine broke begins once more, and the
    summary names it.
    """
    if connection.vendor != "sqlite":
        config.hook.pytest_deselected(items=[item for item in items if not asks_servers(item)])
        items[:] = filter(asks_servers, items)
    for item in filter(is_story, items):
        item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: not (is_story(item) or item.path.name in LONG))


def is_story(item: pytest.Item) -> bool:
    """Tell whether a test starts processes of its own, from a home made beforehand."""
    return "homes" in getattr(item, "fixturenames", ())


def pytest_itemcollected(item: pytest.Item) -> None:
    """Take back what each of a test's made-up examples stores, before the next: none hangs on those before it."""
    examples = getattr(getattr(item, "obj", None), "hypothesis", None)
    if examples and asks_servers(item) and not hasattr(examples.inner_test, "takes_back"):
        examples.inner_test = taking_back(examples.inner_test)


def taking_back(test: Callable[..., None]) -> Callable[..., None]:
    """Return the test, leaving the database as it found it."""

    @wraps(test)
    def once(*arguments: Any, **values: Any) -> None:
        with of_a_test(transaction.atomic()):
            try:
                test(*arguments, **values)
            finally:
                transaction.set_rollback(True)

    setattr(once, "takes_back", True)  # noqa: B010
    return once


def of_a_test(block: transaction.Atomic) -> transaction.Atomic:
    """Make a transaction one of those in which tests run."""
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


@pytest.fixture(autouse=True)
def no_call_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Find each request that leaves in a transaction of ours: until its answer nobody else could write."""
    send, found = requests.Session.send, list[str]()

    def watched(
        session: requests.Session, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        if any(not block._from_testcase for block in connection.atomic_blocks):
            found.append(f"{request.method} {request.url}")
        return send(session, request, **how)

    monkeypatch.setattr(requests.Session, "send", watched)
    yield
    assert found == [], "requests in a transaction"


@pytest.fixture(autouse=True)
def recorded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests make people without a row of history for each; who looks at these rows asks for `unrecorded`."""
    with nullcontext() if "unrecorded" in request.fixturenames else people.recorded():
        yield


@pytest.fixture
def unrecorded() -> None:
    """Have the history name what is written of who may do what, as it does outside of tests."""


def asks_servers(item: pytest.Item) -> bool:
    """Tell whether a test's outcome may hang on the kind of its database or broker."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "database", "broker"))
    return marked or not {"db", "transactional_db"}.isdisjoint(getattr(item, "fixturenames", ()))


def homes_of_run(temporary: pytest.TempPathFactory) -> Homes:
    """Return the homes that all processes of this run share."""
    own = temporary.getbasetemp()
    return Homes((own.parent if IS_PARALLEL else own) / "homes")


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """Homes to start installations from: made once in this run, whoever of its processes needs one first."""
    return homes_of_run(tmp_path_factory)


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool, django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> bool:
    """Begin with a copy of the tables that one process of this run, or an earlier run, made."""
    if connection.vendor != "sqlite":
        return django_db_keepdb
    homes_of_run(tmp_path_factory).database(Path(connection.settings_dict["TEST"]["NAME"]))
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let a test that commits leave what the migrations left, without dealing it all out anew."""
    with django_db_blocker.unblock():
        Event.objects.all().delete()  # apps of tests bring permissions, and their dealing reads as an upgrade
        HistoryMark.objects.all().delete()
        first = FirstRows()
    _SCHEDULES.append(first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: first.put_back())
        yield
    _SCHEDULES.clear()


_SCHEDULES: list[FirstRows] = []


@pytest.fixture(autouse=True)
def short_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait seconds before a call is made again, but where the client's own pauses are looked at."""
    if "jetapi" not in request.path.parts:
        monkeypatch.setattr(
            Retries, "_backoff", lambda retries, error, attempt: BACKOFF(retries, error, attempt) / 50
        )


BACKOFF = Retries._backoff


@pytest.fixture(autouse=True, scope="module")
def punctual_schedules(django_db_blocker: Any) -> None:
    """Let no job be late in a file's tests because the run began long before them."""
    if _is_in_a_loop():
        return  # a browser's story, which asks an installation of its own
    for rows in _SCHEDULES:
        with django_db_blocker.unblock():
            rows.begin_schedules()


def _is_in_a_loop() -> bool:
    """Return whether this thread runs an event loop, in which Django asks no database."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.fixture(scope="session")
def served_sandbox() -> Iterator[ServedSandbox]:
    """One sandbox on loopback for the whole run; tests take `sandbox`, which is empty each time."""
    box = Sandbox(state=":memory:")
    with box.serve(port=0) as url:
        yield ServedSandbox(box, url)


@pytest.fixture(autouse=True)
def fresh_home() -> None:
    """Let no test's database look older than the one of the test before it."""
    (settings.JETBRIDGE_HOME / generations.FILE).write_text("0\n")
    for name in (history_seals.FILE, erasures.FILE, erasures.AGED):
        (settings.JETBRIDGE_HOME / name).unlink(missing_ok=True)


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
    account.api_user = node["user"]
    account.keep_secret(node["secret"], address=f"{served_sandbox.url}/api")
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


@pytest.fixture
def bob(db: None) -> Person:
    """A reader of the inbox."""
    return reader("bob")
