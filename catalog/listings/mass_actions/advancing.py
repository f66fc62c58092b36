"""Brings mass actions on products forward: what is built goes to Jet while the rest is still being taken up."""

from collections.abc import Callable

from catalog.listings.mass_actions import bulk
from catalog.listings.services import file_uploads, upload_files
from jetbridge.core.jet.client import Client
from jetbridge.core.memory import patient_search
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudged_once

# Chunks of a run taken up, and lots of files built, before the files built so far are sent.
CHUNKS = 5
LOTS = 5


@patient_search()
def advance(*, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None) -> Report:
    """
    Take mass actions up, ask what they want to know, build their files and send them, a part at a time.

    :raises JetKeysRefused: Jet does not take our keys; everything stays pending
    """
    report = Report()
    while True:
        with nudged_once():
            report.add(bulk.expand(client=client, heartbeat=heartbeat, chunks=CHUNKS))
            built = upload_files.build_files(account=account, limit=LOTS, heartbeat=heartbeat)
            report.add(file_uploads.advance_files(client=client, account=account, heartbeat=heartbeat))
        if not built and not bulk.is_expanding():
            break
    return report
