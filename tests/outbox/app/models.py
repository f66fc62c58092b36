"""Two kinds of delivery: a label overwrites the one before it, a voucher must be made once."""

from django.db import models

from jetbridge.outbox.models import Delivery, due_index


class Label(Delivery):
    """What stands on a shelf: the other side holds what it was sent last."""

    content = models.CharField(max_length=40)
    accepted = models.CharField(max_length=40, blank=True)
    notes = models.JSONField(default=dict)

    class Meta:
        indexes = [due_index(name="label_due")]

    def __str__(self) -> str:
        return f"label {self.pk}"


class Voucher(Delivery):
    """A gift of money: sent twice, it would be paid twice."""

    booked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [due_index(name="voucher_due")]

    def __str__(self) -> str:
        return f"voucher {self.pk}"
