"""A day under faults: parts are killed one at a time and together; afterwards all that was wanted is done once."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.day import FAST, Day
from tests.commands.installations import Installation
from tests.commands.test_redis_gone import OwnRedis
from tests.homes import Homes
from tests.waiting import wait_for

# Longer than the lease of a job whose worker was killed (those of its claims are shortened), and the jobs behind it.
PATIENCE = 240.0
LINES = [{"sku": "MUG-OAT", "quantity": 1}]


@pytest.fixture
def day(tmp_path: Path, homes: Homes) -> Iterator[Day]:
    """An installation with the demo in it, whose jobs run every three seconds."""
    yield from begun(homes.demo(Installation(tmp_path / "home")))


@pytest.fixture
def day_on_redis(tmp_path: Path, homes: Homes) -> Iterator[Day]:
    """The same with a Redis of its own as broker."""
    redis = OwnRedis(tmp_path)
    redis.start()
    try:
        installation = Installation(tmp_path / "home", REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
        yield from begun(homes.demo(installation), redis)
    finally:
        redis.kill()


def begun(installation: Installation, broker: OwnRedis | None = None) -> Iterator[Day]:
    installation.start()
    try:
        found = Day(installation, broker)
        found.shell(FAST)
        yield found
    finally:
        installation.clear_away()


def live_skus(day: Day) -> list[str]:
    return sorted(
        row["merchant_sku"]
        for row in day.ask("state", kind="skus", mode="test")["skus"]
        if row.get("status") == "Available for Purchase"
        and sum(node["quantity"] for node in row.get("inventory_by_fulfillment_node", [])) > 6
    )


def walk(day: Day, kills: list[tuple[str, ...]]) -> None:
    """Let orders arrive and people work while parts are killed; then judge by Jet's journal and our tables."""
    skus = live_skus(day)
    assert len(skus) > 5
    placed: list[str] = []
    for number, parts in enumerate(kills):
        lines = [{"sku": skus[(number * 3 + place) % len(skus)], "quantity": 1} for place in range(2)]
        fresh = day.tell("orders", {"mode": "test", "count": 4, "status": "ready", "items": lines})[
            "order_ids"
        ]
        placed += fresh
        day.work(price=f"{20 + number}.50")
        for part in parts:
            if part == "broker":
                day.lose_messages()
            else:
                day.kill(part)
    left: dict[str, object] = {}
    try:
        wait_for(
            lambda: is_quiet(day, placed, left), "all that was wanted is done", PATIENCE + 60 * len(kills)
        )
    except AssertionError as late:
        raise AssertionError(f"{late}; left over: {left}") from late
    judge(day, placed)


def is_quiet(day: Day, placed: list[str], left: dict[str, object]) -> bool:
    """Return whether nothing is left; what is stands in `left` afterwards."""
    standing = day.standing()
    orders = {order: standing["orders"].get(order) for order in placed}
    waiting = {order: status for order, status in orders.items() if status != "complete"}
    left.clear()
    left.update({name: count for name, count in standing.items() if name.endswith("_open") and count})
    if waiting:
        left["orders"] = waiting
        day.work(price="49.90")
    return not left


def judge(day: Day, placed: list[str]) -> None:
    done = [
        call["path"]
        for call in day.ask("calls")["calls"]
        if call["applied"] and call["method"] == "PUT" and call["status"] and call["status"] < 300
    ]
    for word in ("/acknowledge", "/shipped"):
        times = {order: sum(path.endswith(word) and order in path for path in done) for order in placed}
        assert set(times.values()) == {1}, (word, times)
    completed = Counter(path for path in done if "/returns/" in path and path.endswith("/complete"))
    assert set(completed.values()) <= {1}
    for job, outcome, achieved, failed in day.standing()["outcomes"]:
        assert outcome != "achieved" or achieved, f"{job} claims to have achieved nothing"
        assert outcome != "nothing" or not (achieved or failed), f"{job} did something and says nothing"


def test_a_short_day_in_which_worker_web_and_broker_die(day: Day):
    walk(day, [("worker",), ("web", "broker", "worker")])


@pytest.mark.kill
@pytest.mark.timeout(3000)
def test_a_long_day_in_which_every_part_dies_in_turn_and_together(day: Day):
    walk(day, [("worker",), ("beat",), ("web",), ("broker",), ("sandbox",), ("worker", "web"), ("broker", "worker"),
               ("web", "broker"), ("worker", "sandbox"), ("worker", "web", "broker", "sandbox")])  # fmt: skip


@pytest.mark.kill
@pytest.mark.timeout(3000)
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
def test_a_day_on_a_redis_that_dies_alone_and_with_the_others(day_on_redis: Day):
    walk(day_on_redis, [("broker",), ("beat", "broker"), ("worker", "broker"), ("web", "worker", "broker")])
