"""Reads a CSV of tracking numbers: parcels by order, every wrong row named with its column and reason."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from catalog.products.skus import Spellings, doubts
from jetbridge.core import configuration, spreadsheets, store_days
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted, number_in
from orders.mass_actions import actions, parcel_columns
from orders.mass_actions.parcel_columns import COLUMNS, REQUIRED, VOID
from orders.models import Order, OrderItem
from orders.services import shipments

# A file of more is cut into two by hand: its parcels are kept whole beside the run.
MOST_ROWS = 5_000
MOST_BYTES = 5_000_000
NAMES_AT_ONCE = 300
MOST_UNITS = 1_000_000
NINE = time(9)
DIFFERS = "The column stands more than once, and its cells differ."
PER_PARCEL = ("tracking_number", "carrier", "method")
# The columns of a file behind the fields of the form, to name them in problems.
FIELDS = {"ship_at": "ship_date", "pick_up_at": "pick_up_date", "deliver_at": "delivery_date"}


class UnreadableFile(Exception):
    """The file as a whole cannot be used; the text says why."""


class UnknownColumns(UnreadableFile):
    """Which columns name order and tracking number is not known; somebody says it, once for files of this kind."""

    def __init__(self, text: str, header: Sequence[str], found: Mapping[str, str]) -> None:
        super().__init__(text)
        self.header, self.found = header, found


@dataclass(frozen=True)
class Row:
    """One record: the line on which it begins, its cells by column, and columns of one name whose cells differ."""

    line: int
    cells: Mapping[str, str]
    differing: Sequence[str] = ()


@dataclass(frozen=True)
class RowProblem:
    """Why a row is left out."""

    row: int
    order: str
    column: str
    reason: str


@dataclass
class ParcelFile:
    """What a file asks for: a parcel by order (its primary key), and what is wrong with the other rows."""

    rows: int = 0
    parcels: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    bad_rows: list[dict[str, str]] = field(default_factory=list)

    def options(self) -> dict[str, Any]:
        """Return what the run keeps of it."""
        return {
            "parcels": self.parcels,
            "problems": [asdict(problem) for problem in self.problems],
            "bad_rows": self.bad_rows,
            "rows": self.rows,
        }


def read(
    *,
    data: bytes,
    account: JetAccount,
    carrier: str = "",
    method: str = "",
    confirm_identifiers: bool = False,
) -> ParcelFile:
    """
    Read a whole file; carrier and method stand in where a row names none.

    :raises UnreadableFile: not a CSV in UTF-8 with the required columns, or too long
    """
    rows = list(_rows(data))
    orders = _orders(account, [row.cells["order"] for row in rows])
    found = ParcelFile(rows=len(rows))
    grouped: dict[int, tuple[Order, list[Row]]] = {}
    for row in rows:
        order = orders.get(row.cells["order"])
        if "order" in row.differing:
            _leave_out(found, [row], [("order", DIFFERS)])
        elif row.cells[VOID].lower() in parcel_columns.VOIDED:
            _leave_out(found, [row], [(VOID, "The label was voided or refunded.")])
        elif not row.cells["order"] or order is None:
            called = row.cells["order"]
            known = "Two orders are called so." if called in orders else "No order is known as this."
            _leave_out(found, [row], [("order", known if called else "Which order?")])
        else:
            grouped.setdefault(order.pk, (order, []))[1].append(row)
    defaults = {"carrier": carrier, "method": method, "confirm_identifiers": confirm_identifiers}
    for order, some in grouped.values():
        try:
            found.parcels[str(order.pk)] = _parcel(order, some, defaults)
        except _Wrong as wrong:
            _leave_out(found, some, wrong.problems)
    found.problems.sort(key=lambda problem: problem.row)
    return found


@dataclass
class _Wrong(Exception):
    problems: list[tuple[str, str]]


def keep_columns(data: bytes, columns: Mapping[str, str]) -> None:
    """
    Remember which header stands for which of our columns, for files of the same headers as this one.

    :raises UnreadableFile: not a CSV in UTF-8
    """
    parcel_columns.keep(_header(_reader(data)), columns)


def _reader(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise UnreadableFile(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("The file is not in UTF-8; save it as “CSV UTF-8”.") from error
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def _header(reader: Any) -> list[str]:
    return [name.strip() for name in next(reader, [])]


def _rows(data: bytes) -> Iterator[Row]:
    reader = _reader(data)
    try:
        header = _header(reader)
        places = parcel_columns.columns_of(header, parcel_columns.kept_for(header))
        missing = [name for name in REQUIRED if name not in places]
        if missing:
            text = f"The file has no column {' and no column '.join(missing)}."
            raise UnknownColumns(text, header, {name: header[place] for name, place in places.items()})
        yield from _records(reader, places, parcel_columns.doubled(header, places))
    except csv.Error as error:
        raise UnreadableFile(f"Line {reader.line_num} is not CSV: {error}.") from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _records(reader: Any, places: Mapping[str, int], doubled: Mapping[str, Sequence[int]]) -> Iterator[Row]:
    count, begins = 0, reader.line_num + 1
    for values in reader:
        if any(value.strip() for value in values):
            count += 1
            if count > MOST_ROWS:
                raise UnreadableFile(f"The file has more than {MOST_ROWS:,} rows; cut it into several.")
            cells = [spreadsheets.original_cell(value.strip()) for value in values]
            given = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
            differing = [
                name
                for name, each in doubled.items()
                if len({"".join(cells[at : at + 1]) for at in each}) > 1
            ]
            named = {name: given.get(name, "") for name in (*COLUMNS, VOID)}
            yield Row(begins, _spelled_as_ours(named), differing)
        begins = reader.line_num + 1


def _spelled_as_ours(cells: dict[str, str]) -> dict[str, str]:
    """Return the cells of a row with order, carrier and service as they are called here."""
    carrier = parcel_columns.carrier_of(cells["carrier"])
    code = parcel_columns.method_of(cells["method"], carrier)
    if not carrier and code.startswith(("UPS", "USPS")):
        carrier = "USPS" if code.startswith("USPS") else "UPS"
    words = {"order": cells["order"].removeprefix("#"), "carrier": carrier, "method": code or cells["method"]}
    return cells | words


def _orders(account: JetAccount, names: Sequence[str]) -> dict[str, Order | None]:
    """Find orders by any of their names, in a few questions; None where two orders are called so."""
    found: dict[str, Order | None] = {}
    listed = sorted({name for name in names if name})
    for start in range(0, len(listed), NAMES_AT_ONCE):
        some = listed[start : start + NAMES_AT_ONCE]
        known = Q(number__in=some) | Q(reference_number__in=some) | Q(jet_id__in=some)
        rows = Order.objects.filter(known, account=account).defer("document").select_related("desk")
        for order in rows.prefetch_related("items__product", "shipments"):
            for name in {str(order.number), order.reference_number, order.jet_id}:
                found[name] = order if found.get(name, order) == order else None
    return found


def _parcel(order: Order, rows: Sequence[Row], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Make the parcel of an order's rows, or its cartons one after the other, with all that is wrong at once."""
    wrong = [(name, DIFFERS) for row in rows for name in row.differing]
    if wrong:
        raise _Wrong(wrong)
    cartons = _cartons(rows)
    if len(cartons) > 1 and not all(row.cells["sku"] for row in rows):
        text = f"{len(cartons)} cartons, and no SKU says what is in which: add sku and quantity to each row."
        raise _Wrong([("sku", text)])
    taken: dict[str, int] = {}
    made = [_carton(order, some, defaults, taken, wrong) for some in cartons]
    if wrong:
        raise _Wrong(wrong)
    first, *others = made
    for later in others:
        later.pop("sequence")  # it is the next one whenever its turn comes
    return first | ({"then": others} if others else {})


