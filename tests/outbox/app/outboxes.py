"""The boxes of the test deliveries, and the worker that drains one in a process of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from jetbridge.outbox import boxes, drains
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.results import Held, Later, Settled, Settlement, Unneeded
from tests.outbox.app.far_side import FarSide
from tests.outbox.app.models import Label, Voucher


class TestBox(Outbox[Any]):
    """What both have in common: the far side they speak to."""

    __test__ = False
    permission = "core.view_jobrun"
    lease, longest_send = timedelta(seconds=60), timedelta(seconds=20)

    def __init__(self, far: FarSide | None = None) -> None:
        self.far = far


@boxes.register
class Labels(TestBox):
    """Labels overwrite: in doubt they are sent again. A label says of itself what building it comes to."""

    name, model, title = "test.labels", Label, "The label"
    once_only, block_after, batch = False, 3, 5

    def build(self, rows: Sequence[Label]) -> Mapping[int, Any]:
        special = {
            "later": Later("Its shelf is not built."),
            "held": Held("Somebody must look."),
            "gone": Unneeded("Its shelf is gone."),
        }
        return {row.pk: special.get(row.content, None if _is_same(row) else row.content) for row in rows}

    def send(self, row: Label, payload: str) -> str:
        return self.far.put("label", row.pk, payload)

    def columns(self, settlements: Sequence[Settlement[Label]]) -> Mapping[str, Sequence[Any]]:
        is_accepted = settlements[0].answer == "accepted"
        return {"accepted": [each.payload for each in settlements]} if is_accepted else {}


def _is_same(row: Label) -> bool:
    return row.answer == "accepted" and row.accepted == row.content


@boxes.register
class Vouchers(TestBox):
    """Vouchers are made once: in doubt they are looked up."""

    name, model, title = "test.vouchers", Voucher, "The voucher"

    def build(self, rows: Sequence[Voucher]) -> Mapping[int, Any]:
        return {row.pk: f"voucher {row.pk}" for row in rows}

    def send(self, row: Voucher, payload: str) -> str:
        return self.far.put("voucher", row.pk, payload)

    def look_up(self, row: Voucher, payload: str) -> str | None:
        return self.far.found("voucher", row.pk)

    def apply(self, settled: Settled[Voucher], now: datetime) -> None:
        keys = [each.row.pk for each in settled.accepted]
        Voucher.objects.filter(pk__in=keys).update(booked=F("booked") + 1)


def drain_labels(folder: str) -> None:
    """Drain the labels once."""
    drains.drain(Labels(FarSide(folder)), connections=4)


def drain_vouchers(folder: str) -> None:
    """Drain the vouchers once."""
    drains.drain(Vouchers(FarSide(folder)), connections=4)
