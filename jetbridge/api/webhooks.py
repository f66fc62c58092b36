"""Webhooks: kept by people, queued in the transaction of what happened, sent signed until somebody takes them."""

import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Person
from django.db import Error, transaction
from django.utils import timezone

from jetapi.http.calls import Answer, Call, Kind
from jetapi.http.errors import ForbiddenAddress, InvalidCall, NoAnswer
from jetapi.http.pool import Pool
from jetapi.http.timeouts import Deadline, Timeouts
from jetbridge.api.addresses import WebhookAddresses
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.core import history, people
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import Event, JobRun
from jetbridge.core.refusals import FieldProblem, Refused
from jetbridge.core.send_failures import AnswerLost, Rejected
from jetbridge.inbox import failing_jobs
from jetbridge.jobs.queue import nudge
from jetbridge.outbox import boxes, drains
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.queue import queue, queued
from jetbridge.outbox.results import NotPayload, Settlement, Unneeded
from orders.models import Order
from orders.services import stock
from returns.models import ReturnRequest

JOB = "api.send_webhooks"
PERMISSION = "api.manage_webhooks"
# What may happen, and in words when.
EVENTS = {
    "order.imported": "An order is stored",
    "order.held": "An order cannot be filled",
    "order.shipped": "Jet took a parcel",
    "listing.live": "A product can be bought on Jet",
    "listing.refused": "Jet does not show a product",
    "return.opened": "A buyer sends something back",
    "job.failing": "A job fails again and again",
}
# Tries after the first one.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 30, 120, 360, 1440)]
CONNECTIONS = 8
TIMEOUTS = Timeouts(connect=5, read=10, total=15)
MOST_BYTES = 1024 * 1024
MOST, LONGEST = 20, 500
# Which events anybody follows is asked anew after so many seconds; a change made in this process counts at once.
KNOWN_FOR = 2.0
GONE = 410

_ORDERS = {"imported": "order.imported", "held": "order.held", "shipped": "order.shipped"}
_LIVE = "Available for Purchase"
_REFUSED = frozenset({"Missing Listing Data", "Excluded", "Unauthorized"})


class WebhookRefused(Refused):
    """The draft of a webhook breaks rules; nothing was written."""


@people.recorded()
@transaction.atomic
def save(
    *,
    webhook: Webhook | None = None,
    url: str | None = None,
    events: Collection[str] | None = None,
    secret: str = "",
    is_active: bool | None = None,
    by: Person | None = None,
) -> tuple[Webhook, str]:
    """
    Make a webhook or change one; return it with its secret where that is new.

    :param secret: a new one; made up for a new webhook where there is none
    :raises WebhookRefused: address, events or secret cannot be that
    """
    is_new = webhook is None
    row = webhook or Webhook(made_by=by, created_at=timezone.now())
    before = {} if is_new else _facts(row)
    row.url = row.url if url is None else url.strip()
    row.events = row.events if events is None else sorted(set(events))
    row.is_active = row.is_active if is_active is None else is_active
    fresh = secret or (f"whsec_{secrets.token_urlsafe(32)}" if is_new else "")
    row.secret = fresh or row.secret
    _check(row, is_new)
    row.save()
    after = _facts(row)
    changed = [name for name in after if before.get(name) != after[name]]
    history.record(
        "webhook added" if is_new else "webhook changed",
        row,
        before={name: before[name] for name in changed if name in before} or None,
        after={name: after[name] for name in changed} or None,
        message="A new secret was set." if fresh and not is_new else "",
    )
    _followed.clear()
    return row, fresh


@people.recorded()
@transaction.atomic
def delete(*, webhook: Webhook) -> None:
    """Take a webhook away with all that it sent and was to send."""
    history.record("webhook deleted", webhook, before=_facts(webhook))
    webhook.delete()
    _followed.clear()


@transaction.atomic
def replay(*, delivery: WebhookDelivery) -> bool:
    """Send a delivery once more, under its own key; return whether it was not on its way already."""
    again = bool(queue(WebhookBox(), [delivery]))
    if again:
        history.record("webhook sent again", delivery.webhook, message=str(delivery))
    return again


