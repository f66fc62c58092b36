"""Files of shipping programs: their headers, carriers and services, cartons, and what is uncertain."""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders.mass_actions import parcel_columns, steps, tracking_files
from orders.models import Order, ParcelHeader, Shipment
from tests.factories import ProductFactory

USPS, UPS = "9400111899223197428490", "1Z999AA10123456784"
# The header of each program's file, and a row of it.
PROGRAMS = {
    "ShipStation": (
        "Order - Number,Ship To - Name,Shipment - Tracking Number,Carrier - Name,Carrier - Service Selected,"
        "Date - Shipped Date",
        f"{{n}},Ann,{USPS},Stamps.com,USPS Priority Mail,2026-11-30",
        ("USPS", "USPSPriorityMail"),
    ),
    "Pirate Ship": (
        "Created Date,Recipient,Tracking Number,Cost,Status,Ship Date,Carrier,Service,Order ID",
        f"2026-11-30,Ann,{UPS},9.10,Shipped,2026-11-30,UPS,UPS® Ground,#{{n}}",
        ("UPS", "UPSGround"),
    ),
    "Stamps.com": (
        "Ship Date,Recipient,Tracking #,Carrier,Mail Class,Order ID,Refund Status",
        f"2026-11-30,Ann,{USPS},USPS,First-Class Mail,{{n}},",
        ("USPS", "USPSFirstClassMail"),
    ),
    "UPS WorldShip": (
        "PackageReference1,PackageTrackingNumber,ServiceType,VoidIndicator,CollectionDate",
        f"{{n}},{UPS},UPS Ground,N,2026-11-30",
        ("UPS", "UPSGround"),
    ),
}


def read(account, *lines, **defaults):
    return tracking_files.read(data="\n".join(lines).encode(), account=account, **defaults)


def said(found):
    return " ".join(problem.reason for problem in found.problems)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_file_of_a_shipping_program_is_read_as_it_comes(three, account, program):
    header, row, (carrier, method) = PROGRAMS[program]
    found = read(account, header, row.format(n=three[0].number), row.format(n="555"))

    parcel = found.parcels[str(three[0].pk)]
    assert (parcel["carrier"], parcel["method"]) == (carrier, method)
    assert parcel["tracking_number"] in (UPS, USPS)
    assert said(found) == "No order is known as this."


def test_voided_and_refunded_labels_are_listed_and_not_sent(three, account):
    found = read(account, "Order ID,Tracking Number,Carrier,VoidIndicator", f"{three[0].number},{UPS},UPS,Y")
    assert not found.parcels
    assert said(found) == "The label was voided or refunded."


def test_unknown_carrier_of_a_file_is_named(three, account):
    found = read(account, "order,tracking number,provider", f"{three[0].number},T1,PigeonPost")
    assert "“PigeonPost” is not a carrier that Jet knows" in said(found)
    assert not found.parcels


def test_name_that_two_orders_have_is_uncertain_and_not_sent(three, account):
    Order.objects.filter(pk=three[1].pk).update(reference_number=three[0].number)
    found = read(account, "order,tracking_number,carrier", f"{three[0].number},T1,UPS")
    assert said(found) == "Two orders are called so."
    assert not found.parcels


@pytest.mark.parametrize("to_ship", [True, False])
def test_own_files_come_back_with_tracking_numbers(three, account, tmp_path, to_ship):
    path = tmp_path / "orders.csv"
    call_command("export_orders", str(path), *(["--to-ship"] if to_ship else ["--stage", "ship"]))
    header, *rows = csv.reader(path.read_text().splitlines())
    column = header.index("tracking_number" if to_ship else "tracking_numbers")
    file = StringIO()
    for number, row in enumerate(rows):
        row[column] = f"77000000000{number}"
    csv.writer(file).writerows([header, *rows])

    found = tracking_files.read(data=file.getvalue().encode(), account=account, carrier="FedEx")

    assert found.problems == []
    assert {int(pk) for pk in found.parcels} == {order.pk for order in three}
    assert [sum(parcel["units"].values()) for parcel in found.parcels.values()] == [2, 2, 2]


def test_the_panel_gives_the_orders_to_ship_as_a_file(three, browser):
    lines = b"".join(browser.get(reverse("orders:to_ship")).streaming_content).decode().splitlines()
    assert lines[0].startswith("order,sku,quantity,tracking_number,carrier,method,recipient_name")
    assert [line.split(",")[0] for line in lines[1:]] == [order.number for order in three]


