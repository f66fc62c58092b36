"""
Receipts of who was forgotten, in a file of the home that no restore replaces: a copy that is put back forgets again.

The file is written first, then the database: whatever dies between, the file names more than the database has done,
and the next page, command or job does it before anything else.
"""

import fcntl
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jetbridge.core.actors import current_actor
from jetbridge.core.models import Erasure, Generation, JetAccount
from jetbridge.home import write_whole

logger = logging.getLogger(__name__)

FILE, LOCK = "forgotten", "forgotten.lock"
# The moment before which buyers are anonymous by their age: no restore replaces this file either.
AGED = "anonymous-until"
# Without letters and digits that are taken for one another when read out over the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SALT_BYTES = 16
# Milliseconds for which SQLite's log is waited for, how often that is tried, and the seconds in between.
PATIENCE, TRIES, PAUSE = 50, 20, 0.1
Heartbeat = Callable[[], None]


@dataclass(frozen=True)
class Receipt:
    """One line of the file."""

    number: str
    at: str
    who: str
    salt: str
    buyers: tuple[str, ...]
    orders: tuple[str, ...]

    def names_buyer(self, account: JetAccount, hash_email: str) -> bool:
        return _digest(self.salt, account, hash_email) in self.buyers

    def names_order(self, account: JetAccount, jet_id: str) -> bool:
        return _digest(self.salt, account, jet_id) in self.orders


Eraser = Callable[[Sequence[Receipt], Heartbeat], dict[str, int]]
_erasers: list[Eraser] = []
# Makes anonymous, or deletes, what is older than a moment; returns how many rows.
Ager = Callable[[datetime, Heartbeat], int]
_agers: dict[str, Ager] = {}
# The file as it was read last, and its stamp.
_read: dict[Path, tuple[tuple[int, int], tuple[Receipt, ...]]] = {}


def erased_by(eraser: Eraser) -> None:
    """Have a room forget whom receipts name, as far as it still knows them; it returns how many rows, by kind."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def aged_by(kind: str, ager: Ager) -> None:
    """Have a room forget by age, as the nightly cleanup and a database that was put back ask it to."""
    _agers[kind] = ager


def kept(home: Path | None = None) -> tuple[Receipt, ...]:
    """
    Return the receipts in the home's file.

    :raises ValueError: the file is damaged; nobody may then be shown what it would have forgotten
    """
    path = (home or settings.JETBRIDGE_HOME) / FILE
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        if path not in _read or _read[path][0] != stamp:
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            _read[path] = stamp, tuple(_receipt(line) for line in lines)
    except FileNotFoundError:
        return ()
    return _read[path][1]


def names_order(account: JetAccount, jet_id: str) -> bool:
    """Return whether an order's buyer was forgotten: what Jet says of it again must not bring them back."""
    receipts = kept()
    digests = {salt: _digest(salt, account, jet_id) for salt in {receipt.salt for receipt in receipts}}
    return any(digests[receipt.salt] in receipt.orders for receipt in receipts)


def forget(
    *, account: JetAccount, buyers: Iterable[str], orders: Iterable[str], heartbeat: Heartbeat
) -> Erasure:
    """
    Write the receipt, then forget whom it names; return it as it is once all is done.

    :param buyers: their hashed e-mails
    :param orders: Jet's order IDs
    """
    earlier = kept()
    salt = earlier[-1].salt if earlier else secrets.token_hex(SALT_BYTES)
    actor, now = current_actor(), timezone.now()
    receipt = Receipt(
        number=f"F-{now:%y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(5)),
        at=now.isoformat(),
        who=actor.name,
        salt=salt,
        buyers=tuple(sorted(_digest(salt, account, buyer) for buyer in buyers)),
        orders=tuple(sorted(_digest(salt, account, order) for order in orders)),
    )
    _write([receipt])
    _erase([receipt], heartbeat)
    return Erasure.objects.get(number=receipt.number)


