"""What people do with an order here, which Jet never sees: whose it is, what it waits for, the merchant's tags."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from orders.models.orders import Order

LONGEST_TAG = 30


class OrderDesk(models.Model):
    """
    One order on somebody's desk; an order that nobody took, held or printed has no row.

    A hold by hand keeps it from being shipped until then; its ship-by and Jet's clock go on.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="desk")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hold_until = models.DateTimeField("on hold until", null=True, blank=True)
    hold_reason = models.CharField("reason of the hold", max_length=300, blank=True)
    # Printed on its packing slip.
    gift_note = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Who has it open to ship it, and for how long nobody else is led to it.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_until = models.DateTimeField(null=True, blank=True, editable=False)
    # When its packing slip or pick list was printed last, and who did.
    printed_at = models.DateTimeField(null=True, blank=True, editable=False)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["hold_until"], condition=models.Q(hold_until__isnull=False), name="desk_on_hold"
            )
        ]

    @property
    def is_on_hold(self) -> bool:
        """Whether it is not to be shipped yet."""
        return self.hold_until is not None and self.hold_until > timezone.now()

    def __str__(self) -> str:
        return str(self.order_id)


def on_hold(now: datetime) -> models.Q:
    """Match orders that somebody holds by hand."""
    held = OrderDesk.objects.filter(hold_until__gt=now)
    return models.Q(pk__in=held.values("order"))


class OrderTag(models.Model):
    """A tag of the merchant's on an order; Jet's own mark is `Order.tagged_at`."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tags", db_index=False)
    tag = models.CharField(max_length=LONGEST_TAG)

    class Meta:
        default_permissions = ()
        ordering = ["tag"]
        constraints = [models.UniqueConstraint(fields=["order", "tag"], name="tag_once_per_order")]
        indexes = [models.Index(fields=["tag", "-order"], name="order_by_tag")]

    def __str__(self) -> str:
        return self.tag


# A step in the index for each tag, not one for each order that has it; behind the tags come the people.
IN_USE = """
    WITH RECURSIVE found(tag) AS (
        SELECT MIN(tag) FROM orders_ordertag
        UNION ALL SELECT (SELECT MIN(tag) FROM orders_ordertag WHERE tag > found.tag) FROM found WHERE tag IS NOT NULL
    ) SELECT 0, tag FROM (SELECT tag FROM found WHERE tag IS NOT NULL LIMIT %s) tags
    UNION ALL SELECT id, username FROM (
        SELECT id, username FROM auth_user WHERE is_active AND is_staff ORDER BY username LIMIT %s
    ) people
"""


@dataclass(frozen=True)
class AtDesk:
    """The tags that orders have, by name, and the people who may be assigned, by number and name."""

    tags: list[str]
    people: list[tuple[int, str]]


def at_desk(*, tags: int, people: int) -> AtDesk:
    """Return what desks know, no more than so many of each, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, [tags, people])
        rows = [(int(pk), str(name)) for pk, name in cursor.fetchall()]
    return AtDesk([name for pk, name in rows if not pk], [row for row in rows if row[0]])
