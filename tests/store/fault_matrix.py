"""Every call of a way to the store, and every fault at it: once, at the second time, and until it is taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from jetapi.http.circuit import Circuit
from jetapi.http.retry import Retries
from jetbridge.core.models import JetAccount
from jetbridge.outbox import drains
from jetbridge.store import deliveries, senders, services
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import StoreDocument
from tests.outbox.kit import let_time_pass

Calls = Sequence[tuple[str, str]]
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop_before"}, {"kind": "drop_after"}, {"kind": "truncate"}, {"kind": "html"}, {"kind": "maintenance"},
    {"kind": "status", "status": 500}, {"kind": "status", "status": 401}, {"kind": "status", "status": 429},
    {"kind": "status", "status": 400},
)  # fmt: skip
WHEN = ("once", "second", "long")


def matrix(ways: Mapping[str, Calls], *, one_in: int) -> list[Any]:
    """Return a way, a call, a fault, and when it strikes: one in so many always runs, all do with `-m kill`."""
    cases = [
        (way, method, path, fault, when)
        for way, calls in ways.items()
        for method, path in calls
        for fault in FAULTS
        for when in WHEN
    ]
    return [
        pytest.param(
            *case, marks=() if place % one_in == 0 else pytest.mark.kill, id="-".join(map(str, _said(case)))
        )
        for place, case in enumerate(cases)
    ]


def _said(case: Any) -> tuple[Any, ...]:
    way, method, path, fault, when = case
    return way, method, path.strip("/$"), *fault.values(), when


def strike(store: MagentoSandbox, method: str, path: str, fault: Mapping[str, Any], when: str) -> None:
    """Let calls fail."""
    found = {"method": method, "path": path}
    if when == "second":  # the first is let pass by a fault that does no harm
        store.do("faults", {**found, "kind": "slow", "seconds": 0, "times": 1})
    store.do("faults", {**found, **fault, **({} if when == "long" else {"times": 1})})


def heal(store: MagentoSandbox, when: str) -> None:
    """Take the faults back; see that they struck."""
    faults = store.do("listed_faults", {})["faults"]
    store.do("clear_faults", {})
    assert faults[0]["hits"] > 0, "the call was never made"


def send(account: JetAccount, tries: int) -> None:
    """Run the job so often, with a client that asks once and has forgotten what failed before."""
    for _ in range(tries):
        with services.open_client(retries=Retries(attempts=1), circuit=Circuit()) as client:
            drains.drain(senders.DocumentSender(MagentoStore(client), account), connections=1)
        _minutes_pass()


def try_again() -> None:
    """Press the button of all that the store refused."""
    for row in StoreDocument.objects.all():
        if deliveries.can_retry(row):
            deliveries.retry(row)


def _minutes_pass() -> None:
    """Let pauses run out, and the minutes for which a cart that may have become an order is looked for."""
    let_time_pass()
    for row in StoreDocument.objects.filter(progress__placing_since__isnull=False):
        row.progress["placing_since"] = "2020-01-01T00:00:00+00:00"
        row.save(update_fields=["progress"])
