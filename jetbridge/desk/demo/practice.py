"""What a newcomer practices with: the sandbox's keys, categories of a sample store, a review without a wait."""

from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from jetbridge.desk.demo import store
from jetbridge.desk.demo.sandbox import of_this_run
from jetbridge.desk.jet import accounts
from jetbridge.jobs import queue

STATUSES = "catalog.sync_statuses"


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


def load_taxonomy() -> str:
    """Store the small taxonomy; return how much it is, in words."""
    return store.load_taxonomy()
