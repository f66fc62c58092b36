"""The embedded broker: of many messages between real processes none is lost, doubled or half read."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kombu import Connection, Queue

import jetbridge.celery  # noqa: F401 - it says what jetfiles:// stands for
from jetbridge.home import PROJECT_ROOT
from tests.waiting import PATIENCE

MESSAGES, PRODUCERS, CONSUMERS = 1500, 2, 3

PRODUCER = """
import sys
from tests.jobs.test_broker import open_box
first, count = int(sys.argv[2]), int(sys.argv[3])
with open_box(sys.argv[1]) as box:
    for number in range(first, first + count):
        box.put({"number": number, "ballast": "x" * 4000})
"""

CONSUMER = """
import sys
from pathlib import Path
from queue import Empty
from tests.jobs.test_broker import open_box
from tests.waiting import PATIENCE
got = []
with open_box(sys.argv[1]) as box:
    while True:
        try:
            is_last = Path(sys.argv[1], "all sent").exists()
            message = box.get(timeout=0.5)
        except Empty:
            if is_last:
                break
            continue
        message.ack()
        got.append(message.payload["number"])
print(got)
"""


def connect(folder: Path | str) -> Connection:
    folder = Path(folder)
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.01,
    }
    return Connection("jetfiles://localhost", transport_options=options)


class open_box:
    """A queue in a folder, as a context that closes its connection."""

    def __init__(self, folder: Path | str) -> None:
        self._connection = connect(folder)

    def __enter__(self):
        self._box = self._connection.SimpleQueue(Queue("soak", routing_key="soak"))
        return self._box

    def __exit__(self, *_: object) -> None:
        self._box.close()
        self._connection.release()


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_no_message_is_lost_or_doubled_between_processes(tmp_path: Path):
    share = MESSAGES // PRODUCERS

    consumers = [start(CONSUMER, str(tmp_path)) for _ in range(CONSUMERS)]
    producers = [
        start(PRODUCER, str(tmp_path), str(share * number), str(share)) for number in range(PRODUCERS)
    ]
    ends = [process.communicate(timeout=PATIENCE) for process in producers]
    (tmp_path / "all sent").touch()
    ends += [process.communicate(timeout=PATIENCE) for process in consumers]

    assert [error for _, error in ends] == [""] * len(ends)
    got = [number for output, _ in ends[PRODUCERS:] for number in json.loads(output)]
    assert sorted(got) == list(range(MESSAGES))
    assert list((tmp_path / "queue").iterdir()) == []
    assert list((tmp_path / "processed").iterdir()) == []


def test_messages_come_in_the_order_in_which_they_were_sent(tmp_path: Path):
    with open_box(tmp_path) as box:
        for number in range(20):
            box.put(number)
        got = [box.get_nowait().payload for _ in range(20)]

    assert got == list(range(20))


def test_a_message_damaged_by_a_power_cut_is_dropped_and_the_next_one_comes(tmp_path: Path, caplog):
    with open_box(tmp_path) as box:
        box.put("whole")
        (tmp_path / "queue" / "00000000000000000001_dead.soak.msg").write_bytes(b"")
        got = box.get_nowait().payload

    assert got == "whole"
    assert "00000000000000000001_dead.soak.msg is damaged and was dropped" in caplog.text


def test_a_table_of_bindings_damaged_by_a_power_cut_is_made_anew(tmp_path: Path):
    with open_box(tmp_path) as box:
        box.put("before")
    (tmp_path / "control" / "soak.exchange").write_bytes(b"")

    with open_box(tmp_path) as box:
        box.put("after")
        got = [box.get_nowait().payload, box.get_nowait().payload]

    assert got == ["before", "after"]


def test_workers_that_bind_at_the_same_moment_lose_no_binding(tmp_path: Path):
    def bind(worker: int) -> None:
        with connect(tmp_path) as connection:
            for number in range(10):
                connection.default_channel._queue_bind("pidbox", "", "", f"worker-{worker}-{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bind, range(6)))

    with connect(tmp_path) as connection:
        assert len(connection.default_channel.get_table("pidbox")) == 60


def test_a_draft_is_never_taken_for_a_message(tmp_path: Path):
    with open_box(tmp_path) as box:
        (tmp_path / "queue" / f".{time.time_ns()}_draft.soak.msg.1.ab").write_bytes(b"{half")
        box.put("whole")

        assert box.get_nowait().payload == "whole"
        assert box.qsize() == 0


def nudge(box, job: str, trigger: str = "nudge", eta: str | None = None) -> None:
    box.put({}, headers={"task": job, "jetbridge_trigger": trigger, "eta": eta})


def test_a_job_waits_to_be_nudged_once_however_far_the_worker_is_behind(tmp_path: Path):
    with open_box(tmp_path) as box:
        for _ in range(50):
            nudge(box, "catalog.sync_prices")
            nudge(box, "orders.import_orders")
        waiting = box.qsize()
        jobs = [box.get_nowait().headers["task"] for _ in range(waiting)]
        nudge(box, "catalog.sync_prices")

        assert jobs == ["catalog.sync_prices", "orders.import_orders"]
        assert box.get_nowait().headers["task"] == "catalog.sync_prices"


def test_what_a_person_asks_for_and_what_is_for_later_waits_beside_a_nudge(tmp_path: Path):
    with open_box(tmp_path) as box:
        nudge(box, "catalog.sync_prices")
        nudge(box, "catalog.sync_prices", "manual")
        nudge(box, "catalog.sync_prices", eta="2026-01-01T00:00:00+00:00")

        assert box.qsize() == 3
