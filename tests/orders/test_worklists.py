"""The work list: a scan and Enter ship an order, the next one stands there, and ten seconds take it back."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from catalog.products.models import Product, ProductImage
from jetbridge.core.models import Event
from jetbridge.outbox import claims
from jetbridge.outbox.models import Answer
from orders import outboxes, worklists
from orders.mass_actions import tracking_files
from orders.models import Order, Shipment
from tests.factories import ProductFactory

WORK = reverse("orders:work")
NUMBER = "1Z999AA1012345678"


@pytest.fixture
def orders(three):
    """Three orders to ship that ask for UPS, the first due first."""
    for place, order in enumerate(three):
        Order.objects.filter(pk=order.pk).update(
            requested_carrier="UPS", requested_method="", due_at=timezone.now() + timedelta(hours=1 + place)
        )
    return three


def shown(browser, query=""):
    return browser.get(f"{WORK}?{query}").context["order"].pk


def send(browser, order, query="", follow=True, **given):
    """Press Enter in an order's form, filled in as the page shows it."""
    form = browser.get(f"{WORK}?{query}&order={order.pk}").context["form"]
    typed = {each.name: each.value() or "" for each in form} | given
    return browser.post(f"{reverse('orders:work_ship', args=[order.pk])}?{query}", typed, follow=follow)


def test_each_enter_ships_and_shows_the_next_with_the_filter_kept(orders, browser, send_shipments, sandbox):
    first, second, third = orders
    Order.objects.filter(pk=third.pk).update(due_at=timezone.now() + timedelta(days=3))

    assert shown(browser, "deadline=1d") == first.pk
    page = send(browser, first, "deadline=1d", tracking_number=f"{NUMBER}1")
    assert page.context["order"] == second
    assert "deadline=1d" in page.redirect_chain[-1][0]
    page = send(browser, second, "deadline=1d", tracking_number=f"{NUMBER}2")

    assert "No order is left in this list." in page.content.decode()
    assert shown(browser) == third.pk
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        send_shipments()
    rows = list(Shipment.objects.order_by("pk"))
    assert [(row.carrier, row.answer, row.order_id) for row in rows] == [
        ("UPS", Answer.ACCEPTED, first.pk),
        ("UPS", Answer.ACCEPTED, second.pk),
    ]
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 2


def test_form_is_focused_and_previous_and_next_go_round(orders, browser):
    html = browser.get(f"{WORK}?order={orders[1].pk}").content.decode()

    assert "autofocus" in html.split('name="tracking_number"')[1].split(">")[0]
    assert 'data-jb-key="k" data-jo-previous' in html
    page = browser.get(f"{WORK}?order={orders[1].pk}").context
    assert page["previous_url"].endswith(f"order={orders[0].pk}")
    assert page["next_url"].endswith(f"order={orders[2].pk}")
    last = browser.get(f"{WORK}?order={orders[2].pk}").context
    assert last["next_url"].endswith(f"order={orders[0].pk}")


def test_nothing_is_sent_within_ten_seconds_and_undo_takes_it_back_after_a_reload(orders, browser, account):
    send(browser, orders[0], tracking_number=NUMBER)
    shipment = Shipment.objects.get()

    assert not claims.is_due(outboxes.Shipments(account))
    assert shipment.next_try_at - shipment.queued_at > timedelta(seconds=9)
    page = browser.get(WORK)
    assert f"Order {orders[0]} is sent" in page.content.decode()
    page = browser.post(reverse("orders:work_undo", args=[shipment.pk]), follow=True)

    assert page.context["order"] == orders[0]
    assert not Shipment.objects.exists()
    assert Event.objects.filter(action="withdrawn", message="Undone in the work list.").exists()
    send(browser, orders[0], tracking_number=f"{NUMBER}9")
    assert Shipment.objects.get().sequence == 1


def test_what_is_not_undone_goes_once_although_the_worker_dies(
    orders, browser, account, send_shipments, sandbox
):
    send(browser, orders[0], tracking_number=NUMBER)
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        box = outboxes.Shipments(account)
        assert claims.claim(box, started=timezone.now(), limit=5)  # by a worker that dies here
        page = browser.post(reverse("orders:work_undo", args=[Shipment.objects.get().pk]), follow=True)
        assert "Too late to undo" in page.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send_shipments()

    assert Shipment.objects.get().answer == Answer.ACCEPTED
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 1


