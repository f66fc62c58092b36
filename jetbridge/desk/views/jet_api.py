"""The Jet API page: the calls that Jet asks to see in test mode, each with its state, proof and button."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from unfold.widgets import INPUT_CLASSES

from jetbridge.core import configuration
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client, sandbox_in_use
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import JetAccount, Mode
from jetbridge.core.texts import number_in
from jetbridge.desk import go_live
from jetbridge.desk.jet import proofs, runway
from jetbridge.jobs import queue
from jetbridge.panel.pages import panel_page, render_page

# A person waits for this page: better an honest "does not answer" than half a minute of nothing.
PERMISSION = "core.validate_account"


@panel_page(PERMISSION)
def jet_api(request: HttpRequest) -> HttpResponse:
    """Show every required call with its state as Jet reports it."""
    account = configuration.account(Mode.TEST)
    status, problem = _status(account)
    states = proofs.runway(account, status)
    context = {
        "states": states,
        "problem": problem,
        "done": sum(1 for state in states if state.done),
        "way": go_live.way(is_complete=bool(status and status.is_complete)),
        "skus": go_live.skus(account) or [runway.TEST_SKU],
        "shipped": go_live.shipped_orders(account),
        "test_sku": runway.TEST_SKU,
        "partner_url": f"{sandbox}/partner/" if (sandbox := sandbox_in_use()) else "",
        "input": " ".join(INPUT_CLASSES),
    }
    return render_page(request, "desk/jet_api.html", title="Jet API (test mode)", context=context)


@require_POST
@panel_page(PERMISSION)
def run_step(request: HttpRequest, key: str) -> HttpResponse:
    """Make one required call, or all of them, with the test keys."""
    steps = [step for step in runway.STEPS if key in (step.key, "all")]
    account = configuration.account(Mode.TEST)
    try:
        with open_client(account, purpose="test call", timeouts=WHILE_SOMEBODY_WAITS) as client:
            done, problem = runway.run(steps, client=client, account=account)
    except JetFailure as error:
        done, problem = [], str(error)
    for said in done:
        messages.success(request, said)
    if problem or not steps:
        messages.error(request, problem or f"There is no required call named {key}.")
    return redirect("desk:jet_api")


@require_POST
@panel_page(PERMISSION)
def generate(request: HttpRequest, what: str) -> HttpResponse:
    """Let Jet make a test order or a test return, and nudge the job that fetches it."""
    account = configuration.account(Mode.TEST)
    try:
        with open_client(account, purpose=f"generate {what}", timeouts=WHILE_SOMEBODY_WAITS) as client:
            said = _generate(runway.Context(client, account), what, request.POST)
    except (JetFailure, ValueError) as error:
        messages.error(request, f"Nothing was generated: {error}")
    else:
        messages.success(request, said)
    return redirect("desk:jet_api")


def _generate(context: runway.Context, what: str, form: dict[str, str]) -> str:
    if what == "order":
        order_id = runway.generate_order(
            context, sku=form.get("sku", "").strip(), quantity=_units(form.get("quantity", "1"))
        )
        queue.nudge("orders.import_ready_orders")
        return f"Jet made order {order_id}; its import is on the way."
    return_id = runway.generate_return(context, order_id=form.get("order_id", "").strip())
    queue.nudge("returns.fetch_returns")
    return f"Jet opened return {return_id}; it is being fetched."


def _units(text: str) -> int:
    units = number_in(text.strip()) or 0
    if not 0 < units <= 1000:
        raise ValueError("the quantity must be a whole number from 1 to 1,000")
    return units


def _status(account: JetAccount) -> tuple[proofs.SetupStatus | None, str]:
    try:
        with open_client(account, purpose="set-up status", timeouts=WHILE_SOMEBODY_WAITS) as client:
            return proofs.setup_status(client), ""
    except JetFailure as error:
        return None, str(error)
