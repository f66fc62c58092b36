"""What people write on an order and its papers: notes, whose it is, tags, a hold by hand, the logo. Jet sees none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.utils import timezone

from jetbridge.core import history, store_days
from jetbridge.core.refusals import FieldProblem, Refused
from orders import logos
from orders.models import Order, OrderDesk, OrderNote, OrderTag, SlipLogo
from orders.models.desks import LONGEST_TAG

MOST_TAGS = 20


@dataclass(frozen=True)
class Desk:
    """Whose an order is, its tags, until when it is not to be shipped and why, and the note of a gift on its slip."""

    assignee: Person | None = None
    tags: Sequence[str] = ()
    hold_until: datetime | None = None
    hold_reason: str = ""
    gift_note: str = ""


class DeskRefused(Refused):
    """What was entered about an order cannot be kept; nothing was written."""


@transaction.atomic
def add_note(*, order: Order, text: str, user: Person | None = None) -> OrderNote:
    """
    Write a note down.

    :raises ValueError: there is nothing in it
    """
    if not text.strip():
        raise ValueError("A note needs a text.")
    note = OrderNote.objects.create(order=order, text=text.strip(), at=timezone.now(), user=user)
    history.record("note", order)  # the text stands in the note alone, which goes with the buyer's data
    return note


def desk_of(order: Order) -> Desk:
    """Return what is kept of an order."""
    row = OrderDesk.objects.select_related("assignee").filter(order=order).first() or OrderDesk(order=order)
    tags = tuple(order.tags.values_list("tag", flat=True))
    return Desk(row.assignee, tags, row.hold_until, row.hold_reason, row.gift_note)


def tags_of(text: str) -> list[str]:
    """Return the tags in a text, parted by commas: small letters, without the sign before them."""
    found = (" ".join(part.replace("#", " ").split()).lower() for part in text.split(","))
    return list(dict.fromkeys(tag for tag in found if tag))


@transaction.atomic
def keep_desk(*, order: Order, desk: Desk) -> bool:
    """
    Keep whose an order is, its tags, its hold and its gift note; return whether anything of it is new.

    :raises DeskRefused: a hold without a reason or in the past, or tags that are too long or too many
    """
    if found := _problems(order, desk):
        raise DeskRefused(found)
    Order.objects.select_for_update().get(pk=order.pk)
    before = desk_of(order)
    hold = (desk.hold_until, desk.hold_reason.strip() if desk.hold_until else "")
    kept = {"assignee": desk.assignee, "hold_until": hold[0], "hold_reason": hold[1]}
    OrderDesk.objects.update_or_create(order=order, defaults=kept | {"gift_note": desk.gift_note.strip()})
    order.tags.exclude(tag__in=desk.tags).delete()
    OrderTag.objects.bulk_create(
        [OrderTag(order=order, tag=tag) for tag in desk.tags if tag not in before.tags], ignore_conflicts=True
    )
    after = desk_of(order)
    if after == before:
        return False
    # Reason and note stand in the row alone, which goes with the buyer's data.
    history.record("desk changed", order, before=_said(before), after=_said(after))
    return True


@transaction.atomic
def record_print(orders: Sequence[int], *, by: Person | None) -> None:
    """Note of orders, by their keys, that their paper was printed now."""
    now = timezone.now()
    rows = [OrderDesk(order_id=pk, printed_at=now, printed_by=by) for pk in orders]
    OrderDesk.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["order"], update_fields=["printed_at", "printed_by"]
    )


@transaction.atomic
def keep_logo(data: bytes) -> SlipLogo:
    """
    Keep a picture as the logo on packing slips, in place of the one before.

    :raises NotALogo: it is no picture that a slip can show
    """
    kept = {"picture": data, "media_type": logos.media_type(data)}
    logo, _ = SlipLogo.objects.update_or_create(pk=1, defaults=kept)
    history.record("logo kept", logo, after={"picture": f"{logo.media_type}, {len(data):,} bytes"})
    return logo


@transaction.atomic
def remove_logo() -> bool:
    """Take the logo off packing slips; return whether there was one."""
    logo = SlipLogo.objects.filter(pk=1).first()
    if logo is None:
        return False
    history.record("logo removed", logo)
    logo.delete()
    return True


def _problems(order: Order, desk: Desk) -> list[FieldProblem]:
    found = []
    if desk.hold_until and not desk.hold_reason.strip():
        found.append(FieldProblem("hold_reason", "Say why it is on hold, for whoever looks next."))
    if desk.hold_reason.strip() and not desk.hold_until:
        found.append(FieldProblem("hold_until", "Until when is it on hold?"))
    is_new = desk.hold_until != desk_of(order).hold_until
    if desk.hold_until and is_new and desk.hold_until <= timezone.now():
        found.append(FieldProblem("hold_until", "This day is over; leave it empty to end the hold."))
    if long := [tag for tag in desk.tags if len(tag) > LONGEST_TAG]:
        found.append(FieldProblem("tags", f"“{long[0]}” is longer than {LONGEST_TAG} characters."))
    if len(desk.tags) > MOST_TAGS:
        found.append(FieldProblem("tags", f"At most {MOST_TAGS} tags stand on an order."))
    return found


def _said(desk: Desk) -> dict[str, str]:
    return {
        "assignee": desk.assignee.get_username() if desk.assignee else "",
        "tags": ", ".join(desk.tags),
        "on hold until": store_days.text(desk.hold_until) if desk.hold_until else "",
        "gift note": f"{len(desk.gift_note)} characters" if desk.gift_note else "",
    }