def _cartons(rows: Sequence[Row]) -> list[list[Row]]:
    """Part an order's rows by tracking number; rows without one go with the only one there is."""
    numbers = list(
        dict.fromkeys(row.cells["tracking_number"] for row in rows if row.cells["tracking_number"])
    )
    if len(numbers) < 2:
        return [list(rows)]
    parted = [[row for row in rows if row.cells["tracking_number"] == number] for number in numbers]
    nameless = [row for row in rows if not row.cells["tracking_number"]]
    return [*parted, *([nameless] if nameless else [])]


def _carton(
    order: Order,
    rows: Sequence[Row],
    defaults: Mapping[str, Any],
    taken: dict[str, int],
    wrong: list[tuple[str, str]],
) -> dict[str, Any]:
    named = {name: [row.cells[name] for row in rows if row.cells[name]] for name in PER_PARCEL}
    for name, values in named.items():
        if len(set(values)) > 1:
            wrong.append((name, "Differs between the rows of one parcel."))
    units = _units(order, rows, taken, wrong)
    for pk, count in units.items():
        taken[pk] = taken.get(pk, 0) + count
    parcel: dict[str, Any] = {
        "tracking_number": "",
        **defaults,
        **{name: values[0] for name, values in named.items() if values},
        "units": units,
        "sequence": shipments.next_sequence(order),
        "row": rows[0].line,
        "order": str(order),
        **_moments(rows[0].cells, timezone.now(), wrong),
    }
    if order.status in Order.SHIPPABLE and not wrong:
        wrong += _form_problems(order, parcel)
    return parcel


