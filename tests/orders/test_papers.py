"""What leaves the grid: CSV of the chosen or all that match, and packing slips, each on a sheet of its own."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import Event
from jetbridge.mass_actions.models import MassAction
from orders.mass_actions import labelers
from orders.models import Order, OrderDesk, SlipLogo
from orders.services import privacy, shipments
from tests.orders.drafts import draft

GRID = "/admin/orders/order/"


def rows(response):
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_export_gives_the_chosen_orders_line_by_line(three, browser):
    led = browser.post(GRID, {"action": "export", "_selected_action": [three[0].pk, three[2].pk]})

    found = rows(browser.get(led.url))

    assert [row["number"] for row in found] == [three[0].number, three[2].number]
    assert (found[0]["sku"], found[0]["units_ordered"], found[0]["line_price"]) == ("MUG-1", "2", "20.00")


def test_export_of_all_that_match_follows_the_stage_and_the_search(three, browser):
    Order.objects.filter(pk=three[0].pk).update(status=Order.Status.COMPLETE)

    led = browser.post(GRID, {"action": "export", "_selected_action": [three[1].pk], "select_across": "1"})

    assert len(rows(browser.get(led.url))) == 2
    assert len(rows(browser.get(reverse("orders:export"), {"q": three[0].number}))) == 1
    assert len(rows(browser.get(reverse("orders:export"), {"stage": "all"}))) == 3


def test_what_a_spreadsheet_takes_for_a_formula_leaves_as_text(three, browser):
    Order.objects.update(recipient_name="=1+1")

    assert rows(browser.get(reverse("orders:export")))[0]["recipient_name"] == "'=1+1"


def test_slips_show_open_units_on_a_sheet_each_and_no_prices(three, browser, send_shipments):
    shipments.queue_shipment(order=three[0], draft=draft(three[0], ship=1))
    send_shipments()
    led = browser.post(GRID, {"action": "packing_slips", "_selected_action": [order.pk for order in three]})

    html = browser.get(led.url).content.decode()

    sheets = html.split('class="jo-paper jo-sheet"')[1:]
    assert len(sheets) == 3
    assert ">1</td>" in next(sheet for sheet in sheets if three[0].number in sheet)
    assert "$" not in "".join(sheets).split("</article>")[0]


def test_slips_of_a_complete_order_show_its_parcels(three, browser, send_shipments):
    shipments.queue_shipment(order=three[0], draft=draft(three[0]))
    send_shipments()

    html = browser.get(reverse("orders:packing_slips"), {"ids": three[0].pk}).content.decode()

    assert "1Z999AA10123456784" in html


def test_order_that_is_not_answered_is_not_packed(three, browser):
    Order.objects.update(status=Order.Status.READY)

    assert "Nothing to pack" in browser.get(reverse("orders:packing_slips")).content.decode()


def test_nothing_to_pack_is_said(account, browser):
    assert "Nothing to pack" in browser.get(reverse("orders:packing_slips"), {"ids": "0"}).content.decode()


def test_slips_need_no_more_queries_for_more_orders(three, browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        browser.get(reverse("orders:packing_slips"))


def test_command_exports(three, tmp_path, capsys):
    call_command("export_orders", str(tmp_path / "orders.csv"), "--stage", "ship")

    assert len((tmp_path / "orders.csv").read_text().splitlines()) == 4
    assert "3 lines" in capsys.readouterr().out


def test_pick_list_adds_up_what_orders_need_by_bin_and_sku(three, browser):
    Product.objects.filter(sku="MUG-1").update(attributes={"bin": "A4"})
    html = browser.get(reverse("orders:pick_list"), {"stage": "ship"}).content.decode()
    assert "Pick list: 3 orders" in html
    assert "A4" in html
    assert "<strong>6</strong>" in html
    assert all(f"{order} (2)" in html for order in three)


def test_slips_carry_barcode_and_sender_on_either_paper(three, browser):
    config = configuration.current()
    config.return_address1, config.return_city = "1 Dock Rd", "Troy"
    config.save()
    html = browser.get(reverse("orders:packing_slips"), {"ids": three[0].pk, "paper": "4x6"}).content.decode()
    assert "jo-barcode" in html
    assert "1 Dock Rd, Troy" in html
    assert "orders/label" in html
    assert (
        "orders/label"
        not in browser.get(reverse("orders:packing_slips"), {"ids": three[0].pk}).content.decode()
    )


def test_what_was_printed_is_noted_and_filtered(three, browser, merchant):
    page = browser.get(reverse("orders:packing_slips"), {"ids": f"{three[0].pk},{three[1].pk}"})
    assert browser.post(reverse("orders:printed"), {"ids": page.context["printed"]}).status_code == 204
    desk = OrderDesk.objects.get(order=three[0])
    assert (desk.printed_by, desk.printed_at is not None) == (merchant, True)

    def shown(value):
        rows = browser.get(GRID, {"printed": value}).context["cl"].result_list
        return {row.pk for row in rows}

    assert shown("no") == {three[2].pk}
    assert shown("yes") == {three[0].pk, three[1].pk}
    browser.post(reverse("orders:printed"), {"ids": "999,abc"})
    assert OrderDesk.objects.count() == 2


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
GIF = b"GIF89a\x02\x00\x03\x00\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x02D\x01\x00;"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x20\x00\x40\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"
)
LOGO = "/admin/orders/packing-slips/logo/"


def upload(browser, data, name="logo.png"):
    """Choose a file on the page of the logo and save it."""
    return browser.post(LOGO, {"file": SimpleUploadedFile(name, data)}, follow=True)


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (GIF, "gif"), (JPEG, "jpeg")])
def test_logo_stands_on_slips_whatever_its_file_is_called(three, browser, data, kind):
    upload(browser, data, name="logo.exe")

    html = browser.get(reverse("orders:packing_slips"), {"ids": three[0].pk}).content.decode()
    address = html.split('class="jo-logo" src="')[1].split('"')[0]
    picture = browser.get(address)

    assert (picture["Content-Type"], picture.content) == (f"image/{kind}", data)
    assert picture["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Use a PNG, JPEG or GIF"),
        (b"GIF89a", "Use a PNG, JPEG or GIF"),
        (PNG[:-12], "This PNG is not whole"),
        (JPEG[:-2], "This JPEG is not whole"),
        (b"\xff\xd8\xff" + b"\xff" * 5000 + b"\xff\xd9", "This JPEG is not whole"),
        (b"\xff\xd8\xff\xe0\x00\x00" * 50_000 + b"\xff\xd9", "bytes; at most"),
        (PNG.replace(b"\x00\x00\x00\x01\x00\x00\x00\x01", b"\x00\x00\x0b\xb9\x00\x00\x00\x01", 1), "at most 3,000"),
        (PNG + b"x" * 300_000, "bytes; at most"),
        (b"", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused_with_its_reason(account, browser, data, said):
    answer = upload(browser, data)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SlipLogo.objects.exists()


def test_logo_is_removed_and_the_command_does_the_same(account, browser, tmp_path, capsys):
    file = tmp_path / "logo.gif"
    file.write_bytes(GIF)
    call_command("slip_logo", str(file), dry_run=True)
    assert not SlipLogo.objects.exists()
    call_command("slip_logo", str(file))
    assert "carry the logo" in capsys.readouterr().out
    assert "Your logo" in browser.get(LOGO).content.decode()

    browser.post(LOGO, {"remove": "1"})

    assert "There was no logo" in browser.post(LOGO, {"remove": "1"}, follow=True).content.decode()
    call_command("slip_logo")
    assert "carry no logo" in capsys.readouterr().out
    file.write_bytes(b"no picture")
    with pytest.raises(CommandError, match="Use a PNG"):
        call_command("slip_logo", str(file))


def test_gift_note_stands_on_the_slips_of_its_order_alone_and_goes_with_the_buyer(
    three, browser, send_shipments
):
    call_command("order_desk", three[0].number, gift_note="Happy birthday,\nGrandma <3")
    shipments.queue_shipment(order=three[0], draft=draft(three[0], ship=1))
    send_shipments()

    html = browser.get(
        reverse("orders:packing_slips"), {"ids": f"{three[0].pk},{three[1].pk}"}
    ).content.decode()
    parcel = browser.get(reverse("orders:packing_slip", args=[three[0].pk, 1])).content.decode()

    for page in (html, parcel):
        assert page.count("A gift for you") == 1
        assert "Happy birthday,<br>Grandma &lt;3" in page
    assert "Grandma" not in str([*Event.objects.values_list("message", "before", "after")])
    Order.objects.update(status=Order.Status.COMPLETE)
    privacy.forget(orders=[three[0]])
    assert OrderDesk.objects.get(order=three[0]).gift_note == ""


def test_another_labeler_takes_the_place_of_the_files_both_ways(three, browser, monkeypatch):
    class Service:
        """One that labels by itself."""

        def hand_over(self, orders):
            yield ["order"]
            yield from ([order.number] for order in orders)

        def take_back(self, data, *, account, carrier, method, confirm_identifiers):
            row = f"order,tracking_number\n{three[0].number},{data.decode()}".encode()
            return labelers.FileExchange().take_back(
                row, account=account, carrier=carrier, method=method, confirm_identifiers=confirm_identifiers
            )

    monkeypatch.setattr(labelers, "_used", [labelers.current()])
    labelers.use(Service())

    out = rows(browser.get(reverse("orders:to_ship")))
    back = browser.post(
        reverse("orders:parcels"),
        {"file": SimpleUploadedFile("labels.bin", b"1Z999AA10123456784"), "carrier": "UPS"},
        follow=True,
    )

    assert {row["order"] for row in out} == {order.number for order in three}
    assert three[0].number in back.content.decode()
    assert (
        MassAction.objects.get().options["parcels"][str(three[0].pk)]["tracking_number"]
        == "1Z999AA10123456784"
    )
