"""What the pages' buttons do: each words a control call from a form, and says what came of it."""

from collections.abc import Callable

from ..control.desk import Desk
from ..kit.pages import Done, Form, number
from ..kit.wire import Document


def _items(form: Form) -> list[Document] | None:
    if not form.get("order_item_id"):
        return None
    item: Document = {"order_item_id": form["order_item_id"], "quantity": number(form, "quantity") or 1}
    return [item | ({"reason": form["reason"]} if form.get("reason") else {})]


def finish_reviews(desk: Desk, mode: str, _form: Form) -> Done:
    changed = desk.reviews({"all": True, "mode": mode})["changed"]
    return Done("reviews", f"{changed} listings have a new status.")


def decide_review(desk: Desk, mode: str, form: Form) -> Done:
    sub_status = [form["sub_status"]] if form.get("sub_status") else []
    order = {"mode": mode, "sku": form.get("sku"), "status": form.get("status"), "sub_status": sub_status}
    desk.reviews(order)
    return Done("reviews", f"{form.get('sku')} is now {form.get('status')}.")


def generate_orders(desk: Desk, mode: str, form: Form) -> Done:
    item: Document = {"sku": form.get("sku", "").strip(), "quantity": number(form, "quantity") or 0}
    item["cancel_quantity"] = number(form, "cancel_quantity") or 0
    item["price"] = number(form, "price", of=float)
    order = {
        "mode": mode,
        "count": number(form, "count") or 1,
        "status": form.get("status"),
        "items": [item],
    }
    return Done("orders", f"Generated: {len(desk.orders(order)['order_ids'])} orders.")


def request_cancel(desk: Desk, mode: str, form: Form) -> Done:
    order_id = form.get("order_id", "")
    desk.cancels({"mode": mode, "order_id": order_id, "items": _items(form)})
    return Done(f"orders/{order_id}", "Jet now asks the merchant to cancel these units.")


def open_return(desk: Desk, mode: str, form: Form) -> Done:
    order = {"mode": mode, "order_id": form.get("order_id", "").strip(), "items": _items(form)}
    [return_id] = desk.returns(order)["return_ids"]
    return Done("returns", f"Opened return {return_id}.")


def decide_refund(desk: Desk, mode: str, form: Form) -> Done:
    desk.refunds({**form, "mode": mode})
    return Done("returns", f"Refund {form.get('refund_authorization_id')} is now {form.get('status')}.")


def create_node(desk: Desk, mode: str, form: Form) -> Done:
    node_id = desk.nodes({**form, "mode": mode})["fulfillment_node_id"]
    return Done("nodes", f"Created node {node_id}.")


def set_clock(desk: Desk, _mode: str, form: Form) -> Done:
    order = {
        "advance_seconds": number(form, "advance_seconds", of=float),
        "now": form.get("now", "").strip() or None,
        "transitions": form.get("transitions") or None,
    }
    return Done("clock", f"It is {desk.clock(order)['now'][:19]} now.")


def set_delays(desk: Desk, _mode: str, form: Form) -> Done:
    names = [name for name in form if name.startswith("delay ")]
    delays = {name.removeprefix("delay "): number(form, name, of=float) for name in names}
    desk.clock({"delays": {name: value for name, value in delays.items() if value is not None}})
    return Done("clock", "The delays are changed.")


def set_files(desk: Desk, _mode: str, form: Form) -> Done:
    refuse = [each.strip() for each in form.get("refuse", "").split(",") if each.strip()]
    desk.files({"vague_errors": form.get("vague_errors") == "true", "refuse": refuse})
    return Done("clock", "Files fail in the new way from now on.")


def reset(desk: Desk, _mode: str, _form: Form) -> Done:
    desk.reset({"keep_accounts": True})
    return Done("", "Everything is forgotten; the accounts are as they were.")


def add_fault(desk: Desk, _mode: str, form: Form) -> Done:
    order: Document = {name: form[name] for name in ("kind", "method", "path") if form.get(name)}
    order |= {name: number(form, name) for name in ("status", "times")}
    order |= {name: number(form, name, of=float) for name in ("retry_after", "seconds", "probability")}
    return Done("faults", f"Fault {desk.faults(order)['id']} is in force.")


def clear_faults(desk: Desk, _mode: str, _form: Form) -> Done:
    desk.clear_faults({})
    return Done("faults", "No fault is in force.")


# The page on which an error is shown, and the action.
ACTIONS: dict[str, tuple[str, Callable[[Desk, str, Form], Done]]] = {
    "finish-reviews": ("reviews", finish_reviews),
    "review": ("reviews", decide_review),
    "generate-orders": ("orders", generate_orders),
    "request-cancel": ("orders", request_cancel),
    "open-return": ("returns", open_return),
    "decide-refund": ("returns", decide_refund),
    "create-node": ("nodes", create_node),
    "clock": ("clock", set_clock),
    "delays": ("clock", set_delays),
    "files": ("clock", set_files),
    "reset": ("", reset),
    "add-fault": ("faults", add_fault),
    "clear-faults": ("faults", clear_faults),
}