def test_what_others_shipped_cannot_be_undone(orders, browser, django_user_model):
    send(browser, orders[0], tracking_number=NUMBER)
    shipment = Shipment.objects.get()
    Shipment.objects.update(user=django_user_model.objects.create_user("omar"))
    browser.post(reverse("orders:work_undo", args=[shipment.pk]))
    assert Shipment.objects.exists()


@pytest.mark.parametrize("where", ["page", "command", "file"])
def test_unknown_carrier_is_named_and_refused_wherever_it_is_entered(orders, browser, where):
    order = orders[0]
    text = "is not a carrier that Jet knows"
    if where == "page":
        page = browser.get(reverse("admin:orders_order_change", args=[order.pk]))
        form = {each.name: each.value() or "" for each in page.context["form"]}
        sent = {**form, "tracking_number": "T1", "carrier": "PigeonPost"}
        said = browser.post(reverse("orders:ship", args=[order.pk]), sent).content.decode()
    elif where == "command":
        with pytest.raises(CommandError) as refused:
            call_command("ship_order", str(order), "--tracking", "T1", "--carrier", "PigeonPost")
        said = str(refused.value)
    else:
        data = f"order,tracking_number,carrier\n{order},T1,PigeonPost".encode()
        found = tracking_files.read(data=data, account=order.account)
        said = " ".join(problem.reason for problem in found.problems)
        assert not found.parcels
    assert "PigeonPost" in said
    assert text in said
    assert not Shipment.objects.exists()


def test_jets_spelling_is_sent_whatever_was_typed(orders, browser):
    page = browser.get(reverse("admin:orders_order_change", args=[orders[0].pk]))
    form = {each.name: each.value() or "" for each in page.context["form"]}
    browser.post(
        reverse("orders:ship", args=[orders[0].pk]), {**form, "tracking_number": "T1", "carrier": "fed ex"}
    )
    assert Shipment.objects.get().carrier == "FedEx"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"carrier": "USPS", "tracking_number": "T1"}, "asks for the carrier UPS, not USPS"),
        ({"tracking_number": "9400100000000000000000"}, "looks like a number of USPS, not of UPS"),
    ],
)
def test_what_differs_is_asked_once_and_sent_by_a_second_enter(orders, browser, given, words):
    page = send(browser, orders[0], **given)
    assert words in page.content.decode()
    assert not Shipment.objects.exists()

    again = {each.name: each.value() or "" for each in page.context["form"]}
    browser.post(reverse("orders:work_ship", args=[orders[0].pk]), again)
    assert Shipment.objects.get().tracking_number == given["tracking_number"]


def test_used_number_asks_and_a_double_scan_is_ignored(orders, browser):
    send(browser, orders[0], tracking_number=NUMBER)
    page = send(browser, orders[1], tracking_number=NUMBER)
    assert (page.status_code, page.context["order"]) == (200, orders[1])

    Shipment.objects.update(queued_at=timezone.now() - timedelta(seconds=5))
    page = send(browser, orders[1], tracking_number=NUMBER)
    assert f"was used for order {orders[0]} already" in page.content.decode()
    assert Shipment.objects.count() == 1


def test_scanned_order_opens_and_scanned_product_is_no_tracking_number(orders, browser):
    assert send(browser, orders[0], tracking_number=orders[2].number).context["order"] == orders[2]
    page = send(browser, orders[0], tracking_number="MUG-1")
    assert "Not a tracking number" in page.content.decode()
    assert not Shipment.objects.exists()


def test_refused_parcel_stands_on_top_as_it_was_typed(orders, browser, send_shipments, sandbox):
    last = orders[2]
    sandbox.add_fault(method="PUT", path="/shipped$", kind="status", status=400)
    send(browser, last, tracking_number=NUMBER)
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        send_shipments()
    sandbox.clear_faults()

    page = browser.get(WORK)
    assert page.context["order"] == last
    assert page.context["form"]["tracking_number"].value() == NUMBER
    assert "Jet refused it" in page.content.decode()


def test_order_whose_buyer_asks_for_a_cancel_is_not_in_the_list(orders, browser):
    Order.objects.filter(pk=orders[0].pk).update(has_cancel_request=True)
    page = browser.get(WORK)
    assert page.context["order"] == orders[1]
    assert "Orders whose buyers ask for a cancel" in page.content.decode()
    assert browser.get("/admin/orders/order/?stage=ship").context["work"].words == "Ship 2"


