"""Settings of how orders from Jet are taken in, and when they are rejected."""

from functools import partial

from django import forms

from jetbridge.core.models import Configuration
from jetbridge.core.settings_table import Setting, Tab

ORDERS = Tab(
    "orders",
    "Orders",
    6,
    {
        "Payment and shipping": (
            Setting("payment_method", "Payment method of imported orders"),
            Setting(
                "disabled_payment_methods",
                "Payment methods that are switched off",
                "An order whose method is off is held and shown under Failed / Pending, never rejected for it.",
                field=partial(
                    forms.MultipleChoiceField,
                    choices=Configuration.PaymentMethod.choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                ),
            ),
            Setting("payment_title", "Title of Jet's payment method"),
            Setting("shipping_title", "Title of Jet's shipping method"),
            Setting(
                "new_order_status",
                "New order status",
                "What the store calls an imported order until it is complete or cancelled.",
            ),
        ),
        "Acknowledge and reject": (
            Setting(
                "auto_acknowledge",
                "Acknowledge automatically",
                "Jet expects every order to be acknowledged within 15 minutes.",
            ),
            Setting(
                "auto_cancel",
                "Order auto cancel",
                "On: an order that cannot be filled is held, tried again, and rejected at the deadline. "
                "Off: it waits; it is never rejected by us.",
            ),
            Setting(
                "reject_after_minutes",
                "Reject after",
                "Minutes after Jet made the order ready; 0 rejects at once.",
                title="When an order is rejected",
            ),
            Setting(
                "reject_stop_orders",
                "Stop rejecting from",
                "So many orders that are to be rejected within 15 minutes, and that would pass the cancellation "
                "limit, wait until a person decides; they become late at Jet meanwhile. 0 never stops.",
                title="When rejecting by itself stops",
            ),
        ),
        "Ship-by clock": (
            Setting(
                "ship_soon_hours",
                "Amber from",
                "Hours before the ship-by of an order from which its clock is amber.",
                title="When the ship-by clock turns amber",
            ),
            Setting(
                "ship_urgent_hours",
                "Red from",
                "Hours before the ship-by of an order from which its clock is red.",
                title="When the ship-by clock turns red",
            ),
        ),
        "Cancellation guard": (
            Setting(
                "cancel_limit_percent",
                "Cancellation limit",
                "Percent of the last 30 days' orders that you cancelled or rejected. Jet allows less than 1. "
                "Beyond it, a cancel needs a second permission.",
            ),
        ),
    },
)
