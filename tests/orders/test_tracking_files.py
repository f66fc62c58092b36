"""Ship many from a CSV: wrong rows named with column and reason, a preview, and the good ones shipped once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from jetbridge.core.management.base import CommandFailed
from jetbridge.mass_actions.models import MassAction
from orders import selectors
from orders.mass_actions import steps, tracking_files
from orders.models import Order, OrderItem, Shipment
from tests.catalog.products.imports.files import sample

HEADER = "order,sku,quantity,tracking_number,carrier,method,ship_date,pick_up_date,delivery_date\n"


def read(account, *lines, header=HEADER, **defaults):
    """Read a file of these lines."""
    return tracking_files.read(data=(header + "\n".join(lines)).encode(), account=account, **defaults)


def problems(found):
    """Return what is wrong as (row, column, reason)."""
    return [(problem.row, problem.column, problem.reason) for problem in found.problems]


def test_orders_are_known_by_each_of_their_names(three, account):
    a, b, c = three

    found = read(account, f"{a.number},,,T1,UPS", f"{b.reference_number},,,T2,UPS", f"{c.jet_id},,,T3,UPS")

    assert set(found.parcels) == {str(order.pk) for order in three}
    assert not found.problems


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("999,,,T1,UPS", "order", "No order is known"),
        (",,,T1,UPS", "order", "Which order?"),
        ("{n},,,,UPS", "tracking_number", "requires a tracking number"),
        ("{n},,,9.40011E+21,UPS", "tracking_number", "a spreadsheet shortened"),
        ("{n},,,T1,", "carrier", "requires a carrier"),
        ("{n},CUP-1,1,T1,UPS", "sku", "no item CUP-1"),
        ("{n},MUG-1,3,T1,UPS", "quantity", "2 available to ship, 3 entered"),
        ("{n},MUG-1,two,T1,UPS", "quantity", "“two” is not a number"),
        ("{n},,2,T1,UPS", "sku", "A quantity needs the SKU"),
        ("{n},,,T1,UPS,,tomorrow", "ship_date", "“tomorrow” is not a date"),
        ("{n},,,T1,UPS,,2026-13-45", "ship_date", "is not a date"),
        ("{n},,,T1,UPS,,2030-01-02,2030-01-01,2030-01-05", "pick_up_date", "cannot pick up before"),
        ("{n},,,T1,UPS,,2030-01-02,2030-01-03,2030-01-01", "delivery_date", "cannot be before"),
    ],
)
def test_wrong_row_is_named_with_its_column_and_reason(three, account, line, column, reason):
    found = read(account, f"{three[1].number},,,T2,UPS", line.format(n=three[0].number))

    ((row, named, text),) = problems(found)
    assert (row, named) == (3, column)
    assert reason in text
    assert list(found.parcels) == [str(three[1].pk)]
    assert reason in found.bad_rows[0]["error"]


def test_all_that_is_wrong_with_a_row_is_said_at_once(three, account):
    found = read(account, f"{three[0].number},CUP-1,x,T1,UPS,,soon")

    assert [column for _, column, _ in problems(found)] == ["sku", "ship_date"]


def test_columns_of_one_name_are_one_where_they_agree_and_a_fault_of_the_row_where_not(three, account):
    a, b, c = three
    header = "order,Tracking #,carrier,tracking # ,Order\n"

    found = read(
        account,
        f"{a.number},T1,UPS,T1,{a.number}",
        f"{b.number},T2,UPS,T9,{b.number}",
        f"{c.number},T3,UPS,T3,{a.number}",
        header=header,
    )

    assert list(found.parcels) == [str(a.pk)]
    assert problems(found) == [
        (3, "tracking_number", tracking_files.DIFFERS),
        (4, "order", tracking_files.DIFFERS),
    ]


def test_row_number_is_the_physical_line(three, account):
    found = read(account, "", f'{three[0].number},,,"T\n1",UPS', "", "999,,,T9,UPS")

    assert [row for row, _, _ in problems(found)] == [6]


def test_parts_of_an_order_stand_on_rows_of_their_own(mug, place, import_orders, account):
    from tests.factories import ProductFactory

    ProductFactory(sku="CUP-1", quantity=5)
    place(
        items=[{"sku": "MUG-1", "quantity": 2, "price": 1.0}, {"sku": "CUP-1", "quantity": 2, "price": 1.0}]
    )
    import_orders()
    order = Order.objects.get()

    found = read(account, f"{order.number},MUG-1,1,T1,UPS", f"{order.number},CUP-1,,T1,UPS")
    other = read(account, f"{order.number},MUG-1,1,T1,UPS", f"{order.number},CUP-1,,T2,UPS")

    items = {item.sku: str(item.pk) for item in order.items.all()}
    assert found.parcels[str(order.pk)]["units"] == {items["MUG-1"]: 1, items["CUP-1"]: 2}
    (parcel,) = other.parcels.values()
    assert (parcel["units"], parcel["then"][0]["units"]) == ({items["MUG-1"]: 1}, {items["CUP-1"]: 2})


def test_one_sku_on_two_lines_is_filled_in_order(mug, place, import_orders, account):
    place(
        items=[{"sku": "MUG-1", "quantity": 1, "price": 1.0}, {"sku": "MUG-1", "quantity": 2, "price": 1.0}]
    )
    import_orders()
    order = Order.objects.get()

    found = read(account, f"{order.number},MUG-1,2,T1,UPS")

    assert list(found.parcels[str(order.pk)]["units"].values()) == [1, 1]


def test_the_cases_by_name(three, account):
    """A tracking number of 22 digits stays whole; two parcels of one line go one after the other."""
    for order, known_as in zip(three, ("900000000005", "900000000011", "-"), strict=True):
        Order.objects.filter(pk=order.pk).update(reference_number=known_as)
    OrderItem.objects.filter(order=three[1]).update(sku="BOOK-11", units_ordered=4)

    sound = tracking_files.read(
        data=sample("cases", "o_ship_ok.csv").read_bytes(), account=account, method="UPSGround"
    )
    cartons = tracking_files.read(data=sample("cases", "o_ship_two_rows.csv").read_bytes(), account=account)

    assert [each["tracking_number"] for each in sound.parcels.values()] == ["9400111899223197428490"]
    assert (problems(sound), problems(cartons)) == ([], [])
    (first,) = cartons.parcels.values()
    assert [list(each["units"].values()) for each in (first, *first["then"])] == [[1], [3]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"order,carrier\n1,UPS", "no column tracking_number"),
        (b"", "no column order and no column tracking_number"),
        ("order,tracking_number\n1,é".encode("latin-1"), "UTF-8"),
        (b"order,tracking_number\n" + b"1,2\n" * 5001, "more than 5,000 rows"),
    ],
)
def test_file_that_cannot_be_used_at_all_says_why(account, data, reason):
    with pytest.raises(tracking_files.UnreadableFile, match=reason):
        tracking_files.read(data=data, account=account)


def test_semicolons_a_mark_at_the_start_and_other_cases_are_read(three, account):
    data = f"\ufeffOrder;Tracking Number;Carrier\r\n{three[0].number};T1;UPS\r\n".encode()

    found = tracking_files.read(data=data, account=account)

    assert found.parcels[str(three[0].pk)]["tracking_number"] == "T1"


def test_upload_shows_the_plan_and_start_ships_each_once(three, browser, sandbox):
    lines = [f"{order.number},,,T{place}" for place, order in enumerate(three[:2])]
    file = SimpleUploadedFile("parcels.csv", (HEADER + "\n".join([*lines, "999,,,T9"])).encode())

    led = browser.post(reverse("orders:parcels"), {"file": file, "carrier": "UPS", "method": "UPSGround"})
    plan = browser.get(led.url).content.decode()
    run = MassAction.objects.get()
    bad = browser.get(reverse("orders:bad_rows", args=[run.pk])).content.decode()
    assert not Shipment.objects.exists()
    browser.post(f"{led.url}start/")
    call_command("run_job", selectors.RUNS)

    run.refresh_from_db()
    assert "No order is known as this." in plan
    assert "T1" in plan
    assert bad.splitlines()[1].startswith("999,")
    assert (run.state, run.done) == ("done", 2)
    assert Order.objects.filter(status=Order.Status.COMPLETE).count() == 2
    assert set(Shipment.objects.values_list("tracking_number", "user__username")) == {
        ("T0", "alice"),
        ("T1", "alice"),
    }
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 2


def test_same_file_twice_ships_nothing_twice(three, account, jet, sandbox):
    data = f"{HEADER}{three[0].number},MUG-1,1,T1,UPS".encode()
    runs = []
    for _ in range(2):  # both drafted before either is started
        found = tracking_files.read(data=data, account=account)
        runs.append(steps.draft(action="ship", ids=[three[0].pk], options=found.options()))
    for run in runs:
        steps.start(run)
        steps.advance(client=jet)
        run.refresh_from_db()

    assert [run.done for run in runs] == [1, 0]
    assert "Already shipped at" in runs[1].items.get().reason
    assert Shipment.objects.count() == 1


def test_file_of_wrong_rows_alone_starts_nothing(three, browser):
    file = SimpleUploadedFile("parcels.csv", f"{HEADER}999,,,T9,UPS".encode())

    response = browser.post(reverse("orders:parcels"), {"file": file})

    assert response.status_code == 422
    assert "No order is known as this." in response.content.decode()
    assert not MassAction.objects.exists()


def test_reading_many_rows_needs_few_queries(three, account, django_assert_max_num_queries):
    lines = [f"{order.number},,,T{order.pk},UPS" for order in three]

    with django_assert_max_num_queries(8):
        read(account, *lines)


def test_command_ships_from_a_file(three, tmp_path, capsys):
    path = tmp_path / "parcels.csv"
    path.write_text(f"{HEADER}{three[0].number},,,T1,UPS\n999,,,T9,UPS\n")

    call_command("bulk_orders", "ship", "--csv", str(path), "--dry-run")
    assert not Shipment.objects.exists()
    call_command("bulk_orders", "ship", "--csv", str(path))

    out = capsys.readouterr().out
    assert "row 3, order: No order is known as this." in out
    assert Order.objects.get(pk=three[0].pk).status == Order.Status.COMPLETE


def test_a_tracking_number_is_asked_for_again_at_every_door(three, browser, account, tmp_path):
    order, lines = three[0], "order,tracking_number,carrier\n{},{},UPS\n"
    path = tmp_path / "parcels.csv"
    path.write_text(lines.format(order.number, "9.40011E+21"))
    refused = tracking_files.read(data=path.read_bytes(), account=account)
    asked = browser.post(
        reverse("orders:ship", args=[order.pk]),
        {"tracking_number": "9.40011E+21", "carrier": "UPS", "rma_number": "1.2E+11", "sequence": 1},
    )
    with pytest.raises(CommandError, match="a spreadsheet shortened"):
        call_command("ship_order", order.number, "--tracking", "9.40011E+21")
    with pytest.raises(CommandFailed):
        call_command("bulk_orders", "ship", "--csv", str(path))

    assert [each.column for each in refused.problems] == ["tracking_number"]
    assert asked.content.decode().count("a spreadsheet shortened") >= 2
    assert 'name="confirm_identifiers"' in asked.content.decode()
    assert not Shipment.objects.exists()
    call_command("ship_order", order.number, "--tracking", "9.40011E+21", "--confirm-identifiers")
    path.write_text(lines.format(three[1].number, "9.40012E+21"))
    call_command("bulk_orders", "ship", "--csv", str(path), "--confirm-identifiers")
    assert set(Shipment.objects.values_list("tracking_number", flat=True)) == {"9.40011E+21", "9.40012E+21"}