def test_no_order_is_counted_in_two_tabs_of_shipping(orders, browser):
    Order.objects.filter(pk=orders[0].pk).update(due_at=timezone.now())
    Order.objects.filter(pk=orders[1].pk).update(due_at=timezone.now() + timedelta(days=2))
    Order.objects.filter(pk=orders[2].pk).update(due_at=None)

    stages = browser.get("/admin/orders/order/").context["stages"]
    counts = {stage.title: stage.count for stage in stages}
    assert (counts["Ship today"], counts["To ship later"]) == (1, 2)
    assert "To ship" not in counts
    whole = browser.get("/admin/orders/order/?stage=ship")
    assert {stage.title: stage.count for stage in whole.context["stages"]}["To ship"] == 3
    assert whole.context["work"].words == "Ship 3"
    assert "Ship 1 due today" in browser.get("/admin/orders/order/").content.decode()


def test_primary_button_follows_the_tab(orders, browser, place, import_orders):
    def primary(stage):
        found = browser.get(f"/admin/orders/order/?stage={stage}").context["work"]
        return (found.words, found.url.partition("?")[0], found.action) if found else None

    assert primary("open") == ("Ship 3 due today", WORK, "")
    Order.objects.update(due_at=None)
    assert primary("open") == ("Ship 3", WORK, "")
    assert primary("attention") is None
    held = reverse("admin:orders_failedorder_changelist")
    place("NO-SUCH", 1)
    import_orders()
    assert primary("attention") == primary("answer") == ("Fix 1 held", held, "")
    assert primary("open") == ("Ship 3", WORK, "")
    Order.objects.filter(pk=orders[0].pk).update(has_cancel_request=True)
    assert primary("cancel") == ("Confirm 1 cancels", "", "confirm_cancel")
    assert primary("open") == ("Ship 2", WORK, "")
    assert primary("complete") is None


def test_the_tab_says_the_stage_and_no_chip_says_it_again(orders, browser):
    html = browser.get("/admin/orders/order/?stage=ship&deadline=1d").content.decode()
    assert "Stage: To ship" not in html
    assert "Deadline: Within a day" in html


def test_mass_action_of_a_tab_plans_all_orders_of_the_tab(orders, browser):
    Order.objects.filter(pk__in=[each.pk for each in orders[:2]]).update(has_cancel_request=True)
    page = browser.get("/admin/orders/order/?stage=cancel").content.decode()
    assert 'name="action" value="confirm_cancel"' in page
    asked = {"action": "confirm_cancel", "select_across": "1", "_selected_action": "0"}
    page = browser.post("/admin/orders/order/?stage=cancel", asked, follow=True)
    run = page.context["run"]
    assert (run.action, run.filters["stage"], run.ids) == ("confirm_cancel", ["cancel"], None)


def test_fetching_is_primary_only_while_nothing_is_open(orders, browser):
    fetch = 'class="jb-button{}">Fetch orders'
    assert fetch.format("") in browser.get("/admin/orders/order/").content.decode()
    Order.objects.update(status=Order.Status.COMPLETE)
    assert fetch.format(" jb-primary") in browser.get("/admin/orders/order/").content.decode()


def test_list_keeps_its_order_in_both_directions():
    listed = worklists.WorkList([5, 3, 9])
    assert [listed.after(pk) for pk in (5, 3, 9)] == [3, 9, 5]
    assert [listed.before(pk) for pk in (5, 3, 9)] == [9, 5, 3]
    assert (listed.place(9), listed.place(4), listed.after(4)) == (3, 0, 5)
    assert worklists.WorkList([5]).after(5) is None


def test_items_show_their_bin_and_main_picture(orders, browser):
    product = Product.objects.get(sku="MUG-1")
    Product.objects.filter(pk=product.pk).update(attributes={"shelf": "A4"})
    product.images.all().delete()
    for place, path in enumerate(("https://pictures.example/side.png", "https://pictures.example/front.png")):
        ProductImage.objects.create(product=product, path=path, position=place, is_main=place == 1)

    page = browser.get(WORK)
    html = page.content.decode()

    assert "bin A4" in html
    assert 'src="https://pictures.example/front.png"' in html
    assert "side.png" not in html
    assert "https://pictures.example" in page.headers["Content-Security-Policy"]