def follow(events: Sequence[Event]) -> None:
    """Queue what was just written down and somebody follows, in the same transaction."""
    for event in events:
        for name in _names_of(event):
            data = _data_of(event) if name in _events_followed() else None
            if data is not None:
                send_out(name, data)


def follow_job(run: JobRun, error: BaseException) -> None:
    """Queue that a job fails, as the inbox is notified of it."""
    if not isinstance(error, Exception) or not failing_jobs.is_lasting(run):
        return
    try:
        with transaction.atomic():
            if "job.failing" in _events_followed():
                send_out("job.failing", {"job": run.job, "title": title_of(run.job), "run": run.pk})
    except Error:  # the run is on record; a full disk must not hide why it failed
        return


def send_out(event: str, data: Mapping[str, Any]) -> None:
    """Queue one event for each webhook that follows it."""
    now = timezone.now()
    hooks = [hook for hook in Webhook.objects.filter(is_active=True) if event in hook.events]
    for hook in hooks:
        key = uuid.uuid4().hex
        body = {"id": key, "event": event, "at": now.isoformat(), "data": data}
        WebhookDelivery.objects.create(
            webhook=hook, key=key, event=event, body=json.dumps(body, default=str), created_at=now, **queued()
        )
    if hooks:
        nudge(JOB)


def send(*, heartbeat: Callable[[], None] = lambda: None) -> drains.Report:
    """Send every delivery that is due."""
    with _pool() as box:
        return drains.drain(box, heartbeat=heartbeat, connections=CONNECTIONS)


def signature(secret: str, body: bytes, at: int) -> str:
    """Return what `JetBridge-Signature` says: when it was signed, and by whom who knows the secret."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass(frozen=True)
class Parcel:
    """What one call needs."""

    url: str
    secret: str
    body: bytes


@boxes.register
class WebhookBox(Outbox[WebhookDelivery]):
    """Events on their way; in doubt they are sent again under the same key, for nobody can be asked."""

    name, model, job, permission = "api.webhooks", WebhookDelivery, JOB, PERMISSION
    title, other_side, things = "The event", "The address", ("webhook delivery", "webhook deliveries")
    lease, longest_send = timedelta(seconds=60), timedelta(seconds=30)

    def __init__(self, pool: Pool | None = None) -> None:
        self._pool = pool

    def __enter__(self) -> "WebhookBox":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.close()

    def load(self, rows: Any) -> list[WebhookDelivery]:
        """Read deliveries with their webhooks."""
        return list(rows.select_related("webhook"))

    def left_to_a_person(self, rows: Any) -> Any:
        """Keep those of webhooks that are switched on."""
        return rows.filter(webhook__is_active=True)

    def build(self, rows: Sequence[WebhookDelivery]) -> Mapping[Any, Parcel | NotPayload]:
        """Take address and secret as they are now; what was switched off gets nothing."""
        return {
            row.pk: Parcel(row.webhook.url, row.webhook.secret, row.body.encode())
            if row.webhook.is_active
            else Unneeded("The webhook is switched off.")
            for row in rows
        }

    def send(self, row: WebhookDelivery, payload: Parcel) -> int:
        """Send once and return the status; whoever does not take it is asked again later, and then no more."""
        try:
            answer = self._exchange(row, payload)
        except (ForbiddenAddress, InvalidCall) as error:
            raise Rejected(str(error)) from error
        except NoAnswer as error:
            raise _again(row, f"No answer: {error.reason}.") from error
        if 200 <= answer.status < 300:
            return answer.status
        if answer.status == GONE:
            raise Rejected("It answered 410: nothing more is to be sent there.", value=GONE)
        raise _again(row, f"It answered {answer.status}.", answer.status)

    def look_up(self, row: WebhookDelivery, payload: Parcel) -> int | None:
        """Return nothing: nobody can be asked, and the key says that it is the same."""
        return None

    def columns(self, settlements: Sequence[Settlement[WebhookDelivery]]) -> Mapping[str, Sequence[Any]]:
        """Keep the status of the last answer."""
        return {"status_code": [settlement.value or None for settlement in settlements]}

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after so many tries in a row."""
        return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]

    def _exchange(self, row: WebhookDelivery, payload: Parcel) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "JetBridge-Event": row.event,
            "JetBridge-Delivery": row.key,
            "JetBridge-Signature": signature(payload.secret, payload.body, int(time.time())),
        }
        call = Call("POST", url=payload.url, kind=Kind.REPEATABLE, data=payload.body, most_bytes=MOST_BYTES)
        if self._pool is None:
            raise RuntimeError("A box without connections sends nothing.")
        deadline = Deadline(TIMEOUTS)
        return self._pool.exchange(
            call, url=payload.url, body=payload.body, headers=headers, deadline=deadline
        )


