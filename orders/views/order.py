"""The order page: everything Jet sent, the next step, Ship by Jet, documents and the timeline."""

import shlex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from catalog.products import ownership
from jetbridge.core import configuration, refusals
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.panel import cli_commands, timeline
from jetbridge.panel.pages import panel_page, render_page
from orders import filters, outboxes, selectors, texts
from orders.fixes import in_place
from orders.forms import DeskForm, FixForm, NoteForm, ShipForm, desk_initial, ship_defaults
from orders.models import FailedOrder, Order
from orders.services import acknowledgements, cancel_guard, notes, refreshes, retries, shipments
from orders.services.cancel_guard import NotPossible
from orders.views import store_documents
from orders.views.mass_actions import filters_of

SEE = "orders.view_order"
# How Django's grids pass on what they show, and how many orders of it are numbered.
LIST = "_changelist_filters"
NEIGHBORS = 500


@panel_page(SEE)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.order_page(pk))
    return page(request, found, empty_form(found))


def empty_form(found: Order) -> ShipForm:
    """Return Ship by Jet, filled in as it is right most of the time."""
    defaults = ship_defaults(found, carrier=selectors.last_carrier(found.account), now=timezone.now())
    return ShipForm(items=found.items.all(), place=return_place(), initial=defaults)


def return_place() -> dict[str, str] | None:
    return shipments.return_location(configuration.current())