def test_several_cartons_go_one_by_one_and_the_rest_comes_back(orders, browser, send_shipments, sandbox):
    first, second, _ = orders
    item = first.items.get()
    query = f"order={first.pk}&carton=1"
    assert f"order={first.pk}&amp;carton=1" in browser.get(f"{WORK}?order={first.pk}").content.decode()
    empty = send(browser, first, query, tracking_number=f"{NUMBER}1", **{f"units_{item.pk}": 0})
    assert empty.status_code == 422
    assert "Nothing is in this carton" in empty.content.decode()
    assert (
        send(browser, first, query, tracking_number=f"{NUMBER}1", **{f"units_{item.pk}": 9}).status_code
        == 422
    )

    page = send(browser, first, query, tracking_number=f"{NUMBER}1", **{f"units_{item.pk}": 1})

    assert page.context["order"] == second
    assert f"The rest of order {first} comes back" in page.content.decode()
    assert "carton" not in page.redirect_chain[-1][0]
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        send_shipments()
    assert [part.units_shipped for part in Shipment.objects.get().items.all()] == [1]
    again = browser.get(f"{WORK}?order={first.pk}")
    assert again.context["order"] == first
    assert [line["item"].units_open for line in again.context["items"]] == [1]
    assert "+ Carton" not in again.content.decode()


def scan(browser, slip, query="scan=1"):
    return browser.get(f"{WORK}?{query}&slip={slip}", follow=True)


def test_scan_mode_takes_slip_then_label_and_asks_for_the_next_slip(orders, browser):
    assert "Scan a packing slip" in browser.get(f"{WORK}?scan=1").content.decode()
    page = scan(browser, orders[1].number)
    assert page.context["order"] == orders[1]
    page = send(browser, orders[1], "scan=1", tracking_number=NUMBER)
    assert "Scan a packing slip" in page.content.decode()
    assert f"Order {orders[1]} is sent" in page.content.decode()
    assert Shipment.objects.get().order == orders[1]


def test_slip_that_is_unknown_or_not_to_be_shipped_is_said(orders, browser, django_user_model):
    assert "No order is known as 999" in scan(browser, "999").content.decode()
    Order.objects.filter(pk=orders[0].pk).update(status=Order.Status.COMPLETE)
    assert "is not to be shipped: Complete" in scan(browser, orders[0].number).content.decode()
    worklists.take(orders[1], django_user_model.objects.create_user("omar"))
    assert "open at omar&#x27;s desk" in scan(browser, orders[1].number).content.decode()


def test_items_are_checked_before_the_label(orders, browser):
    query, order = "scan=1&check=1", orders[0]
    page = send(browser, order, query, tracking_number=NUMBER)
    assert "Scan the items first: 2 x MUG-1." in page.content.decode()
    for said in (
        "Scan the items first: 1 x MUG-1.",
        "All items are scanned",
        "More MUG-1 than the order holds",
    ):
        typed = {each.name: each.value() or "" for each in page.context["form"]} | {
            "tracking_number": "MUG-1"
        }
        page = browser.post(f"{reverse('orders:work_ship', args=[order.pk])}?{query}", typed)
        assert said in page.content.decode()
    assert not Shipment.objects.exists()
    typed = {each.name: each.value() or "" for each in page.context["form"]} | {"tracking_number": NUMBER}
    browser.post(f"{reverse('orders:work_ship', args=[order.pk])}?{query}", typed)
    assert Shipment.objects.get().tracking_number == NUMBER


def test_order_that_another_packer_has_open_is_skipped_for_two_minutes(orders, browser, django_user_model):
    omar = django_user_model.objects.create_user("omar")
    assert worklists.take(orders[0], omar) == ""
    assert shown(browser) == orders[1].pk
    browser.post(reverse("orders:work_take", args=[orders[1].pk]))
    assert worklists.take(orders[1], omar) != ""
    assert browser.post(reverse("orders:work_take", args=[orders[0].pk])).content == b"omar"

    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        assert shown(browser) == orders[0].pk


def test_logout_lets_others_have_what_was_open(orders, browser, django_user_model):
    browser.post(reverse("orders:work_take", args=[orders[0].pk]))
    omar = django_user_model.objects.create_user("omar")
    assert worklists.take(orders[0], omar) != ""
    browser.post(reverse("admin:logout"))
    assert worklists.take(orders[0], omar) == ""


def test_twenty_orders_take_twenty_scans(account, place, import_orders, browser):
    ProductFactory(sku="MUG-1", quantity=100)
    for _ in range(20):
        place("MUG-1", 1)
    import_orders()
    page, requests = browser.get(WORK), 0
    while order := page.context.get("order"):
        typed = {each.name: each.value() or "" for each in page.context["form"]}
        typed["tracking_number"] = f"77{order.pk:010}"
        page = browser.post(reverse("orders:work_ship", args=[order.pk]), typed, follow=True)
        requests += 1
    assert (requests, Shipment.objects.count()) == (20, 20)
