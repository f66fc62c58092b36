"""A day at the desk: 200 orders, 12 of them held, 5 refused shipments, 9 returns; every press is counted."""

import html
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import FailedOrder, Order, Shipment
from orders.services import imports, retries, shipment_answers, shipments
from returns.models import ReturnRequest
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.returns.test_pages import form_of

WORK = reverse("orders:work")
DASHBOARD = "/admin/"
ORDERS, HELD, REFUSED, RETURNS, SCANNED = 200, 12, 5, 9, 20


@dataclass
class Person:
    """Somebody at the desk: follows links that stand on the page, and sends forms as they are offered."""

    browser: Client
    page: str = ""
    address: str = ""
    presses: int = 0

    def begin(self, address):
        """Look at a page that was open already; begin to count."""
        self.presses = 0
        self.page = self.browser.get(address).content.decode()

    def follow(self, address):
        """Press a link of the page that is shown."""
        assert f'href="{html.escape(address)}"' in self.page or f'href="{address}"' in self.page, address
        return self._shown(self.browser.get(address))

    def send(self, address, **typed):
        """Press the button of a form of the page that is shown."""
        assert f'action="{address}' in self.page or address == self.address, address
        return self._shown(self.browser.post(address, typed, follow=True))

    def _shown(self, answer):
        assert answer.status_code == 200, answer.content
        self.presses += 1
        self.page, self.address = answer.content.decode(), answer.request["PATH_INFO"]
        return answer


@pytest.fixture
def jobs(jet, account):
    """The jobs that run by themselves meanwhile."""

    def run(*names):
        for name in names:
            if name == "import":
                for _report in imports.import_orders(client=jet, account=account):
                    pass
            elif name == "retry":
                retries.retry_failed_orders(client=jet, account=account)
            else:
                shipment_answers.send_shipments(client=jet, account=account)

    return run


@pytest.fixture
def day(account, sandbox, jobs, fetch_returns):
    """The morning: what came over night, five parcels that Jet refused yesterday, nine returns of last week."""
    ProductFactory(sku="MUG-1", quantity=1_000)
    ProductFactory(sku="LOW-1", quantity=0)
    mugs = [{"sku": "MUG-1", "quantity": 1, "price": 10.0}]
    sandbox.place_orders(items=mugs, count=ORDERS - HELD)
    sandbox.place_orders(items=[{"sku": "LOW-1", "quantity": 2, "price": 10.0}], count=HELD)
    jobs("import")
    Order.objects.update(requested_carrier="UPS", requested_method="")
    ready = list(Order.objects.filter(status=Order.Status.ACKNOWLEDGED).order_by("pk"))
    for place, order in enumerate(ready[:RETURNS]):
        shipments.queue_shipment(order=order, draft=draft(order, tracking_number=f"1ZRET{place:013}"))
    jobs("send")
    for order in ready[:RETURNS]:
        sandbox.open_returns(order_id=order.jet_id)
    fetch_returns()
    sandbox.add_fault(method="PUT", path="/shipped$", kind="status", status=400)
    for place, order in enumerate(ready[RETURNS : RETURNS + REFUSED]):
        shipments.queue_shipment(order=order, draft=draft(order, tracking_number=f"1ZREF{place:013}"))
    jobs("send")
    sandbox.clear_faults()


def test_each_thing_takes_as_few_presses_as_it_aims_at(day, merchant, jobs):
    browser = Client()
    browser.force_login(merchant)
    person = Person(browser)

    # Twelve held orders of one cause: the list with what is lacking, and one button.
    person.begin(DASHBOARD)
    short = person.follow("/admin/orders/failedorder/").context["restock"]
    enough = {name: each.initial for name, each in short.fields.items()}
    person.send(reverse("orders:restock"), **enough)
    held = person.presses
    jobs("retry", "import")
    assert not FailedOrder.objects.filter(state="pending").exists()

    # Twenty-five parcels, the five refused ones first and as they were typed: one scan each.
    page, refused_first = browser.get(WORK), []
    person.begin(WORK)
    for place in range(REFUSED + SCANNED):
        order, form = page.context["order"], page.context["form"]
        typed = {each.name: each.value() or "" for each in form}
        if place < REFUSED:
            refused_first.append(typed["tracking_number"][:5])
        typed |= {"tracking_number": f"1Z{order.pk:016}", "carrier": typed["carrier"] or "UPS"}
        page = person.send(reverse("orders:work_ship", args=[order.pk]), **typed)
        assert page.context["order"] != order, page.context["form"].doubts
    shipped = person.presses
    assert refused_first == ["1ZREF"] * REFUSED

    # Nine returns: the list, then each opened and answered as it is offered.
    person.begin(DASHBOARD)
    person.follow("/admin/returns/returnrequest/")
    listed = person.page
    for row in ReturnRequest.objects.exclude(status="completed").order_by("pk"):
        person.page = listed
        person.follow(reverse("admin:returns_returnrequest_change", args=[row.pk]))
        person.send(reverse("returns:complete", args=[row.pk]), **form_of(row))
    answered = person.presses

    assert Order.objects.count() == ORDERS
    assert Shipment.objects.filter(tracking_number__startswith="1Z0").count() == REFUSED + SCANNED
    assert ReturnRequest.objects.filter(next_try_at__isnull=False).count() == RETURNS
    assert {"held": held, "shipped": shipped, "returns": answered} == {
        "held": 2,
        "shipped": REFUSED + SCANNED,
        "returns": 1 + 2 * RETURNS,
    }
