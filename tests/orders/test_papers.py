"""What leaves the grid: CSV of the chosen or all that match, and packing slips, each on a sheet of its own."""

import csv
import io

from django.core.management import call_command
from django.urls import reverse

from catalog.products.models import Product
from jetbridge.core import configuration
from orders.models import Order, OrderDesk
from orders.services import shipments
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
