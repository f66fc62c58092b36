"""Jet's own report of every SKU's status: asked for, waited for and read."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from jetapi.types.reports import ReportKind
from jetbridge.core import progress
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import JetAnswered, our_errors

REPORT_PATIENCE = 240.0
REPORT_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What the report says of one SKU, in Jet's words."""

    sku: str
    status: str
    sub_statuses: tuple[str, ...]


def report(client: Client, heartbeat: Callable[[], None]) -> Iterator[StatusRow]:
    """
    Have Jet make its report of statuses, wait for it and read it.

    :raises JetFailure: there is none
    """
    reports = speaking(client).reports
    with our_errors():
        report_id = reports.request(ReportKind.PRODUCT_STATUS)
        give_up = time.monotonic() + REPORT_PATIENCE
        with progress.waiting(REPORT_PATIENCE):
            while not (state := reports.state(report_id)).is_ready:
                if state.is_over or time.monotonic() > give_up:
                    raise _missing(f"the report is {state.report_status or 'not ready'}")
                heartbeat()
                time.sleep(REPORT_PAUSE)
        rows = reports.rows(state.report_url or "")
        # Whether there is one shows here; what is wrong further down ends the run there.
        first = list(islice(rows, 1))
    return _rows(chain(first, rows))


def _missing(reason: str) -> JetAnswered:
    return JetAnswered(f"0: {reason}", status=0, messages=[reason])


def _rows(rows: Iterator[tuple[str, object]]) -> Iterator[StatusRow]:
    while True:
        with our_errors():
            found = next(rows, None)
        if found is None:
            return
        sku, row = found
        if isinstance(row, Mapping):
            words = row.get("sub_status") or ()
            yield StatusRow(sku, str(row.get("status", "")), tuple(map(str, words)))
