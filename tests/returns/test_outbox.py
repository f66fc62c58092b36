"""Answers to returns and refunds under the law of the outbox, by Jet's own journal."""

from pathlib import Path

import pytest

from returns import outboxes
from returns.models import CreditMemo, Refund, ReturnRequest
from returns.services import completion_answers, completions, refund_answers, refunds
from tests.outbox.kit import DeliveryCase, DeliveryTests
from tests.returns.answers import answer
from tests.returns.refund_drafts import amounts, refund_draft
from tests.sandboxes import PathFaults


def done(sandbox, path, method):
    """Count what the sandbox did at a path."""
    return sum(call["applied"] and call["method"] == method for call in sandbox.calls(path=path))


def files(*modules):
    """Return the files of modules."""
    return tuple(str(Path(module.__file__)) for module in modules)


def whole(rows, memos=None):
    """Return whether rows are settled as accepted, and booked once where that can be told."""
    return all(row.state == "accepted" and row.claimed_by == "" for row in rows) and (
        memos is None or CreditMemo.objects.count() == memos
    )


class TestCompletions(DeliveryTests):
    """Answers to returns."""

    @pytest.fixture
    def case(self, transactional_db, sell, jet, account, sandbox, fetch_returns):
        """A return of a mug for each order, answered as the form offers it."""

        def make(count):
            orders = sell(count)
            for order in orders:
                sandbox.open_returns(order_id=order.jet_id)
            fetch_returns()
            rows = list(ReturnRequest.objects.filter(order__in=orders))
            for row in rows:
                completions.queue_completion(return_request=row, answer=answer(row))
            return [row.pk for row in rows]

        def exact(count):
            rows = list(ReturnRequest.objects.all())
            assert (len(rows), done(sandbox, "/complete$", "PUT")) == (count, count)
            assert whole(rows, memos=count)

        return DeliveryCase(
            box=lambda: completion_answers.CompletionSender(jet, account),
            make=make,
            exact=exact,
            faults=PathFaults(sandbox, "/complete$", "PUT", "/returns/"),
            worker="tests.returns.workers:send_returns",
            traced=files(completion_answers, completions, outboxes),
        )


class TestRefunds(DeliveryTests):
    """Refunds that the merchant starts."""

    @pytest.fixture
    def case(self, transactional_db, sell, jet, account, sandbox):
        """A refund of a mug for each order."""

        def make(count):
            drafts = {order: refund_draft(order, amounts=amounts("10.00", "0.70")) for order in sell(count)}
            return [refunds.queue_refund(order=order, draft=draft).pk for order, draft in drafts.items()]

        def exact(count):
            rows = list(Refund.objects.all())
            held = [row["alt_refund_id"] for row in sandbox.held("refunds")]
            assert (len(rows), done(sandbox, "/refunds/", "POST")) == (count, count)
            assert sorted(held) == sorted(row.alt_refund_id for row in rows)
            assert whole(rows)
            assert {row.status for row in rows} == {"created"}

        return DeliveryCase(
            box=lambda: refund_answers.RefundSender(jet, account),
            make=make,
            exact=exact,
            faults=PathFaults(sandbox, "/refunds/", "POST", "/refunds/"),
            worker="tests.returns.workers:send_refunds",
            traced=files(refund_answers, outboxes),
        )