def test_columns_said_once_are_known_for_every_file_of_these_headers(three, account, browser):
    header = "Belegnr,Sendung,Dienst"
    row = f"{three[0].number},{UPS},UPS"
    file = SimpleUploadedFile("a.csv", f"{header}\n{row}".encode())
    page = browser.post(reverse("orders:parcels"), {"file": file, "carrier": "", "method": ""})
    assert "Which column is which?" in page.content.decode()
    assert page.context["form"].header == ["Belegnr", "Sendung", "Dienst"]

    sent = {
        "header": header.split(","),
        "order": "Belegnr",
        "tracking_number": "Sendung",
        "carrier": "Dienst",
    }
    assert browser.post(reverse("orders:parcel_columns"), sent).status_code == 302
    assert ParcelHeader.objects.count() == 1
    found = read(account, "Dienst,Sendung,Belegnr", f"UPS,{UPS},{three[0].number}")
    assert found.parcels[str(three[0].pk)]["tracking_number"] == UPS


def test_columns_must_name_order_and_tracking_number(browser):
    page = browser.post(reverse("orders:parcel_columns"), {"header": ["A", "B"], "order": "A"})
    assert page.status_code == 422
    assert not ParcelHeader.objects.exists()


def test_the_command_remembers_columns_too(three, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"Nr,Label\n{three[0].number},{UPS}\n")
    call_command(
        "bulk_orders", "ship", "--csv", str(path), "--columns", "order=Nr,tracking_number=Label",
        "--carrier", "UPS",
    )  # fmt: skip
    assert Shipment.objects.get().tracking_number == UPS
    assert parcel_columns.kept_for(["Label", "Nr"])["order"] == "Nr"


@pytest.fixture
def cartons(account, place, import_orders):
    """An order of two mugs and a bowl, and the file of its two cartons."""
    for sku in ("MUG-1", "BOWL-1"):
        ProductFactory(sku=sku, quantity=10)
    place(
        items=[{"sku": "MUG-1", "quantity": 2, "price": 5.0}, {"sku": "BOWL-1", "quantity": 1, "price": 5.0}]
    )
    import_orders()
    order = Order.objects.get()
    header = "order,sku,quantity,tracking_number,carrier"
    return order, [header, f"{order.number},MUG-1,2,{UPS},UPS", f"{order.number},BOWL-1,1,{USPS},USPS"]


def start(account, lines):
    found = read(account, *lines)
    run = steps.draft(action="ship", ids=[int(pk) for pk in found.parcels], options=found.options())
    steps.start(run)
    return run


def test_cartons_of_one_order_go_one_after_the_other(cartons, account, jet, sandbox):
    order, lines = cartons
    run = start(account, lines)
    steps.advance(client=jet)
    first = run.items.get()
    assert first.state in (MassActionItem.State.WAITING, MassActionItem.State.DONE)
    for _ in range(3):
        steps.advance(client=jet)

    rows = list(Shipment.objects.order_by("sequence"))
    assert [(row.tracking_number, row.carrier, row.answer) for row in rows] == [
        (UPS, "UPS", "accepted"),
        (USPS, "USPS", "accepted"),
    ]
    order.refresh_from_db()
    run.refresh_from_db()
    assert order.status == Order.Status.COMPLETE
    assert (run.done, run.failed, run.state) == (1, 0, MassAction.State.DONE)
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 2


def test_item_is_not_done_before_its_last_carton_is(cartons, account, jet, sandbox):
    run = start(account, cartons[1])
    while not Shipment.objects.filter(answer="accepted").exists():
        steps.advance(client=jet)
    assert run.items.get().state == MassActionItem.State.WAITING
    sandbox.add_fault(method="PUT", path="/shipped$", kind="status", status=400)
    for _ in range(2):
        steps.advance(client=jet)
    run.refresh_from_db()
    assert [row.answer for row in Shipment.objects.order_by("sequence")] == ["accepted", "rejected"]
    assert (run.done, run.failed) == (0, 1)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["{n},,,T1,UPS", "{n},,,T2,UPS"], "2 cartons, and no SKU says what is in which"),
        (["{n},MUG-1,2,T1,UPS", "{n},MUG-1,1,T2,UPS"], "0 available to ship, 1 entered"),
    ],
)
def test_cartons_that_do_not_add_up_are_listed(cartons, account, rows, reason):
    order, (header, *_) = cartons
    found = read(account, header, *(row.format(n=order.number) for row in rows))
    assert reason in said(found)
    assert not found.parcels
