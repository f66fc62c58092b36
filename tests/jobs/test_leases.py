"""The lease between real processes: one run at a time, and one heir when its holder dies."""

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from jetbridge.core.models import JobRun
from jetbridge.jobs.models import JobLease
from tests.children import Child, outcome, start_child
from tests.waiting import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

JOB = "catalog.sync_prices"

# Each win adds one to a number in a file by reading, waiting and writing: two at once would lose an addition.
RACER = f"""
import sys, time
from pathlib import Path
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
counter, wins, end = Path(sys.argv[1]), 0, time.monotonic() + 4
while time.monotonic() < end:
    try:
        with job_run({JOB!r}):
            number = int(counter.read_text())
            time.sleep(0.002)
            counter.write_text(str(number + 1))
            wins += 1
    except JobAlreadyRunning:
        time.sleep(0.001)
print(wins)
"""

# Renewed soon after its end was moved near; how long a lease lasts stays, for a busy machine may be slow for seconds.
HOLDER = f"""
import time
from datetime import timedelta
from jetbridge.jobs import leases
leases.RENEWAL = timedelta(seconds=0.3)
from jetbridge.jobs.runs import job_run
with job_run({JOB!r}):
    print("running")
    time.sleep(240)
"""

# The heir keeps the lease until its input ends; whoever sees that an heir is there stops trying.
HEIR = f"""
import sys, time
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
from jetbridge.core.models import JobRun
from jetbridge.core.reports import Report
took = False
while not took and JobRun.objects.count() < 2:
    try:
        with job_run({JOB!r}) as run:
            took = True
            run.add(Report(done=1))
            sys.stdin.read()
    except JobAlreadyRunning:
        print("refused")
        time.sleep(0.05)
print(took)
"""


# Writes without a pause, as a run that takes over a thousand orders does.
WRITER = f"""
import sys, time
from django.db import transaction
from jetbridge.core.models import Event
from jetbridge.jobs.runs import job_run
from django.utils import timezone
end = time.monotonic() + 8
with job_run({JOB!r}) as run:
    print("running", flush=True)
    while time.monotonic() < end:
        with transaction.atomic():
            Event.objects.create(kind="a", object_id="1", action="a", at=timezone.now())
            time.sleep(0.04)
"""


def test_a_run_that_writes_without_a_pause_keeps_nobody_else_from_writing():
    child = start_child(WRITER)
    assert child.stdout.readline() == "running\n"
    waited = []
    while child.poll() is None:
        began = time.monotonic()
        JobLease.objects.get_or_create(name="another")
        JobLease.objects.filter(name="another").update(again=True)
        waited.append(time.monotonic() - began)
        time.sleep(0.05)

    outcome(child)
    assert len(waited) > 8
    assert max(waited) < 2.5, waited


def test_two_processes_never_run_the_same_job_at_once(tmp_path: Path):
    counter = tmp_path / "counter"
    counter.write_text("0")

    racers = [start_child(RACER, str(counter)) for _ in range(2)]
    wins = [int(outcome(racer)) for racer in racers]

    assert all(wins)
    assert int(counter.read_text()) == sum(wins) == JobRun.objects.count()
    assert not JobRun.objects.exclude(outcome="nothing").exists()


def test_a_run_that_is_busy_for_longer_than_its_lease_keeps_it():
    holder = start_child(HOLDER)
    assert holder.stdout.readline() == "running\n"

    for _ in range(3):
        end = timezone.now() + timedelta(seconds=20)
        assert JobLease.objects.filter(name=JOB).update(expires_at=end) == 1
        wait_for(lambda end=end: JobLease.objects.get(name=JOB).expires_at > end, "the lease is renewed")

    holder.kill()
    holder.communicate()


def test_when_the_holder_is_killed_exactly_one_heir_takes_over_and_the_dead_run_says_so():
    holder = start_child(HOLDER)
    assert holder.stdout.readline() == "running\n"
    heirs = [start_child(HEIR) for _ in range(2)]
    assert [heir.stdout.readline() for heir in heirs] == ["refused\n"] * 2
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    JobLease.objects.filter(name=JOB).update(expires_at=timezone.now())

    took = [outcome(heir).splitlines()[-1] for heir in in_order_of_their_end(heirs)]

    assert took == ["False", "True"]
    runs = JobRun.objects.order_by("pk").values_list("outcome", "message", "done")
    assert list(runs) == [
        ("died", "The worker died; the next run took over.", 0),
        ("achieved", "", 1),
    ]


def in_order_of_their_end(children: list[Child]) -> Iterator[Child]:
    """Give the child that ends by itself, then the one that waits for its input to end."""
    deadline = time.monotonic() + 60
    while not (ended := [child for child in children if child.poll() is not None]):
        assert time.monotonic() < deadline, "no heir gave way"
        time.sleep(0.05)
    yield ended[0]
    yield next(child for child in children if child is not ended[0])
