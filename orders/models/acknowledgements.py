"""What is sent to Jet of an order as a whole, once: that it will be filled, or that it will not."""

from django.db import models
from django.db.models import Q

from jetbridge.outbox.models import Delivery, due_index, refused_index
from orders.models.orders import Order

# Orders that wait for an answer which is to be sent; once Jet holds one answered, what is pending of it is over.
BEING_ANSWERED = Q(status__in=Order.UNANSWERED, acknowledgement__next_try_at__isnull=False)


class Acknowledgement(Delivery):
    """The answer to one order: Jet's acknowledgement, by which an order is rejected as well."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="acknowledgement"
    )
    status = models.CharField(
        max_length=60, help_text="Jet's word for what is sent: accepted, rejected - ..."
    )

    class Meta:
        # It belongs to its order, and so do the permissions.
        default_permissions = ()
        indexes = [due_index(name="acknowledgement_due"), refused_index("acknowledgement_refused")]

    def __str__(self) -> str:
        return f"{self.order}: {self.status}"
