"""Webhooks: what is sent where, the log of what was sent, and once more what nobody took."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from jetbridge.api import lists, problems, webhooks
from jetbridge.api.gate import reads, writes
from jetbridge.api.lists import PagingQuery
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.api.problems import ApiProblem
from jetbridge.api.shapes import Given, Page

router = Router(tags=["webhooks"])

Events = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]
Url = Annotated[str, Field(min_length=1, max_length=webhooks.LONGEST)]
Secret = Annotated[str, Field(min_length=16, max_length=200)]


class WebhookOut(Schema):
    """One webhook; its secret is in the answer that made it, and in no other."""

    id: str
    url: str
    events: list[str]
    active: bool
    created_at: datetime
    secret: str | None


class WebhookIn(Given):
    """A new webhook; without a secret one is made up."""

    url: Url
    events: Events
    secret: Secret | None = None
    active: bool = True


class WebhookChange(Given):
    """What changes; a new secret counts from the next try on."""

    url: Url | None = None
    events: Events | None = None
    secret: Secret | None = None
    active: bool | None = None


class DeliveryOut(Schema):
    """One event on its way, or sent."""

    id: str
    key: str
    event: str
    state: str
    tries: int
    status_code: int | None
    next_try_at: datetime | None
    errors: list[str]
    created_at: datetime
    sent_at: datetime | None
    body: str


class Deleted(Schema):
    """What is gone."""

    id: str


@reads(
    router, "/webhooks", permission=webhooks.PERMISSION, response=Page[WebhookOut], summary="List webhooks"
)
def hooks(request: HttpRequest, asked: PagingQuery) -> dict[str, Any]:
    """The webhooks, newest first."""
    return lists.page(Webhook.objects.all(), asked, show=_hook)


@writes(
    router,
    "POST",
    "/webhooks",
    permission=webhooks.PERMISSION,
    response=WebhookOut,
    status=201,
    summary="Add a webhook",
)
def add(request: HttpRequest, body: WebhookIn) -> dict[str, Any]:
    """Add a webhook; its secret is in this answer alone."""
    row, secret = webhooks.save(
        url=body.url,
        events=body.events,
        secret=body.secret or "",
        is_active=body.active,
        by=request.user,  # type: ignore[arg-type]
    )
    return _hook(row, secret)


@writes(
    router,
    "PATCH",
    "/webhooks/{int:id}",
    permission=webhooks.PERMISSION,
    response=WebhookOut,
    summary="Change a webhook",
)
def change(request: HttpRequest, id: int, body: WebhookChange) -> dict[str, Any]:
    """Change address, events or secret of a webhook, or switch it off."""
    row, _ = webhooks.save(
        webhook=_find(id), url=body.url, events=body.events, secret=body.secret or "", is_active=body.active
    )
    return _hook(row)


@writes(
    router,
    "DELETE",
    "/webhooks/{int:id}",
    permission=webhooks.PERMISSION,
    response=Deleted,
    summary="Delete a webhook",
)
def delete(request: HttpRequest, id: int) -> dict[str, Any]:
    """Delete a webhook with its log."""
    webhooks.delete(webhook=_find(id))
    return {"id": str(id)}


@reads(
    router,
    "/webhooks/{int:id}/deliveries",
    permission=webhooks.PERMISSION,
    response=Page[DeliveryOut],
    summary="The log of a webhook",
)
def deliveries(request: HttpRequest, id: int, asked: PagingQuery) -> dict[str, Any]:
    """What was sent to a webhook and is to be sent, newest first."""
    return lists.page(WebhookDelivery.objects.filter(webhook=_find(id)), asked, show=_delivery)


@writes(
    router,
    "POST",
    "/webhooks/{int:id}/deliveries/{int:number}/replay",
    permission=webhooks.PERMISSION,
    response=DeliveryOut,
    status=202,
    summary="Send an event again",
)
def replay(request: HttpRequest, id: int, number: int) -> dict[str, Any]:
    """Send an event of the log once more, under the same key."""
    row = WebhookDelivery.objects.filter(webhook=_find(id), pk=_key(number)).first()
    if row is None:
        raise problems.not_found("delivery", number)
    if not webhooks.replay(delivery=row):
        raise ApiProblem(409, "api.already_queued", "It is on its way already.")
    row.refresh_from_db()
    return _delivery(row)


def _find(key: int) -> Webhook:
    found = Webhook.objects.filter(pk=_key(key)).first()
    if found is None:
        raise problems.not_found("webhook", key)
    return found


def _key(number: int) -> int:
    return number if 0 < number <= lists.LAST_KEY else 0


def _hook(row: Webhook, secret: str = "") -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": row.url,
        "events": row.events,
        "active": row.is_active,
        "created_at": row.created_at,
        "secret": secret or None,
    }


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "key": row.key,
        "event": row.event,
        "state": row.state,
        "tries": row.attempts,
        "status_code": row.status_code,
        "next_try_at": row.next_try_at,
        "errors": [str(error) for error in row.errors],
        "created_at": row.created_at,
        "sent_at": row.sent_at,
        "body": row.body,
    }