def _overwrite() -> None:
    """
    Have SQLite overwrite in its files what went, and empty its log; while somebody reads there, the night does.

    Nobody writes while it waits for a reader: so it waits shortly, and tries again.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            for _ in range(TRIES):
                (is_busy, *_counts) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not is_busy:
                    break
                time.sleep(PAUSE)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")


def ensure(*, heartbeat: Heartbeat = lambda: None) -> None:
    """Forget whom this database still knows, before anything of it is shown, sent or run."""
    if is_due():
        number = catch_up(heartbeat=heartbeat)
        logger.warning("Buyers were forgotten again after a restore or a break; receipts: %s.", number)
    noted = _noted()
    if noted is not None and not Generation.objects.filter(pk=1, anonymous_until__gte=noted).exists():
        age(noted, heartbeat=heartbeat)
        logger.warning("Buyers who were anonymous by age were made anonymous again after a restore.")


def age(before: datetime, *, heartbeat: Heartbeat = lambda: None) -> dict[str, int]:
    """Forget buyers whose time was over before a moment, and note the moment; return how many rows, by kind."""
    counts = {kind: ager(before, heartbeat) for kind, ager in _agers.items()}
    Generation.objects.get_or_create(pk=1)
    Generation.objects.filter(pk=1).exclude(anonymous_until__gte=before).update(anonymous_until=before)
    if (noted := _noted()) is None or noted < before:
        write_whole(settings.JETBRIDGE_HOME / AGED, f"{before.isoformat()}\n")
    transaction.on_commit(_overwrite, robust=True)
    return counts


def _noted() -> datetime | None:
    """Return the moment in the home's file; None where there is none: the next night notes it again."""
    try:
        noted = datetime.fromisoformat((settings.JETBRIDGE_HOME / AGED).read_text().strip())
    except (OSError, ValueError):
        return None
    return noted if noted.tzinfo else None


def is_due() -> bool:
    """Return whether the file names more than this database has done: it was put back, or a process died."""
    receipts = kept()
    return bool(receipts) and Erasure.objects.filter(done_at__isnull=False).count() < len(receipts)


def catch_up(*, heartbeat: Heartbeat = lambda: None) -> int:
    """Forget again whom the database brought back; return how many receipts were carried out."""
    keep_all()
    done = set(Erasure.objects.filter(done_at__isnull=False).values_list("number", flat=True))
    due = [receipt for receipt in kept() if receipt.number not in done]
    if due:
        _erase(due, heartbeat)
    return len(due)


def keep_all() -> None:
    """Write receipts into the file that only the database has: another machine's, or the file was lost."""
    known = {receipt.number for receipt in kept()}
    missing = [
        Receipt(row.number, row.at.isoformat(), row.who, **row.digests)
        for row in Erasure.objects.exclude(number__in=known).order_by("pk")
    ]
    if missing:
        _write(missing)


def _erase(receipts: Sequence[Receipt], heartbeat: Heartbeat) -> None:
    counts: dict[str, int] = {}
    for eraser in _erasers:
        counts.update(eraser(receipts, heartbeat))
    for receipt in receipts:
        columns = {"at": datetime.fromisoformat(receipt.at), "who": receipt.who, "digests": _digests(receipt)}
        Erasure.objects.get_or_create(number=receipt.number, defaults=columns)
        done = {"counts": counts, "done_at": timezone.now()}
        Erasure.objects.filter(number=receipt.number, done_at=None).update(**done)
    transaction.on_commit(_overwrite, robust=True)


def _write(receipts: Sequence[Receipt]) -> None:
    """Add lines to the file; whole, also when the power goes, and without losing another process's."""
    home: Path = settings.JETBRIDGE_HOME
    with (home / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there = {receipt.number: receipt for receipt in kept()}
        there |= {receipt.number: receipt for receipt in receipts}
        write_whole(home / FILE, "".join(json.dumps(asdict(receipt)) + "\n" for receipt in there.values()))


def _receipt(line: dict[str, Any]) -> Receipt:
    return Receipt(**{**line, "buyers": tuple(line["buyers"]), "orders": tuple(line["orders"])})


def _digests(receipt: Receipt) -> dict[str, Any]:
    return {"salt": receipt.salt, "buyers": list(receipt.buyers), "orders": list(receipt.orders)}


def _digest(salt: str, account: JetAccount, text: str) -> str:
    """Return a hash by the account's mode: its row may have another key in another database."""
    return hmac.new(bytes.fromhex(salt), f"{account.mode}:{text}".encode(), hashlib.sha256).hexdigest()
