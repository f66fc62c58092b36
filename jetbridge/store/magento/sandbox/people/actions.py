"""What the buttons do: each words a call of the REST API, so that ledgers and dates move as they do for a client."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jetapi.sandbox.kit.pages import Done, Form, number
from jetapi.sandbox.kit.wire import Document, Rejected

from ..bulk import Carrier
from ..call import ALL
from ..catalogue import media, products
from ..stock import items
from ..world import World

Files = dict[str, bytes]
PICTURE_ROLES = ["image", "small_image", "thumbnail"]


@dataclass(frozen=True, slots=True)
class Hands:
    """What a person may do: any call of the API, for all store views; as a control call, what buyers do."""

    world: World
    carry_out: Carrier
    do: Callable[[str, Document], Document]  # a control call, by its function's name

    def send(self, method: str, *parts: object, body: Any = None) -> Any:
        """
        Carry out a call, by its method, the parts of its path after `V1/`, and its body.

        :raises Refusal: as the API refuses it
        """
        path = ["V1", *(quote(str(each), safe="") for each in parts)]
        with self.world.memory.transaction():
            return self.carry_out(method, path, body or {}, ALL)


def _given(form: Form, name: str) -> str:
    text = form.get(name, "").strip()
    if not text:
        raise Rejected(f"{name} is required.")
    return text


def _amount(form: Form, name: str) -> float:
    found = number(form, name, of=float)
    if found is None:
        raise Rejected(f"{name} is required.")
    return float(found)


def product_page(sku: str) -> str:
    return f"products/{quote(sku, safe='')}"


def price(hands: Hands, form: Form, _files: Files) -> Done:
    sku, amount = _given(form, "sku"), _amount(form, "price")
    _known(hands, sku)
    hands.send("PUT", "products", sku, body={"product": {"price": amount}})
    return Done(product_page(sku), f"{sku} costs {amount:g} now.")


def _known(hands: Hands, sku: str) -> Document:
    """Return a product: a PUT would make one that there is none of."""
    return products.find(hands.world.memory, sku)


def stock(hands: Hands, form: Form, _files: Files) -> Done:
    """Write what a source holds; without sources, the stock item."""
    sku, source, amount = _given(form, "sku"), form.get("source") or items.DEFAULT, _amount(form, "quantity")
    doc, is_in = _known(hands, sku), form.get("in_stock") == "yes"
    if hands.world.options.msi:
        row = {"sku": doc["sku"], "source_code": source, "quantity": amount, "status": int(is_in)}
        hands.send("POST", "inventory", "source-items", body={"sourceItems": [row]})
    else:
        item = {"stockItem": {"qty": amount, "is_in_stock": is_in}}
        hands.send("PUT", "products", sku, "stockItems", doc["id"], body=item)
    return Done(product_page(sku), f"{source} holds {amount:g} of {sku} now.")


def add_picture(hands: Hands, form: Form, files: Files) -> Done:
    """Add a picture, which takes the roles of the product's first."""
    sku, raw = _given(form, "sku"), files.get("picture", b"")
    kind = next((kind for kind, start in media.KINDS.items() if raw.startswith(start)), "")
    if not kind:
        raise Rejected("picture must be a PNG, JPEG or GIF file.")
    content = {"base64_encoded_data": base64.b64encode(raw).decode(), "type": kind, "name": form["picture"]}
    entry = {"media_type": "image", "label": form.get("label") or None, "disabled": False, "content": content}
    body = {"entry": entry | {"types": PICTURE_ROLES}}
    made = hands.send("POST", "products", sku, "media", body=body)
    return Done(product_page(sku), f"Picture {made} is added.")


def drop_picture(hands: Hands, form: Form, _files: Files) -> Done:
    sku, entry = _given(form, "sku"), _given(form, "entry")
    hands.send("DELETE", "products", sku, "media", entry)
    return Done(product_page(sku), f"Picture {entry} is gone.")


def place_order(hands: Hands, form: Form, _files: Files) -> Done:
    line = {"sku": _given(form, "sku"), "quantity": _amount(form, "quantity")}
    [made] = hands.do("orders", {"items": [line]})["order_ids"]
    return Done(f"orders/{made}", "The order is placed, and its units are reserved.")


def invoice(hands: Hands, form: Form, _files: Files) -> Done:
    order = _given(form, "order")
    made = hands.send("POST", "order", order, "invoice")
    return Done(f"orders/{order}", f"Invoice {made} is made.")


def _items(form: Form) -> list[Document]:
    """Return the lines that a form names, with a quantity above zero each."""
    names = [name for name in form if name.startswith("units of line ")]
    amounts = {name.removeprefix("units of line "): number(form, name, of=float) for name in names}
    found = [{"order_item_id": line, "qty": amount} for line, amount in amounts.items() if amount]
    if not found:
        raise Rejected("At least one line needs a quantity.")
    return found


def ship(hands: Hands, form: Form, _files: Files) -> Done:
    order, source, tracking = _given(form, "order"), form.get("source"), form.get("tracking", "").strip()
    carrier = form.get("carrier") or "custom"
    body: Document = {"items": _items(form)}
    if tracking:
        body["tracks"] = [{"track_number": tracking, "title": carrier.upper(), "carrier_code": carrier}]
    if source:
        body["arguments"] = {"extension_attributes": {"source_code": source}}
    made = hands.send("POST", "order", order, "ship", body=body)
    return Done(f"orders/{order}", f"Shipment {made} is made.")


def refund(hands: Hands, form: Form, _files: Files) -> Done:
    """Refund units; what is said to return to stock does so for every line of the form."""
    order, chosen = _given(form, "order"), _items(form)
    body: Document = {"items": chosen}
    if form.get("returns") == "yes":
        back = [each["order_item_id"] for each in chosen]
        body["arguments"] = {"extension_attributes": {"return_to_stock_items": back}}
    made = hands.send("POST", "order", order, "refund", body=body)
    return Done(f"orders/{order}", f"Credit memo {made} is made.")


def _order_call(word: str, said: str) -> "Action":
    def act(hands: Hands, form: Form, _files: Files) -> Done:
        order = _given(form, "order")
        done = hands.send("POST", "orders", order, word)
        return Done(f"orders/{order}", said if done else "Nothing of this order can be cancelled any more.")

    return act


def run_consumers(hands: Hands, _form: Form, _files: Files) -> Done:
    hands.do("consume", {})
    return Done("stock", "The consumers ran; what is salable is up to date.")


def clean_up(hands: Hands, _form: Form, _files: Files) -> Done:
    hands.do("cleanup", {})
    return Done("stock", "Reservations that come to zero are forgotten.")


Action = Callable[[Hands, Form, Files], Done]
# The page that has the button, the field that says of what, and what is done.
ACTIONS: dict[str, tuple[str, str, Action]] = {
    "price": ("products", "sku", price),
    "stock": ("products", "sku", stock),
    "add-picture": ("products", "sku", add_picture),
    "drop-picture": ("products", "sku", drop_picture),
    "place-order": ("orders", "", place_order),
    "invoice": ("orders", "order", invoice),
    "ship": ("orders", "order", ship),
    "refund": ("orders", "order", refund),
    "cancel": (
        "orders",
        "order",
        _order_call("cancel", "What was neither shipped nor invoiced is cancelled."),
    ),
    "hold": ("orders", "order", _order_call("hold", "The order is on hold.")),
    "unhold": ("orders", "order", _order_call("unhold", "The order goes on.")),
    "consume": ("stock", "", run_consumers),
    "clean-up": ("stock", "", clean_up),
}
