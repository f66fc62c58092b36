"""A second worker: runs one of the orders' services in a process of its own on the test's database."""

import sys
from pathlib import Path


def main(service: str, gate: str) -> None:
    """Wait for the gate to open, then run the service once."""
    from jetbridge.core import configuration
    from jetbridge.core.jet.client import open_client
    from orders.services import imports, shipment_answers

    account = configuration.active_account()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not Path(gate).exists():
        pass
    with open_client(account) as client:
        if service == "import":
            for _report in imports.import_orders(client=client, account=account):
                pass
        else:
            shipment_answers.send_shipments(client=client, account=account)
