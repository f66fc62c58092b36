"""What was recorded cannot be changed, taken out or put in afterwards without a trace."""

import ast
import json
import signal
import threading
from collections.abc import Callable

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from jetbridge.core import configuration, generations, history, history_check, history_seals
from jetbridge.core.history_seals import Link
from jetbridge.core.models import Event, Generation, HistoryHead, HistoryMark, Seal
from jetbridge.desk.services import backups
from jetbridge.home import PROJECT_ROOT
from tests.children import end_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

PREPARED = """
import os, signal
from django.db.models import QuerySet
from jetbridge.core import history_seals
"""


def sealed() -> str:
    """Seal what there is; return what is wrong with the chain."""
    return history_seals.seal(heartbeat=lambda: None)[1]


def record(count: int = 1) -> list[Event]:
    target = configuration.current()
    return [
        history.record("touched", target, message=f"No. {number}", after={"name": "Ann"})
        for number in range(count)
    ]


def found(*outside: Link) -> list[tuple[str, str]]:
    return [(each.kind, each.place) for each in history_check.Check().breaks(outside)]


@pytest.fixture
def rows() -> list[Event]:
    """Six rows of history, sealed; before them a key that no row has."""
    events = record(7)
    events.pop(0).delete()
    assert sealed() == ""
    assert found() == []
    return events


def first_link() -> Link:
    seal = Seal.objects.get(pk=1)
    return Link(1, bytes(seal.link))


def test_every_row_has_one_seal_and_a_second_run_makes_none(rows):
    LogEntry.objects.log_create(configuration.current(), action=1, changes={"a": ["b", "c"]})

    assert history_seals.seal(heartbeat=lambda: None) == (1, "")
    assert history_seals.seal(heartbeat=lambda: None) == (0, "")

    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == [*range(1, 8)]
    assert found(*history_check.outside()) == []
    assert history_seals.kept() == history_seals.last() == Link(7, bytes(Seal.objects.get(pk=7).link))


def delete_seals_too(events: list[Event]) -> None:
    """Cut the end so that nothing in the database tells of it."""
    Event.objects.filter(pk__in=[event.pk for event in events[4:]]).delete()
    Seal.objects.filter(number__gt=4).delete()
    last = Seal.objects.get(pk=4)
    HistoryHead.objects.update(number=4, link=last.link, reached={"1": events[3].pk})


def insert_before(events: list[Event]) -> None:
    Event.objects.filter(pk=events[2].pk).delete()
    Seal.objects.filter(row=events[2].pk, table=1).delete()
    Event.objects.create(pk=events[2].pk, at=timezone.now(), action="false", kind="x", label="x")


def swap(events: list[Event]) -> None:
    one, two = (Event.objects.get(pk=event.pk) for event in events[1:3])
    one.pk, two.pk = two.pk, one.pk
    one.save()
    two.save()


def reorder_seals(events: list[Event]) -> None:
    one, two = Seal.objects.filter(number__in=(2, 3)).order_by("number")
    Seal.objects.filter(number__in=(2, 3)).delete()
    one.number, two.number = two.number, one.number
    Seal.objects.bulk_create([one, two])


def at(events: list[Event], place: int) -> str:
    return f"event {events[place].pk}"


