"""What Jet will do of its own accord, and when: transitions (as the caller chooses) and deadlines (by the clock)."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from .store import Store

MODES = ("clock", "read", "at_once")
INSTANT = 0.01  # seconds over which "all at once" is spread, to keep the order


class Timed(Protocol):
    """What steps are carried out on: it has a clock, and says when others shall have their turn."""

    def now(self) -> datetime: ...

    def slice_is_over(self) -> bool: ...


Place = TypeVar("Place", bound=Timed)


class Schedule(Generic[Place]):
    """
    The diary of pending steps.

    `clock`: a transition comes when its delay is over. `read`: an answer shows the state as it is, and the
    next read finds the next one. `at_once`: it comes within the call that caused it. Deadlines (fifteen
    minutes, two business days, expiry) follow the clock in every mode.
    """

    def __init__(
        self,
        store: Store,
        steps: Mapping[str, Callable[[Place, str, str, datetime], None]],
        delays: Mapping[str, float],
    ) -> None:
        self._store = store
        self._steps = steps
        self.delays = {**delays, **store.meta("delays", {})}
        self.mode: str = store.meta("transitions", "clock")
        self.look_again()

    def look_again(self) -> None:
        """Forget when the next step is due, as after any change of the diary."""
        self._next: dict[int, float] = {}

    def set_mode(self, world: Place, mode: str) -> None:
        self.mode = mode
        self._store.set_meta("transitions", mode)
        if mode == "at_once":
            self._bring_forward(world.now())

    def set_delays(self, delays: Mapping[str, float]) -> None:
        self.delays.update(delays)
        self._store.set_meta("delays", dict(self.delays))

    def reset(self, delays: Mapping[str, float]) -> None:
        self.mode = "clock"
        self.delays = dict(delays)
        self._store.set_meta("transitions", "clock")
        self._store.set_meta("delays", {})

    def later(self, world: Place, name: str, account: str, key: str, *, when: datetime) -> None:
        """Note a transition to come, counted from `when`; it replaces an earlier note of the same kind."""
        if self.mode == "at_once":
            self._steps[name](world, account, key, when)
            return
        self._note(name, account, key, when + timedelta(seconds=self.delays[name]), deadline=False)

    def deadline(self, name: str, account: str, key: str, *, at: datetime) -> None:
        """Note something that happens at a fixed moment unless it is struck out before."""
        self._note(name, account, key, at, deadline=True)

    def go_on(self, name: str, account: str, key: str, *, when: datetime) -> None:
        """Note that a step begun at `when` took more than its slice; in every mode it goes on at once."""
        self._note(name, account, key, when, deadline=True)

    def forget(self, name: str, account: str, key: str) -> None:
        self.look_again()
        self._store.run("DELETE FROM due WHERE name=? AND account=? AND id=?", name, account, key)

    def is_pending(self, name: str, account: str, key: str) -> bool:
        sql = "SELECT 1 FROM due WHERE name=? AND account=? AND id=?"
        return bool(self._store.rows(sql, name, account, key))

    def has_due(self, now: datetime) -> bool:
        """Return quickly whether `tick` would find anything to do."""
        return min(map(self._next_at, self._ticking())) <= now.timestamp()

    def _next_at(self, kind: int) -> float:
        """Give when the next step of a kind is due; looked up once, until the diary changes."""
        found = self._next.get(kind)
        if found is None:
            with self._store.transaction():  # nobody changes the diary between look and note
                [(at,)] = self._store.rows("SELECT MIN(at) FROM due WHERE deadline=?", kind)
                found = self._next[kind] = math.inf if at is None else at
        return found

    def tick(self, world: Place, now: datetime) -> bool:
        """Carry out, oldest first and each at its own moment, what is due; return if the slice was too short."""
        while found := self._next_due(now):
            at, name, account, key = found
            self.forget(name, account, key)
            self._steps[name](world, account, key, datetime.fromtimestamp(at, UTC))
            if world.slice_is_over():
                return self.has_due(now)
        return False

    def _next_due(self, now: datetime) -> tuple[float, str, str, str] | None:
        # Each kind by itself: only then the index gives its first row without sorting all that are due.
        sql = "SELECT at, name, account, id FROM due WHERE deadline=? AND at<=? ORDER BY at LIMIT 1"
        found = [row for kind in self._ticking() for row in self._store.rows(sql, kind, now.timestamp())]
        return min(found, default=None)

    def bring_forward(self, name: str, account: str, now: datetime) -> int:
        """Make pending transitions of one kind due now, whatever the mode; return how many they are."""
        where = "name=? AND account=? AND deadline=0"
        count = self._store.rows(f"SELECT COUNT(*) FROM due WHERE {where}", name, account)[0][0]  # noqa: S608
        sql = f"UPDATE due SET deadline=1, at=? WHERE {where}"  # noqa: S608
        self.look_again()
        self._store.run(sql, now.timestamp(), name, account)
        return int(count)

    def _bring_forward(self, now: datetime) -> None:
        """Make every pending transition due now, in the order in which they would have come."""
        [(first, last)] = self._store.rows("SELECT MIN(at), MAX(at) FROM due WHERE deadline=0")
        if first is not None:
            sql = "UPDATE due SET deadline=1, at=? + ? * (at - ?) / ? WHERE deadline=0"
            self.look_again()
            begin = now.timestamp() - INSTANT
            self._store.run(sql, begin, INSTANT, first, last - first + 1)

    def seen(self, world: Place, prefix: str, account: str, key: str | None = None) -> None:
        """Move one step on what was just read, where transitions go by reads; `prefix` is such as `order.`."""
        if self.mode != "read":
            return
        sql = "SELECT name, account, id FROM due WHERE deadline=0 AND account=? AND substr(name, 1, ?)=?"
        params: list[object] = [account, len(prefix), prefix]
        if key is not None:
            sql, params = f"{sql} AND id=?", [*params, key]
        self._run(world, f"{sql} ORDER BY at", *params)

    def _ticking(self) -> tuple[int, ...]:
        return (0, 1) if self.mode == "clock" else (1,)

    def _run(self, world: Place, sql: str, *params: object) -> None:
        for name, account, key in self._store.rows(sql, *params):
            self.forget(name, account, key)
            self._steps[name](world, account, key, world.now())

    def _note(self, name: str, account: str, key: str, at: datetime, *, deadline: bool) -> None:
        sql = "INSERT OR REPLACE INTO due (name, account, id, at, deadline) VALUES (?, ?, ?, ?, ?)"
        self.look_again()
        self._store.run(sql, name, account, key, at.timestamp(), int(deadline))
