"""What the room registers with the rooms below: kinds of notifications, commands of its pages."""

from jetbridge.core import erasures
from jetbridge.inbox import kinds
from jetbridge.panel import cli_commands
from jetbridge.store import kinds as store_kinds
from orders import changes
from orders.documents import fixes, questions
from returns import page_commands
from returns.documents import arrivals, credit_memos, refunds
from returns.services import privacy

changes.ANONYMIZED.subscribe(privacy.follow)
changes.STILL_NEEDED.subscribe(privacy.still_needed)
changes.GIVEN_BACK_IN_STORE.subscribe(arrivals.take)
erasures.aged_by("returns", privacy.anonymize_orphans)
cli_commands.register(page_commands.COMMANDS)
kinds.register(
    kinds.Area.RETURNS,
    {
        "returns.new": "New returns",
        "returns.deadline": "Returns whose time runs out",
        "returns.by_jet": "Returns completed at Jet without a record of an answer",
        "returns.refused": "Return answers that Jet refused",
        "returns.refund": "Refunds: accepted, rejected or refused",
        "returns.settlement": "Settlement reports",
    },
    urgent=("returns.deadline",),
    pages={"returns.new": kinds.Page("admin:returns_returnrequest_changelist")},
)
store_kinds.register(credit_memos.CreditMemos)
fixes.register(questions.CREDIT_MEMO, refunds.LABEL, refunds.refund)
