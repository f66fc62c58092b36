"""What the sandbox holds, as Jet would word it."""

from collections.abc import Callable

from ..kit.wire import Document, Unknown, quoted
from ..rules import files, orders, returns, skus
from ..world import World

# The word for it in control's calls, and the kind that the store knows.
KINDS = {"orders": "order", "skus": "sku", "returns": "return", "refunds": "refund", "files": "file"}


def _sku(world: World, account: str, doc: Document) -> Document:
    merchant = world.accounts.get(account)
    body = skus.as_shown(doc, merchant.merchant_id if merchant else "")
    for name in ("shippingexception", "variation"):
        if name in doc:
            body[name] = doc[name]
    return body


AS_SHOWN: dict[str, Callable[[World, str, Document], Document]] = {
    "orders": lambda world, _account, doc: _order(world, doc),
    "skus": _sku,
    "returns": lambda world, _account, doc: returns.as_shown(doc, compat=world.options.compat),
    "refunds": lambda _world, _account, doc: files.as_shown(doc),
    "files": lambda _world, _account, doc: files.as_shown(doc),
}


def _order(world: World, doc: Document) -> Document:
    """Word an order with what only the sandbox knows: its tag, and that its fifteen minutes went by."""
    known = {"tag": doc["_tag"]} if doc.get("_tag") else {}
    return (
        orders.as_shown(doc, compat=world.options.compat)
        | known
        | ({"acknowledge_late": True} if doc.get("_late") else {})
    )


def one(world: World, account: str, kind: str, key: str) -> Document:
    """
    Give one thing.

    :raises Unknown: there is none
    """
    doc = world.store.get(KINDS[kind], account, key)
    if doc is None:
        raise Unknown(f"There is no {kind} {quoted(key)}.")
    return AS_SHOWN[kind](world, account, doc)


def everything(world: World, account: str, kind: str) -> list[Document]:
    return [AS_SHOWN[kind](world, account, doc) for doc in world.store.docs(KINDS[kind], account)]


def counts(world: World, account: str) -> dict[str, int]:
    return {kind: world.store.count(stored, account) for kind, stored in KINDS.items()}
