"""Shipping and returns exceptions of a SKU."""

from typing import Any

from .. import words
from ..kit import checks
from ..kit.wire import Document, Rejected, reject_if
from ..world import World
from . import skus

SHIPPING_FIELDS = {
    "service_level": checks.one_of(words.SERVICE_LEVELS),
    "shipping_method": checks.one_of(words.SHIPPING_METHODS),
    "shipping_exception_type": checks.one_of(("exclusive", "restricted", "include")),
    "override_type": checks.one_of(("Override charge", "Additional charge")),
    "shipping_charge_amount": checks.number(),
}
RETURN_FIELDS = ("time_to_return", "return_location_ids", "return_shipping_methods")


def put_shipping(world: World, account: str, sku: str, raw: Any) -> None:
    """
    Set by which methods and levels a SKU ships from each node.

    :raises Rejected: unknown nodes, or exceptions that contradict themselves
    :raises Unknown: no such SKU
    """
    doc = skus.load(world, account, sku)
    body = skus.checked_body(raw)
    if "fulfillment_nodes" not in body and "fulfillment_node_id" in body:
        body = {
            "fulfillment_nodes": [body]
        }  # files of one client hold a single node in the place of the list
    nodes = body.get("fulfillment_nodes")
    if not isinstance(nodes, list) or not nodes or not all(isinstance(each, dict) for each in nodes):
        raise Rejected("fulfillment_nodes is required and must be a list of objects.")
    merchant = world.accounts.get(account)
    known = world.nodes(merchant) if merchant else []
    found = []
    for place, each in enumerate(nodes):
        found += _node_problems(each, f"fulfillment_nodes[{place}]", known)
    reject_if(found)
    skus.refuse(world, sku)
    doc["shippingexception"] = {
        "fulfillment_nodes": [
            {name: each[name] for name in ("fulfillment_node_id", "shipping_exceptions")} for each in nodes
        ]
    }
    skus.save(world, account, doc)


def _node_problems(node: Document, label: str, known: list[str]) -> list[str]:
    found = []
    if node.get("fulfillment_node_id") not in known:
        found.append(f"{label}.fulfillment_node_id is not one of the merchant's nodes.")
    exceptions = node.get("shipping_exceptions")
    if not isinstance(exceptions, list) or not all(isinstance(each, dict) for each in exceptions):
        return [*found, f"{label}.shipping_exceptions must be a list of objects."]
    for place, each in enumerate(exceptions):
        found += _exception_problems(each, f"{label}.shipping_exceptions[{place}]")
    return found


def _exception_problems(each: Document, label: str) -> list[str]:
    found = checks.problems(each, SHIPPING_FIELDS, f"{label}.")
    if (each.get("service_level") is None) == (each.get("shipping_method") is None):
        found.append(f"{label} must have either service_level or shipping_method.")
    if each.get("shipping_exception_type") is None:
        found.append(f"{label}.shipping_exception_type is required.")
    if (each.get("override_type") is None) != (each.get("shipping_charge_amount") is None):
        found.append(f"{label} must have both override_type and shipping_charge_amount, or neither.")
    return found


def put_returns(world: World, account: str, sku: str, raw: Any) -> None:
    """
    Set how long and where to a SKU may be returned.

    :raises Rejected: nothing named, or values that Jet does not know
    :raises Unknown: no such SKU
    """
    doc = skus.load(world, account, sku)
    body = skus.checked_body(raw)
    fields = {"time_to_return": checks.whole(1, 30), "return_location_ids": checks.texts(1000, 100)}
    found = checks.problems(body, fields) + _method_problems(body.get("return_shipping_methods"))
    named = {name: body[name] for name in RETURN_FIELDS if body.get(name) is not None}
    if not named:
        found.append("time_to_return, return_location_ids or return_shipping_methods is required.")
    reject_if(found)
    skus.refuse(world, sku)
    doc["returnsexception"] = named
    skus.save(world, account, doc)


def _method_problems(methods: Any) -> list[str]:
    if methods is None:
        return []
    if not isinstance(methods, list):
        return ["return_shipping_methods must be a list."]
    known = checks.one_of(words.RETURN_METHODS)
    return [
        f"return_shipping_methods[{place}] {complaint}."
        for place, each in enumerate(methods)
        if (complaint := known(each))
    ]
