"""What tests of the outbox share: the far side and the two kinds of delivery."""

from pathlib import Path
from typing import Any

import pytest

from jetbridge.outbox.queue import queue
from tests.dates import dated  # noqa: F401
from tests.outbox.app import models, outboxes
from tests.outbox.app.far_side import FarSide
from tests.outbox.app.models import Label, Voucher
from tests.outbox.kit import DeliveryCase

HERE = (str(Path(outboxes.__file__)), str(Path(models.__file__)))


@pytest.fixture
def far(tmp_path: Path) -> FarSide:
    """The other side, which did nothing yet."""
    return FarSide(tmp_path)


@pytest.fixture
def labels(far: FarSide, tmp_path: Path, transactional_db: None) -> DeliveryCase:
    """Deliveries that overwrite."""
    box = outboxes.Labels

    def make(count: int) -> list[int]:
        rows = [Label.objects.create(content="first") for _ in range(count)]
        queue(box(), rows)
        return [row.pk for row in rows]

    def change(pk: int) -> None:
        Label.objects.filter(pk=pk).update(content="newer")
        queue(box(), [pk])

    def exact(count: int) -> None:
        stored = list(Label.objects.order_by("pk"))
        assert len(stored) == count
        assert dict(far.done("label")) == {row.pk: row.content for row in stored}
        assert {(row.state, row.accepted == row.content, row.claimed_by) for row in stored} == {
            ("accepted", True, "")
        }

    def opened() -> Any:
        return box(far)

    return DeliveryCase(
        opened, make, exact, far, "tests.outbox.app.outboxes:drain_labels", str(tmp_path), change, HERE
    )


@pytest.fixture
def vouchers(far: FarSide, tmp_path: Path, transactional_db: None) -> DeliveryCase:
    """Deliveries that happen once."""
    box = outboxes.Vouchers

    def make(count: int) -> list[int]:
        rows = [Voucher.objects.create() for _ in range(count)]
        queue(box(), rows)
        return [row.pk for row in rows]

    def exact(count: int) -> None:
        stored = list(Voucher.objects.order_by("pk"))
        assert len(stored) == count
        assert sorted(key for key, _ in far.done("voucher")) == [row.pk for row in stored]
        assert {(row.state, row.booked, row.claimed_by) for row in stored} == {("accepted", 1, "")}

    def opened() -> Any:
        return box(far)

    return DeliveryCase(
        opened, make, exact, far, "tests.outbox.app.outboxes:drain_vouchers", str(tmp_path), traced=HERE
    )