def page(
    request: HttpRequest,
    found: Order,
    form: ShipForm,
    *,
    note: NoteForm | None = None,
    desk: DeskForm | None = None,
    fix: FixForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of an order around a form; of a refused shipment the number is what is typed anew."""
    can_ship, asked = texts.can_ship(found), [item for item in found.items.all() if item.units_to_cancel]
    if texts.has_refused_shipment(found):
        form.fields["tracking_number"].widget.attrs["autofocus"] = True
    context: dict[str, Any] = {
        "order": found,
        "ship_command": f"ship_order {shlex.quote(str(found))}",
        "form": form if can_ship and request.user.has_perm("orders.ship") else None,
        "outlook": cancel_guard.outlook(account=found.account, orders=[found.pk]) if can_ship else None,
        "asked": asked if can_ship else [],
        "next_sequence": shipments.next_sequence(found),
        "note_form": note or NoteForm(),
        **_on_the_desk(found, desk),
        "step": texts.next_step(found),
        "status_tone": texts.ORDER_TONES[found.status],
        "is_refused": texts.has_refused_shipment(found),
        "clock": texts.clock(found, configuration.current()),
        "deadline_word": texts.deadline_word(found),
        "shipments": _shipments(found),
        "can_pack": found.status in Order.SHIPPABLE,
        "place": _place(request, found),
        "gone_elsewhere": any(item.units_shipped or item.units_cancelled for item in found.items.all()),
        **_in_the_way(getattr(found, "failure", None)),
        "fix_form": fix,
        "keeps_products": not ownership.is_linked(),
        "can_reject": found.status in Order.UNANSWERED and not found.is_being_answered,
        "memos": _related(found, "credit_memos"),
        "returns": _related(found, "returns"),
        "entries": timeline.of(found, reference=found.jet_id),
        "fields": texts.document_lines(found.document),
        "panel_commands": cli_commands.of_page(
            "orders:order", {"order": found.number or found.jet_id, "jet_order": found.jet_id}
        ),
        "answer": getattr(found, "acknowledgement", None),
        **_on_its_way(found),
        **store_documents.card(found),
    }
    return render_page(request, "orders/order.html", title=f"Order {found}", context=context, status=status)


def _in_the_way(failure: FailedOrder | None) -> dict[str, Any]:
    """Return why the order is held, and whether it is rejected by itself unless it is fixed."""
    if failure is None:
        return {"failure": None, "fixes": []}
    return {
        "failure": failure if failure.state in FailedOrder.UNRESOLVED else None,
        "rejects": texts.rejection_at(failure) is not None,
        "fixes": in_place(failure),
    }


def _place(request: HttpRequest, found: Order) -> dict[str, Any] | None:
    """Return where the order stands in the list that led here, and its neighbors; nothing outside of a list."""
    asked = request.GET.get(LIST)
    if asked is None:
        return None
    chosen = filters_of(QueryDict(asked))
    rows = filters.matching(chosen, found.account).order_by(*filters.ordering(chosen))
    keys = list(rows.values_list("pk", flat=True)[:NEIGHBORS])
    if found.pk not in keys:
        return None
    at, query = keys.index(found.pk), urlencode({LIST: asked})
    return {
        "number": at + 1,
        "count": f"{NEIGHBORS}+" if len(keys) == NEIGHBORS else len(keys),
        "previous_url": f"{url(keys[at - 1])}?{query}" if at else "",
        "next_url": f"{url(keys[at + 1])}?{query}" if at + 1 < len(keys) else "",
    }


def _on_its_way(found: Order) -> dict[str, Any]:
    """Return what Jet has still to be sent of an order, with the box that sends it."""
    if found.is_being_answered:
        return {"unsettled": found.acknowledgement, "box": outboxes.answers_of(found.acknowledgement)}
    pending = (each for each in found.shipments.all() if each.is_pending)
    return {"unsettled": next(pending, None), "box": outboxes.Shipments()}


def _on_the_desk(found: Order, form: DeskForm | None) -> dict[str, Any]:
    """Return whose it is, its tags and its hold, with the form that changes them."""
    kept = notes.desk_of(found)
    return {
        "desk": kept,
        "desk_form": form or DeskForm(initial=desk_initial(kept)),
        "is_on_hold": kept.hold_until is not None and kept.hold_until > timezone.now(),
    }


def _related(found: Order, relation: str) -> list[Any]:
    """Return rows that the app above relates to an order; this app's types do not know them."""
    return list(getattr(found, relation).all())


def _shipments(found: Order) -> list[dict[str, Any]]:
    return [
        {
            "row": shipment,
            "tone": texts.SHIPMENT_TONES[shipment.state],
            "invoice": getattr(shipment, "invoice", None),
        }
        for shipment in found.shipments.all()
    ]


@require_POST
@panel_page("orders.acknowledge")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the acknowledgement of a ready order."""
    found = get_object_or_404(Order, pk=pk)
    try:
        acknowledgements.queue_acknowledgement(order=found)
    except NotPossible as reason:
        messages.warning(request, str(reason))
    else:
        messages.info(request, f"Order {found} is being acknowledged.")
    if request.POST.get("from") == "grid":
        return redirect("admin:orders_order_changelist")
    return redirect(url(pk))


@require_POST
@panel_page("orders.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a held order again, now."""
    failure = get_object_or_404(FailedOrder.objects.select_related("order"), order_id=pk)
    if retries.retry(failure=failure):
        messages.success(request, f"Nothing stands in the way of order {failure.order} any more.")
    else:
        failure.refresh_from_db()
        messages.warning(
            request, " ".join(cause["message"] for cause in failure.causes) or "Nothing has changed."
        )
    return redirect(url(pk))


def _report(request: HttpRequest, row: refreshes.Row) -> None:
    """Say what Jet reported otherwise than we held it."""
    if row.outcome == "failed":
        messages.error(request, f"Jet's answer could not be taken over: {row.reason}")
    elif not row.differences:
        messages.info(request, "Jet holds nothing new of this order.")
    else:
        document_lines = "; ".join(
            f"{each.field}: {each.here or 'nothing'} → {each.at_jet or 'nothing'}"
            + ("" if each.can_take else " (stays as it is here)")
            for each in row.differences
        )
        messages.info(request, f"Taken over from Jet. {document_lines}.")


@require_POST
@panel_page("orders.import_orders")
def sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over anew what Jet holds of one order."""
    found = get_object_or_404(Order.objects.select_related("account"), pk=pk)
    try:
        with open_client(found.account, purpose="order page", timeouts=WHILE_SOMEBODY_WAITS) as client:
            row = refreshes.sync_one(client=client, account=found.account, jet_id=found.jet_id)
    except JetFailure as error:
        messages.error(request, f"Jet could not be asked: {error}")
    else:
        _report(request, row)
    return redirect(url(pk))


@require_POST
@panel_page("orders.add_ordernote")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note for colleagues."""
    found = get_object_or_404(selectors.order_page(pk))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return page(request, found, empty_form(found), note=form, status=422)
    notes.add_note(order=found, text=form.cleaned_data["text"], user=request.user)  # type: ignore[arg-type]
    return redirect(f"{url(pk)}#notes")


@require_POST
@panel_page("orders.add_ordernote")
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep whose an order is, its tags and its hold by hand."""
    found = get_object_or_404(selectors.order_page(pk))
    form = DeskForm(request.POST)
    if form.is_valid():
        try:
            notes.keep_desk(order=found, desk=form.desk())
        except notes.DeskRefused as refused:
            refusals.show(form, refused)
        else:
            return redirect(f"{url(pk)}#desk")
    return page(request, found, empty_form(found), desk=form, status=422)


def url(pk: int) -> str:
    """Return the address of an order's page."""
    return reverse("admin:orders_order_change", args=[pk])
