"""Notes that people leave on an order for one another; Jet never sees them."""

from django.conf import settings
from django.db import models

from orders.models.orders import Order


class OrderNote(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "note"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]