TAMPERINGS: dict[str, tuple[Callable[[list[Event]], object], Callable[[list[Event]], tuple[str, str]]]] = {
    "a told column": (
        lambda e: Event.objects.filter(pk=e[2].pk).update(who="Bob"),
        lambda e: ("changed", at(e, 2)),
    ),
    "a personal column": (
        lambda e: Event.objects.filter(pk=e[2].pk).update(after={"name": "Bob"}),
        lambda e: ("changed", at(e, 2)),
    ),
    "a personal column, emptied without a mark": (
        lambda e: Event.objects.filter(pk=e[2].pk).update(after=None),
        lambda e: ("changed", at(e, 2)),
    ),
    "a salt": (lambda e: Seal.objects.filter(pk=3).update(salt=None), lambda e: ("changed", at(e, 2))),
    "a deletion": (lambda e: Event.objects.filter(pk=e[2].pk).delete(), lambda e: ("missing", at(e, 2))),
    "a deletion with its seal": (
        lambda e: (Event.objects.filter(pk=e[2].pk).delete(), Seal.objects.filter(pk=3).delete()),
        lambda e: ("missing", "seal 3"),
    ),
    "a row in between": (insert_before, lambda e: ("missing", "seal 3")),
    "a row in a gap of long ago": (
        lambda e: (
            HistoryHead.objects.update(gaps={}),
            Event.objects.create(pk=e[0].pk - 1, at=timezone.now(), action="false", kind="x", label="x"),
        ),
        lambda e: ("added", f"event {e[0].pk - 1}"),
    ),
    "two rows swapped": (swap, lambda e: ("changed", at(e, 1))),
    "two seals swapped": (reorder_seals, lambda e: ("changed", "seal 2")),
    "a seal more": (
        lambda e: Seal.objects.create(number=7, table=1, row=10**6, personal=b"", digest=b"", link=b""),
        lambda e: ("added", "seal 7"),
    ),
    "the last seals": (
        lambda e: Seal.objects.filter(number__gt=4).delete(),
        lambda e: ("missing", "seals 5 to 6"),
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_first_broken_row_is_named_with_its_kind(rows, name, capsys):
    tamper, expected = TAMPERINGS[name]
    tamper(rows)

    assert found()[0] == expected(rows)
    with pytest.raises(CommandError):
        call_command("verify_history", json=True)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["whole"], answer["broken"][0]["place"]) == (False, expected(rows)[1])


def test_a_cut_end_is_noticed_by_what_a_backup_and_the_home_tell(rows, tmp_path):
    copy = tmp_path / "copy.tar.gz"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "field_keys").write_text("x")
    backups.back_up(home=tmp_path / "home", target=copy, link=str(history_seals.last()))
    link = backups.link_of(copy)
    call_command("verify_history", backup=[str(copy)], seal=[str(link)])

    delete_seals_too(rows)

    assert found() == [], "nothing in the database tells"
    assert found(link) == found(*history_check.outside()) == [("missing", f"link {link}")]
    record()
    assert sealed() == history_seals.BROKEN
    assert found(*history_check.outside()), "the file keeps the link that is missing"
    (settings.JETBRIDGE_HOME / history_seals.FILE).unlink()
    with pytest.raises(CommandError, match="link 6-"):
        call_command("verify_history", backup=[copy])


def test_what_was_made_anonymous_or_deleted_is_told_and_breaks_nothing(rows):
    record()
    history.erase(Event.objects.filter(pk=rows[1].pk), "after", "message", reason="Asked for.")
    history.erase(Event.objects.filter(action="touched"), "after", reason="Grew old.")
    history.delete(Event.objects.filter(pk=rows[3].pk), reason="Grew old.")
    sealed()
    check = history_check.Check()

    assert list(check.breaks(history_check.outside())) == []
    assert (check.erased, check.deleted, check.rows["mark"]) == (6, 1, HistoryMark.objects.count())
    assert not Seal.objects.filter(table=1, salt__isnull=False).exists()
    Event.objects.filter(pk=rows[1].pk).update(message="Something else.")
    assert found() == [("changed", at(rows, 1))]
    Event.objects.filter(pk=rows[1].pk).update(message="", who="Bob")
    assert found() == [("changed", at(rows, 1))]


def test_a_row_that_is_forgotten_while_it_is_sealed_keeps_no_salt(monkeypatch):
    [event] = record()
    made = history_seals._made

    def forgotten_meanwhile(*args):
        seals = list(made(*args))
        monkeypatch.setattr(history_seals, "_made", made)
        history.erase(Event.objects.filter(pk=event.pk), "after", reason="Asked for.")
        return seals

    monkeypatch.setattr(history_seals, "_made", forgotten_meanwhile)
    sealed()

    assert found() == []
    assert Seal.objects.get(table=1, row=event.pk).salt is None


