"""Days and wall clocks are asked of one module: nobody else says in which zone a day begins."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jetbridge.home import PROJECT_ROOT

PRODUCT = ("catalog", "jetbridge", "orders", "returns")
# An emulator is the other side: it has a clock and a zone of its own.
OTHER_SIDES = {"jetbridge/store/magento/sandbox"}
ASKED = "jetbridge/core/store_days.py"
# What makes a day or a wall clock of a moment, or the other way round.
CALLS = {
    "localdate", "localtime", "template_localtime", "make_aware", "make_naive", "get_current_timezone",
    "get_default_timezone", "astimezone", "date", "combine", "today", "utcnow", "fromtimestamp", "strftime",
    "ZoneInfo", "TruncDate", "TruncDay", "TruncWeek", "TruncMonth", "TruncHour",
}  # fmt: skip
LOOKUP = re.compile(r"__(date|day|month|year|week|week_day|hour|time)(__\w+)?$")
CLOCK = re.compile(r"%[aAbBdHIjmMpSUwWyYcxX]")
# Where it is no day of the shop, and why.
OTHERS = {
    "catalog/products/values.py date": "a cell without a zone is a day already",
    "catalog/products/intake/workbooks.py date": "a cell without a zone is a day already",
    "catalog/listings/facets/details.py clock": "how Jet writes the first moment of the shop's day",
    "catalog/products/intake/notations.py clock": "a day, worded",
    "catalog/products/intake/writes.py clock": "a name that no two writes share",
    "returns/holidays.py date": "the day of whatever clock it is given",
    "returns/models/settlements.py clock": "Jet's own weeks, as Jet dates them",
    "jetbridge/core/generations.py clock": "a line of the log, which says UTC",
    "jetbridge/store/magento/wire.py strftime": "Magento speaks UTC",
    "jetbridge/api/wiring.py date": "a day of reads, counted by UTC",
    "jetbridge/api/allowances.py date": "a day of reads, counted by UTC",
    "orders/views/worklists.py today": "what a person shipped today, as the work list counts it",
    "jetbridge/core/sessions.py fromtimestamp": "a moment kept in a session",
    "jetbridge/desk/views/cron.py fromtimestamp": "a moment that goes to the browser and back",
    **{
        f"{path} clock": "a name or number that no two share, given out whatever the database says"
        for path in (
            "jetbridge/core/erasures.py",
            "jetbridge/desk/management/commands/back_up.py",
            "jetbridge/desk/management/commands/support_bundle.py",
            "jetbridge/desk/views/support.py",
            "jetbridge/inbox/support_messages.py",
            "returns/services/refunds.py",
        )
    },
}


def sources() -> list[Path]:
    paths = [path for folder in PRODUCT for path in (PROJECT_ROOT / folder).rglob("*.py")]
    return [path for path in paths if "migrations" not in path.parts and named(path) != ASKED]


def named(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


def uses(source: str) -> Iterator[str]:
    """Give what a source does with days and clocks by itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            makes_a_date = name == "date" and (isinstance(node.func, ast.Name) or node.args)
            has_zone = name.startswith("Trunc") and any(each.arg == "tzinfo" for each in node.keywords)
            is_utc = name == "astimezone" and [ast.unparse(each) for each in node.args] == ["UTC"]
            if name in CALLS and owner != "store_days" and not (makes_a_date or has_zone or is_utc):
                yield name
            yield from ("lookup" for each in node.keywords if LOOKUP.search(each.arg or ""))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and LOOKUP.search(node.value):
            yield "lookup"
        elif isinstance(node, ast.FormattedValue) and not is_local(node.value):
            yield from ["clock"] * bool(CLOCK.search(ast.unparse(node.format_spec or ast.Constant(""))))


def is_local(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "store_days.local"


def test_no_other_module_makes_a_day_of_a_moment():
    found = {
        f"{named(path)} {use}"
        for path in sources()
        if not any(named(path).startswith(side) for side in OTHER_SIDES)
        for use in uses(path.read_text())
    }

    assert found - OTHERS.keys() == set()
    assert OTHERS.keys() - found == set()


def test_each_way_to_a_day_is_recognised():
    ways = (
        "timezone.localdate()", "timezone.now().date()", "datetime.combine(day, time.min)", "date.today()",
        "rows.filter(at__date=day)", "rows.filter(**{'at__date__gte': day})", "TruncDay('at')",
        "f'{moment:%H:%M}'", "moment.strftime('%Y')", "ZoneInfo(name)", "datetime.fromtimestamp(1)",
    )  # fmt: skip

    assert [way for way in ways if not list(uses(way))] == []
    assert not list(uses("store_days.today(); date(2026, 1, 1); TruncDay('at', tzinfo=zone)"))
