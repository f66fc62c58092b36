"""What a newcomer practices with: the sandbox's keys and clock, a sample store's categories, a review at once."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.jet.client import sandbox_in_use
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from jetbridge.desk.demo import store
from jetbridge.desk.demo.sandbox import ON_THE_WAY, SandboxAway, of_this_run
from jetbridge.desk.jet import accounts
from jetbridge.jobs import queue
from jetbridge.panel import display

STATUSES = "catalog.sync_statuses"
SWEEP, RETRY = "desk.sweep", "orders.retry_failed_orders"
# As far as the clock may be moved on at once: ten days hold every deadline that there is to practice with.
FARTHEST = timedelta(days=10)


class ClockStays(Exception):
    """The clock is not moved; the message says why."""


def fill_keys(*, account: JetAccount) -> list[str]:
    """
    Store the sandbox's keys for an account; return what changed, by field name.

    :raises SandboxAway: the panel speaks to no sandbox, or it does not answer
    """
    keys = of_this_run().account(account.mode)
    return accounts.save_account(
        account=account,
        api_user=keys["user"],
        api_secret=keys["secret"],
        fulfillment_node_id=keys["fulfillment_node_id"],
        merchant_id=keys["merchant_id"],
    )


def finish_review(*, account: JetAccount) -> int:
    """
    Let the sandbox end every review of the account that has begun, have its answers read, and return how many ended.

    :raises SandboxAway: the panel speaks to no sandbox, or it does not answer
    """
    count = int(of_this_run().ask("reviews", mode=account.mode, all=True)["changed"])
    queue.nudge(STATUSES)
    return count


def said_of_reviews(count: int) -> str:
    """Say what came of it."""
    if not count:
        return "No review had begun: Jet reviews a product once it has a price and stock."
    return f"{counted(count, 'review')} finished; the statuses are being read now."


def move_clock(*, account: JetAccount, by: timedelta | None) -> timedelta:
    """
    Move the sandbox's clock on, or back to ours with None; deadlines at Jet follow it; return how far it stands off.

    Countdowns, alarms and rejections go by it. Jobs, sessions and what is kept for some days go by ours as ever.

    :raises SandboxAway: the panel speaks to no sandbox, or it does not answer
    :raises ClockStays: live mode, keys of another Jet, or too far
    """
    if not account.is_practice:
        raise ClockStays("Only with the test keys of this run's own sandbox is there a clock to move.")
    if by is not None and not timedelta(0) < by <= FARTHEST:
        raise ClockStays("The clock is moved on by a minute at least and ten days at most.")
    sandbox = of_this_run()
    if by is None:
        offset = sandbox.move_clock(to=timezone.now())
    else:
        offset = sandbox.move_clock(seconds=by // timedelta(seconds=1))
    _keep(account, offset)
    for job in (RETRY, SWEEP):
        queue.nudge(job)
    return offset


def follow_clock() -> None:
    """Take over where the sandbox's clock stands now: it may have been moved on its own pages, or begun anew."""
    account = configuration.active_account()
    if not account.is_practice:
        return
    with suppress(SandboxAway):  # what is not there has moved nothing
        offset = of_this_run().clock_offset() if sandbox_in_use() else timedelta(0)
        # It stands behind while the demo's past is made, and no deadline comes by that.
        if offset >= timedelta(0):
            _keep(account, offset)


def said_of_clock(offset: timedelta) -> str:
    """Say where the clock stands."""
    if not offset:
        return "Sandbox's clock: real time."
    way = "ahead of" if offset > timedelta(0) else "behind"
    return f"Sandbox's clock: {display.span(abs(offset.total_seconds()))} {way} real time."


@transaction.atomic
def _keep(account: JetAccount, offset: timedelta) -> None:
    # The way there and back differs from call to call: no move is smaller.
    if abs(offset - account.clock_offset) <= timedelta(seconds=ON_THE_WAY) and offset:
        return
    seconds = offset // timedelta(seconds=1)
    if JetAccount.objects.filter(pk=account.pk).exclude(clock_seconds=seconds).update(clock_seconds=seconds):
        history.record("clock moved", account, message=said_of_clock(offset))
    account.clock_seconds = seconds


def load_taxonomy() -> str:
    """Store the small taxonomy; return how much it is, in words."""
    return store.load_taxonomy()