def test_a_restore_is_recorded_and_what_it_left_stays_explained(rows):
    generations.raise_number()
    copies = {
        model: list(model.objects.all()) for model in (Generation, Event, Seal, HistoryHead, HistoryMark)
    }
    record(2)
    sealed()
    generations.raise_number()
    mailed = history_seals.last()
    for model, copy in copies.items():
        model.objects.all().delete()
        model.objects.bulk_create(copy)

    record(3)
    assert sealed() == ""

    mark = HistoryMark.objects.get()
    assert (mark.change, mark.after, mark.row) == (HistoryMark.Change.RESTORED, 6, mailed.number)
    assert found(mailed, *history_check.outside()) == []
    assert found(Link(6, bytes(32))) == [("missing", f"link {Link(6, bytes(32))}")]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="elsewhere one transaction writes at a time")
def test_what_is_committed_late_is_sealed_late():
    configuration.current()  # there already: whoever makes the one row keeps all others waiting for it
    begun, may_end, late = threading.Event(), threading.Event(), []

    def write_slowly() -> None:
        with transaction.atomic():
            late.extend(record())
            begun.set()
            assert may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    assert begun.wait(10)
    record(2)
    sealed()
    may_end.set()
    thread.join()
    check = history_check.Check()
    assert list(check.breaks()) == []
    assert (check.waiting, check.rows["event"]) == (1, 2)

    sealed()

    assert found() == []
    assert Seal.objects.count() == 3
    # Below it lie keys of rows that other tests had.
    assert [gap for gap in HistoryHead.objects.get().gaps["1"] if gap[1] >= late[0].pk] == []


def test_a_gap_is_waited_for_and_a_row_that_comes_later_was_put_in(rows):
    gone = record(3)[1]
    Event.objects.filter(pk=gone.pk).delete()
    sealed()
    head = HistoryHead.objects.get()
    assert head.gaps["1"][-1][:2] == [gone.pk, gone.pk]

    for gap in head.gaps["1"]:
        gap[2] = (timezone.now() - history_seals.GAP_LASTS * 2).isoformat()
    head.save()
    sealed()
    assert HistoryHead.objects.get().gaps["1"] == []
    gone.save(force_insert=True)
    sealed()

    assert found() == [("added", f"event {gone.pk}")]


def test_two_sealers_at_once_make_one_chain(monkeypatch):
    monkeypatch.setattr(history_seals, "CHUNK", 7)
    record(60)
    faults: list[BaseException] = []

    def seal_all() -> None:
        try:
            for _ in range(30):
                sealed()
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=seal_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Seal.objects.count() == 60
    assert found(*history_check.outside()) == []


@pytest.mark.parametrize("place", ["Seal.objects.bulk_create", "_keep"])
def test_a_sealer_that_dies_leaves_all_or_nothing_of_a_portion(place):
    record(5)
    kill = "lambda *args, **options: os.kill(os.getpid(), signal.SIGKILL)"
    call = f"history_seals.{place} = {kill}; history_seals.seal(heartbeat=lambda: None)"

    assert end_of(PREPARED, call) == -signal.SIGKILL

    assert found(*history_check.outside()) == []
    assert Seal.objects.count() == (0 if "bulk" in place else 5)
    sealed()
    assert Seal.objects.count() == 5
    assert found(*history_check.outside()) == []


def test_a_minute_reads_nothing_of_what_is_sealed(rows, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as asked:
        sealed()

    assert [query["sql"] for query in asked if "core_seal" in query["sql"] and "=" not in query["sql"]] == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            steps = []
            for query in asked:
                if query["sql"].startswith("SELECT"):
                    cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                    steps += [row[3] for row in cursor.fetchall()]
        assert [step for step in steps if step.startswith("SCAN")] == []


def test_nobody_else_changes_or_deletes_what_was_recorded():
    """A change that leaves no mark breaks the chain; so only `core.history` writes into rows that are there."""
    writers = []
    for path in PROJECT_ROOT.rglob("*.py"):
        inside = path.relative_to(PROJECT_ROOT)
        if inside.parts[0] in ("tests", ".venv", "bench") or "migrations" in inside.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("update", "delete", "bulk_update"):
                names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if names & {"Event", "LogEntry", "HistoryMark", "Seal"}:
                    writers.append(str(inside))

    assert set(writers) == {"jetbridge/core/history.py", "jetbridge/core/history_seals.py"}