def _pool() -> WebhookBox:
    pool = Pool(connections=CONNECTIONS, addresses=WebhookAddresses(), user_agent="JetBridge webhooks")
    return WebhookBox(pool)


def _again(row: WebhookDelivery, reason: str, status: int | None = None) -> Exception:
    if row.attempts < len(PAUSES):
        return AnswerLost(reason)
    return Rejected(reason, f"Tried {row.attempts + 1} times; no more by itself.", value=status)


class _Followed:
    """Which events anybody follows, known for a moment: most of what is written down nobody follows."""

    def __init__(self) -> None:
        self._events: frozenset[str] = frozenset()
        self._until = 0.0

    def clear(self) -> None:
        self._until = 0.0

    def events(self) -> frozenset[str]:
        if time.monotonic() >= self._until:
            rows = Webhook.objects.filter(is_active=True).values_list("events", flat=True)
            self._events = frozenset(name for events in rows for name in events)
            self._until = time.monotonic() + KNOWN_FOR
        return self._events


_followed = _Followed()


def _events_followed() -> frozenset[str]:
    return _followed.events()


def _names_of(event: Event) -> list[str]:
    name = _name_of(event)
    if name == "order.held" and "order.imported" in _events_followed():
        # An order that is held at once is stored without another word.
        before = Event.objects.filter(kind=event.kind, object_id=event.object_id, action__in=list(_ORDERS))
        if not before.exclude(pk=event.pk).exists():
            return ["order.imported", name]
    return [name] if name else []


def _name_of(event: Event) -> str:
    if event.kind == "orders.order":
        return _ORDERS.get(event.action, "")
    if event.kind == "returns.returnrequest" and event.action == "return opened":
        return "return.opened"
    if event.kind == "catalog.product" and event.action == "status reported by Jet":
        status = (event.after or {}).get("status")
        return "listing.live" if status == _LIVE else "listing.refused" if status in _REFUSED else ""
    return ""


def _data_of(event: Event) -> dict[str, Any] | None:
    """Return what an event says: names by which the rest is read; never a buyer."""
    if event.kind == "orders.order":
        order = Order.objects.filter(pk=event.object_id).defer("document").first()
        return (
            None
            if order is None
            else {
                # An order that is just being stored has none yet, and this one in a moment.
                "number": stock.number_of(order.pk),
                "jet_id": order.jet_id,
                "reference": order.reference_number,
                "status": order.status,
            }
        )
    if event.kind == "returns.returnrequest":
        row = ReturnRequest.objects.filter(pk=event.object_id).select_related("order").first()
        number = row.order.number if row and row.order else None
        return None if row is None else {"id": row.jet_id, "order": number, "status": row.status}
    return {"sku": event.label, "status": (event.after or {}).get("status"), "reasons": event.message}


def _facts(row: Webhook) -> dict[str, Any]:
    return {"url": row.url, "events": row.events, "active": row.is_active}


def _check(row: Webhook, is_new: bool) -> None:
    found = []
    try:
        WebhookAddresses().check(row.url)
    except ForbiddenAddress as error:
        found.append(FieldProblem("url", str(error)))
    if len(row.url) > LONGEST:
        found.append(FieldProblem("url", f"An address has at most {LONGEST} signs."))
    if not row.events or set(row.events) - EVENTS.keys():
        found.append(FieldProblem("events", f"Choose among {', '.join(EVENTS)}."))
    if not 16 <= len(row.secret) <= 200 or not row.secret.isascii() or not row.secret.isprintable():
        found.append(FieldProblem("secret", "A secret has from 16 to 200 signs of ASCII."))
    if is_new and Webhook.objects.count() >= MOST:
        found.append(FieldProblem("", f"There are {MOST} webhooks already."))
    if found:
        raise WebhookRefused(found)