def _units(
    order: Order, rows: Sequence[Row], taken: Mapping[str, int], wrong: list[tuple[str, str]]
) -> dict[str, int]:
    """Return the units by line; no SKU in any row means everything that is open."""
    if not any(row.cells["sku"] for row in rows):
        if len(rows) > 1:
            wrong.append(("order", f"The order stands on {counted(len(rows), 'row')} without SKUs."))
        if any(row.cells["quantity"] for row in rows):
            wrong.append(("sku", "A quantity needs the SKU that it counts."))
        return {}
    lines: dict[str, list[OrderItem]] = {}
    for item in order.items.all():
        lines.setdefault(item.sku, []).append(item)
    spelled = _spelled(order)
    units: dict[str, int] = {}
    for row in rows:
        quantity = row.cells["quantity"]
        count = number_in(quantity)
        sku = spelled.get(row.cells["sku"]) or row.cells["sku"]
        if alike := spelled.in_doubt(sku):
            wrong.append(("sku", doubts(sku, alike)))
        elif sku not in lines:
            wrong.append(("sku", f"The order has no item {sku}." if sku else "Which SKU?"))
        elif quantity and not 0 < (count or 0) < MOST_UNITS:
            wrong.append(("quantity", f"“{quantity[:20]}” is not a number of units."))
        else:
            _fill(units, sku, lines[sku], count, taken, wrong)
    return units


def _spelled(order: Order) -> Spellings[str]:
    """Return Jet's SKUs of an order by what a warehouse may call them: Jet's spelling, or the store's."""
    items = list(order.items.all())
    store = {item.product.sku: item.sku for item in items if item.product is not None}
    return Spellings(store | {item.sku: item.sku for item in items})


def _fill(
    units: dict[str, int],
    sku: str,
    lines: Sequence[OrderItem],
    units_named: int | None,
    taken: Mapping[str, int],
    wrong: list[tuple[str, str]],
) -> None:
    """Spread the units of one row over the lines of its SKU; without a number everything goes out."""
    room = {
        str(line.pk): line.units_open - line.units_to_cancel - taken.get(str(line.pk), 0) for line in lines
    }
    is_open = sum(room.values()) - sum(units.get(pk, 0) for pk in room)
    rest = is_open if units_named is None else units_named
    if rest > is_open:
        wrong.append(("quantity", f"{sku}: {is_open} available to ship, {rest} entered."))
        return
    for pk, most in room.items():
        some = min(rest, most - units.get(pk, 0))
        units[pk] = units.get(pk, 0) + some
        rest -= some


def _moments(cells: Mapping[str, str], now: datetime, wrong: list[tuple[str, str]]) -> dict[str, str]:
    """Return the three moments; those that are not given follow the one before."""
    ship_at = _moment(cells, "ship_date", wrong) or now
    pick_up_at = _moment(cells, "pick_up_date", wrong) or max(ship_at, now) + timedelta(hours=8)
    deliver_at = _moment(cells, "delivery_date", wrong) or pick_up_at + timedelta(days=4)
    moments = {"ship_at": ship_at, "pick_up_at": pick_up_at, "deliver_at": deliver_at}
    return {name: moment.isoformat() for name, moment in moments.items()}


def _moment(cells: Mapping[str, str], column: str, wrong: list[tuple[str, str]]) -> datetime | None:
    text = cells[column]
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = store_days.at(day, NINE) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        wrong.append((column, f"“{text}” is not a date like 2026-11-25 or 2026-11-25 14:30."))
        return None
    return store_days.aware(moment)


def _form_problems(order: Order, parcel: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what Ship by Jet would say to this parcel."""
    draft = actions.parcel_draft(parcel, order)
    items, config = list(order.items.all()), configuration.current()
    found = shipments.problems(order=order, items=items, draft=draft, config=config)
    return [(_column(each.field), each.message) for each in found]


def _column(name: str) -> str:
    """Return the column behind a field of the form."""
    if name in FIELDS:
        return FIELDS[name]
    return "quantity" if name.startswith(("ship_", "cancel_")) else name


def _leave_out(found: ParcelFile, rows: Sequence[Row], wrong: Sequence[tuple[str, str]]) -> None:
    for row in rows:
        for column, reason in wrong:
            found.problems.append(RowProblem(row.line, row.cells["order"], column, reason))
        reasons = " ".join(f"{column}: {reason}" if column else reason for column, reason in wrong)
        found.bad_rows.append({**row.cells, "error": reasons})
