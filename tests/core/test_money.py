"""One rule rounds all money: half up, to the cent; shares of a line add up to it, in whatever order they come."""

import ast
from collections import Counter
from decimal import Decimal
from pathlib import Path
from threading import Thread

from django.conf import settings
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jetbridge.core.money import rounded
from orders.shares import share, share_of_rest

# Who rounds or leaves exact numbers by other means, and why.
ELSEWHERE = {
    "jetbridge/core/money.py": {"quantize", "ROUND_HALF_UP"},
    # The rule for every format and column that names none.
    "jetbridge/__init__.py": {"ROUND_HALF_UP"},
    # A merchant's rules that go up or down on purpose: endings, whole dollars, a margin that is never missed.
    "catalog/rules/rounding.py": {"to_integral_value", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_HALF_UP"},
    "catalog/rules/prices.py": {"quantize", "ROUND_UP"},
    # The most that a unit may have cost.
    "orders/shares.py": {"quantize", "ROUND_CEILING"},
    # Whole units are sold; whether a number is whole.
    "catalog/products/intake/cells.py": {"to_integral_value", "ROUND_FLOOR"},
    "catalog/products/values.py": {"to_integral_value"},
    "jetbridge/store/stock.py": {"to_integral_value", "ROUND_FLOOR"},
    # JSON knows no decimals; what is an amount has two.
    "catalog/listings/facets/payloads.py": {"to_integral_value", "float"},
    "jetapi/wire.py": {"to_integral_value", "float"},
    "jetapi/http/answers.py": {"float"},
    "jetapi/http/redaction.py": {"float"},
    "jetbridge/store/magento/wire.py": {"to_integral_value", "float"},
    # The client knows nothing of the panel; the same rule, in its place.
    "jetbridge/store/magento/sales.py": {"quantize", "ROUND_HALF_UP"},
    # SQLite adds amounts as floating point.
    "returns/services/ledger.py": {"Round"},
    "returns/models/ledger.py": {"Round"},
    # No money: likeness of words, heights of bars, milliseconds, a limit in percent, clocks apart.
    "jetbridge/store/magento/probes.py": {"round"},
    "jetbridge/store/services.py": {"round"},
    "catalog/mapping/attribute_plans.py": {"round"},
    "catalog/mapping/text_matches.py": {"round", "float"},
    "catalog/mapping/attribute_suggestions.py": {"round"},
    "jetbridge/desk/templatetags/desk.py": {"round"},
    "jetbridge/desk/overview.py": {"round", "float"},
    "jetbridge/desk/metrics.py": {"float"},
    "jetbridge/core/call_log.py": {"round"},
    "jetapi/http/transport.py": {"round"},
    # The emulators are second readings with a rule each; numbers that stand for others within the noise of floats.
    "jetapi/sandbox/money.py": {"quantize", "ROUND_HALF_UP"},
    "jetapi/sandbox/kit/checks.py": {"round"},
    "jetbridge/store/magento/sandbox/sales/amounts.py": {"quantize", "ROUND_HALF_UP"},
    "jetbridge/store/magento/sandbox/sales/order_views.py": {"round"},
}
# What the emulators send and keep are floats, as the real ones' JSON has them.
FLOATS = {"float"}
CALLS = {"quantize", "to_integral_value", "round", "Round", "float"}
cents = st.integers(0, 99_999).map(lambda number: Decimal(number) / 100)


def roundings(source):
    """Return by what names a module rounds, or leaves exact numbers."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found.add(getattr(node.func, "attr", getattr(node.func, "id", "")))
        elif isinstance(node, ast.Name | ast.Attribute):
            name = getattr(node, "id", getattr(node, "attr", ""))
            found |= {name} if name.startswith("ROUND_") else set()
    return found & CALLS | {name for name in found if name.startswith("ROUND_")}


def test_nobody_rounds_money_by_a_rule_of_its_own():
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root)): names
        for room in ("catalog", "orders", "returns", "jetbridge", "jetapi")
        for path in sorted((root / room).rglob("*.py"))
        if "migrations" not in path.parts
        and (names := roundings(path.read_text()) - (FLOATS if "sandbox" in path.parts else set()))
    }

    assert found == ELSEWHERE, "Round by jetbridge.core.money, or name the exception here with its reason."


def test_no_amount_is_rounded_by_a_rule_that_is_not_named():
    """A quantize without its rounding takes that of the process; only who imports the panel has ours there."""
    root = Path(settings.BASE_DIR)
    unnamed = [
        f"{path.relative_to(root)}:{node.lineno}"
        for room in ("catalog", "orders", "returns", "jetbridge", "jetapi")
        for path in sorted((root / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in ("quantize", "to_integral_value")
        and not any(
            ast.unparse(each).startswith("ROUND_") for each in (*node.args, *(k.value for k in node.keywords))
        )
    ]

    # Compared with the number itself: whether it is whole.
    assert {place.partition(":")[0] for place in unnamed} == {
        "catalog/products/values.py", "catalog/listings/facets/payloads.py", "jetapi/wire.py",
        "jetbridge/store/magento/wire.py",
    }  # fmt: skip


def test_formats_and_columns_round_as_we_do_in_every_thread():
    seen = [f"{Decimal('10.125'):.2f}", str(rounded(Decimal("10.125")))]
    thread = Thread(target=lambda: seen.append(f"{Decimal('10.125'):.2f}"))
    thread.start()
    thread.join()

    assert seen == ["10.13"] * 3


class Line(RuleBasedStateMachine):
    """A line whose units are invoiced, given back in parts, taken back when Jet refuses, and settled."""

    @initialize(paid=cents, units=st.integers(1, 9))
    def begin(self, paid, units):
        self.paid, self.units = paid, units
        self.invoiced: list[tuple[int, Decimal]] = []
        self.given: list[tuple[int, Decimal]] = []

    def _sum(self, parts):
        return sum(units for units, _ in parts), sum((amount for _, amount in parts), start=Decimal(0))

    @precondition(lambda self: self._sum(self.invoiced)[0] < self.units)
    @rule(data=st.data())
    def ship(self, data):
        before, _ = self._sum(self.invoiced)
        units = data.draw(st.integers(1, self.units - before))
        self.invoiced.append((units, share(self.paid, units=units, before=before, of=self.units)))

    @precondition(lambda self: self._sum(self.given)[0] < self.units)
    @rule(data=st.data())
    def give_back(self, data):
        before, amount = self._sum(self.given)
        units = data.draw(st.integers(1, self.units - before))
        rest, left = self.paid - amount, self.units - before
        self.given.append((units, share_of_rest(rest, units=units, left=left, paid=self.paid, of=self.units)))

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def take_back(self, data):
        self.given.pop(data.draw(st.integers(0, len(self.given) - 1)))

    @invariant()
    def shares_add_up(self):
        if not hasattr(self, "paid"):
            return
        for parts in (self.invoiced, self.given):
            units, amount = self._sum(parts)
            assert Decimal(0) <= amount <= self.paid
            assert all(each >= 0 and each == rounded(each) for _, each in parts)
            if units == self.units:
                assert amount == self.paid


Line.TestCase.settings = example_settings(max_examples=100, deadline=None)
TestLine = Line.TestCase


@given(paid=cents, units=st.integers(1, 9), withheld=st.integers(0, 100))
def test_money_that_was_withheld_is_not_paid_for_other_units(paid, units, withheld):
    first = share_of_rest(paid, units=1, left=units, paid=paid, of=units)
    given_back = rounded(first * (100 - withheld) / 100)

    second = share_of_rest(paid - given_back, units=1, left=units - 1, paid=paid, of=units)

    assert second <= first + Decimal("0.01")


def test_the_cents_of_one_line_given_back_one_by_one():
    given_back, rest = Counter(), Decimal("0.82")
    for left in (3, 2, 1):
        part = share_of_rest(rest, units=1, left=left, paid=Decimal("0.82"), of=3)
        given_back[str(part)] += 1
        rest -= part

    assert (given_back, rest) == ({"0.27": 2, "0.28": 1}, 0)
