"""Every scheduled job in one table: name, interval, grace, what it is for and what its lateness delays."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Job:
    """One scheduled job. The name is also the Celery task's. grace is how late a run may start unremarked."""

    name: str
    every: timedelta
    title: str
    purpose: str
    delays: str
    grace: timedelta = timedelta(minutes=2)
    at_hour: int | None = None
    # What a run says that found nothing to do and has no better reason of its own.
    idle: str = "Nothing was waiting."


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


_TABLE = (
    Job("orders.import_ready_orders", _minutes(10), "Import orders", "Fetches ready orders, reserves stock, acknowledges.", "Orders are acknowledged late; Jet allows 15 minutes.", idle="No new orders at Jet."),
    Job("orders.retry_failed_orders", _minutes(15), "Retry failed orders", "Tries held and failed orders again; rejects at the deadline.", "Mended orders wait.", idle="No order is held."),
    Job("orders.send_shipments", _minutes(1), "Send shipments", "Sends shipments and cancels that are wanted.", "Jet and the buyer see shipments late.", idle="No shipment waits to be sent."),
    Job("orders.fetch_asked", _minutes(5), "Fetch chosen orders", "Reads orders again that people chose by ID or date, and tells what differs.", "Orders asked for by ID or date wait.", idle="Nobody asked for orders to be fetched again."),
    Job("orders.advance_bulk_runs", _minutes(1), "Order mass actions", "Carries out mass actions on orders: acknowledge, ship from a file, cancel, retry.", "Mass actions stand still.", idle="No mass action on orders is under way."),
    Job("catalog.sync_products", _minutes(15), "Sync products", "Sends wanted details, images, variations, exceptions and archives.", "Product edits reach Jet late.", idle="No product waits to be sent."),
    Job("catalog.sync_inventory", _minutes(10), "Sync inventory", "Sends changed quantities, and those that near 24 hours.", "Jet sells stock that is gone.", idle="Every quantity is as Jet confirmed it."),
    Job("catalog.sync_prices", _minutes(10), "Sync prices", "Sends changed prices.", "Jet sells at old prices.", idle="Every price is as Jet confirmed it."),
    Job("catalog.sync_statuses", _minutes(60), "Sync product statuses", "Reads status and sub-status of listings from Jet.", "The grid shows old statuses.", idle="Jet told no status that we did not know."),
    Job("catalog.report_drift", timedelta(days=1), "Report drift", "Compares a share of the catalogue with what Jet holds.", "Differences and changes by others are noticed late.", grace=timedelta(hours=2), at_hour=2),
    Job("catalog.poll_files", _minutes(10), "Poll upload files", "Follows uploaded files to their end and pins rejections.", "Rejections are seen late.", idle="No file is under way at Jet."),
    Job("catalog.advance_bulk_runs", _minutes(1), "Product mass actions", "Expands mass actions, sends calls, builds and sends files.", "Mass actions stand still.", idle="No mass action is under way."),
    Job("catalog.refresh_validation", _minutes(5), "Refresh validation", "Validates products whose data changed.", "Problems shown are old."),
    Job("catalog.follow_changes", _minutes(5), "Follow up changed settings", "Walks the products that a changed setting, rule or mapping concerns: marks verdicts, wants prices and quantities sent again.", "Jet keeps old prices and quantities after a rule changed."),
    Job("catalog.import_file", _minutes(5), "Import product files", "Reads uploaded product files and imports confirmed ones.", "Uploaded files wait.", idle="No product file waits."),
    Job("returns.fetch_returns", _minutes(15), "Fetch returns", "Fetches new returns.", "Returns are answered late; Jet allows 2 business days.", idle="No new returns at Jet."),
    Job("returns.sync_return_statuses", _minutes(15), "Sync return statuses", "Reads the state of open returns; tells of deadlines that are near.", "Completed returns are booked late.", idle="No return has changed at Jet."),
    Job("returns.send_returns", _minutes(1), "Send returns", "Sends answers to returns that are wanted.", "Buyers wait for their money.", idle="No answer to a return waits to be sent."),
    Job("returns.send_refunds", _minutes(1), "Send refunds", "Sends refunds that are wanted.", "Buyers wait for their money.", idle="No refund waits to be sent."),
    Job("returns.sync_refund_statuses", _minutes(15), "Sync refund statuses", "Reads the state of refunds under way.", "Accepted refunds are booked late.", idle="No refund has changed at Jet."),
    Job("returns.fetch_settlements", timedelta(days=1), "Fetch settlements", "Reads Jet's weekly settlement reports and compares them with our own books.", "What Jet pays out is seen late.", grace=timedelta(hours=2), at_hour=5, idle="No settlement is new, and none was paid since."),
    Job("core.send_mail", _minutes(5), "Send mail", "Mails notifications to the configured address, and at once to those who want that.", "Mails go out late; the inbox has them."),
    Job("core.send_digests", _minutes(15), "Send digests", "Mails each person once a day what happened, at the hour that person chose.", "Digests go out late; the inbox has it all.", idle="Nobody's digest was due."),
    Job("desk.retention", timedelta(days=1), "Clean up", "Deletes old logs; makes buyers anonymous after the set time.", "Logs grow; buyers' data stays longer than set.", grace=timedelta(hours=2), at_hour=3),
    Job("desk.sweep", _minutes(1), "Sweep", "Nudges what is wanted and unsent; marks dead runs.", "Work of a dead worker stays where it is.", idle="No job left anything lying."),
)  # fmt: skip

JOBS: dict[str, Job] = {job.name: job for job in _TABLE}
