"""A second worker: runs one of the sync jobs' services in a process of its own on the test's database."""

import sys
from pathlib import Path


def main(service: str, gate: str) -> None:
    """Wait for the gate to open, then run the service once."""
    from catalog.listings.outboxes.facets import Facets
    from catalog.listings.services import direct_updates, drift_reports, statuses
    from jetbridge.core import configuration
    from jetbridge.core.jet.client import open_client

    # Answers are stored often, so that a kill finds some stored and some not.
    Facets.batch = 2
    services = {
        "send": direct_updates.send_pending,
        "statuses": statuses.sync_statuses,
        "drift": drift_reports.compare_share,
    }
    account = configuration.active_account()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not Path(gate).exists():
        pass
    with open_client(account) as client:
        services[service](client=client, account=account)
