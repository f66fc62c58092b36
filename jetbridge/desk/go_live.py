"""The way from test keys to live keys, and what the generators of test mode offer; no writes."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from catalog.listings.models import Listing
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount, Mode
from orders.models import Order, OrderItem
from returns.models import ReturnRequest

# Enough to choose from; any other may be typed.
OFFERED = 50


@dataclass(frozen=True)
class Milestone:
    """One thing on the way to live keys: whether it is done, what it means, and the one button for it."""

    title: str
    text: str
    done: bool
    url: str = ""
    button: str = ""


def way(*, is_complete: bool) -> list[Milestone]:
    """Return the milestones in their order; only the first that is open has its button."""
    live = configuration.account(Mode.LIVE)
    accounts = reverse("desk:configuration")
    found = [
        Milestone(
            "All eight calls are done", "Jet issues live keys once it has seen each of them.", is_complete
        ),
        Milestone(
            "The live keys are entered",
            "Fetch them from Jet's partner portal, under API: user, secret, and the fulfillment node.",
            live.is_complete,
            f"{accounts}#account-live",
            "Enter the live keys",
        ),
        Milestone(
            "Jet accepts the live keys",
            live.check_message
            or "Validate checks with Jet whether user, secret and fulfillment node are right.",
            bool(live.check_passed),
            f"{accounts}#account-live",
            "Validate them",
        ),
        Milestone(
            "The panel works with the live keys",
            "Test and live data are kept apart: nothing that was sent with the test keys shows as live, so "
            "products are uploaded anew. You can switch back at any time.",
            configuration.current().mode == Mode.LIVE,
            reverse("desk:switch_mode", args=[Mode.LIVE]),
            "Switch to live…",
        ),
    ]
    first = next((place for place, each in enumerate(found) if not each.done), None)
    return [each if place == first else _without_button(each) for place, each in enumerate(found)]


def _without_button(each: Milestone) -> Milestone:
    return Milestone(each.title, each.text, each.done)


def skus(account: JetAccount) -> list[str]:
    """Return SKUs that Jet may make a test order for: what is live first, then whatever was sent."""
    sent = Listing.objects.filter(account=account, first_sent_at__isnull=False)
    live = (
        sent.filter(status=Listing.Status.AVAILABLE).order_by("-pk").values_list("sku", flat=True)[:OFFERED]
    )
    return list(live) or list(sent.order_by("-pk").values_list("sku", flat=True)[:OFFERED])


def shipped_orders(account: JetAccount) -> list[Order]:
    """Return orders that Jet may open a test return for: shipped, and not returned yet; newest first."""
    shipped = Exists(OrderItem.objects.filter(order=OuterRef("pk"), units_shipped__gt=0))
    returned = Exists(ReturnRequest.objects.filter(order=OuterRef("pk")))
    rows = Order.objects.filter(shipped, ~returned, account=account, status=Order.Status.COMPLETE)
    return list(rows.order_by("-pk")[:OFFERED])
