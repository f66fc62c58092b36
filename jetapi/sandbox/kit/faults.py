"""Faults on demand: what goes wrong, for which calls, how often."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from . import checks
from .wire import Answer, reject_if

KINDS = ("status", "slow", "drop_before", "drop_after", "truncate", "html", "revoke_token")
INSTEAD_OF_WORK = ("status", "drop_before", "html", "revoke_token")
LONGEST = 600
FIELDS: dict[str, checks.Check] = {
    "method": checks.text(1, 10),
    "path": checks.text(0, 1000),
    "kind": checks.text(1, 40),
    "status": checks.whole(200, 599),
    "retry_after": checks.number(decimals=None, below=10**6),
    "seconds": checks.number(decimals=None, below=LONGEST + 1),
    "times": checks.whole(1, 10**9),
    "probability": checks.number(decimals=None, below=1.0000001),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a service words what fails: a refused token, a bare status, its page in maintenance, kinds of its own."""

    unauthorized: Answer
    status: Callable[[int], Answer]
    page: Answer
    spellings: Callable[[str], tuple[str, ...]]  # the ways in which an expression may name a path
    own_kinds: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        return (*KINDS, *self.own_kinds)


@dataclass(slots=True)
class Fault:
    """One order to fail; `left` None means until it is taken back."""

    id: int
    kind: str
    manner: Manner
    pattern: re.Pattern[str]
    method: str = ""
    status: int = 503
    retry_after: float | None = None
    seconds: float = 3
    left: int | None = None
    probability: float = 1
    hits: int = 0

    def strikes(self, method: str, path: str) -> bool:
        if self.left == 0 or (self.method and self.method != method.upper()):
            return False
        if not any(self.pattern.search(each) for each in self.manner.spellings(path)):
            return False
        return self.probability >= 1 or random.random() < self.probability  # noqa: S311

    def answer(self) -> Answer:
        """Word what is sent in the place of doing the work."""
        if self.kind in self.manner.own_kinds:
            return self.manner.own_kinds[self.kind]
        if self.kind == "revoke_token":
            return self.manner.unauthorized
        if self.kind == "html":
            return replace(self.manner.page, status=self.status)
        answer = self.manner.status(self.status)
        if self.retry_after is None:
            return answer
        return answer.with_headers(("Retry-After", f"{self.retry_after:g}"))

    @property
    def is_instead_of_work(self) -> bool:
        return self.kind in INSTEAD_OF_WORK or self.kind in self.manner.own_kinds


@dataclass(slots=True)
class Faults:
    """The faults in force. They belong to a running sandbox and are not kept over a restart."""

    manner: Manner
    _all: list[Fault] = field(default_factory=list)
    _next: int = 1
    _lock: Lock = field(default_factory=Lock)

    def add(self, order: dict[str, Any]) -> int:
        """
        Put a fault in force; give its id.

        :raises Rejected: an unknown kind, or an expression that is none
        """
        kinds = self.manner.kinds
        found = checks.problems(order, FIELDS | {"kind": checks.one_of(kinds)})
        found += [] if order.get("kind") else [f"kind must be one of: {', '.join(kinds)}."]
        pattern = None
        try:
            pattern = checks.pattern(str(order.get("path") or ""))
        except ValueError as problem:
            found.append(f"path {problem}.")
        reject_if(found)
        if pattern is None:  # said above
            raise AssertionError
        with self._lock:
            fault = _made(self._next, str(order["kind"]), self.manner, pattern, order)
            self._next += 1
            self._all.append(fault)
            return fault.id

    def strike(self, method: str, path: str) -> Fault | None:
        """Give the first fault that this call runs into, and count it."""
        with self._lock:
            for fault in self._all:
                if fault.strikes(method, path):
                    fault.hits += 1
                    if fault.left is not None:
                        fault.left -= 1
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._all.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return which faults are in force."""
        names = ("id", "kind", "method", "status", "seconds", "left", "probability", "hits")
        return [
            {name: getattr(each, name) for name in names} | {"path": each.pattern.pattern}
            for each in self._all
        ]


def _made(number: int, kind: str, manner: Manner, pattern: re.Pattern[str], order: dict[str, Any]) -> Fault:
    method = str(order.get("method") or "").upper()
    fault = Fault(number, checks.squeezed(kind), manner, pattern, method)
    if fault.kind == "html":
        fault.status = 200
    if fault.kind == "revoke_token":
        fault.left = 1  # a token that is revoked with every call would leave no way back in
    for name, given in (("status", "status"), ("seconds", "seconds"), ("left", "times")):
        if order.get(given) is not None:
            setattr(fault, name, order[given])
    if order.get("probability") is not None:
        fault.probability = order["probability"]
    fault.retry_after = order.get("retry_after")
    return fault
