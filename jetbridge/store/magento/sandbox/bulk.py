"""
Asynchronous calls: `async/V1/...` takes one body, `async/bulk/V1/...` a list of them, and the store's consumers do
the work afterwards. What became of each is read by the number of the whole.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from . import lists
from .call import Call, Route
from .errors import Refusal, internal
from .memory import StoreMemory
from .world import World

log = logging.getLogger(__name__)

KIND = "bulk"
OPEN, DONE, FAILED = 4, 1, 3
LOGGING = "Magento_Logging::system_magento_logging_bulk_operations"
SUCCESS = "Service execution success Magento\\Catalog\\Model\\ProductRepository\\Interceptor::save"
# Carries one call out as if it had come by itself: method, parts of the path, body, store view.
Carrier = Callable[[str, list[str], Any, str], Any]


def accept(world: World, method: str, parts: list[str], bodies: list[Any], store: str) -> dict[str, Any]:
    """Queue what was sent; the answer names the whole by its number."""
    memory, number = world.memory, world.memory.number(KIND)
    name = str(uuid.uuid4())
    operations = [
        {
            "id": place, "method": method, "parts": _parts(parts, body), "body": body, "store": store, "status": OPEN,
            "message": None, "result": None, "code": None,
        }
        for place, body in enumerate(bodies)
    ]  # fmt: skip
    doc = {
        "bulk_id": name, "start_time": world.stamp(), "operations": operations,
        "topic": f"async.magento.catalog.api.productrepositoryinterface.save.{method.lower()}",
    }  # fmt: skip
    memory.put(KIND, number, doc, name=name, parent=1)
    accepted = [
        {"id": each["id"], "data_hash": _hash(each["body"]), "status": "accepted"} for each in operations
    ]
    return {"bulk_uuid": name, "request_items": accepted, "errors": False}


def _hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()


def _parts(parts: list[str], body: Any) -> list[str]:
    """A path such as `products/bySku` takes what it stands for out of each body."""
    return [
        quote(str(body.get(part[2:3].lower() + part[3:], part)), safe="") if part.startswith("by") else part
        for part in parts
    ]


def consume(memory: StoreMemory, carry_out: Carrier) -> None:
    """Do what waits, as the store's consumers do; one that is refused does not stop the others."""
    for doc in memory.children(KIND, 1):
        for each in doc["operations"]:
            try:
                with memory.savepoint():
                    result = carry_out(each["method"], each["parts"], each["body"], each["store"])
                each |= {"status": DONE, "message": SUCCESS, "result": json.dumps(result)}
            except Exception as fault:
                # Whatever one of them is, the others are done, and it does not come up again with every call.
                refusal = fault if isinstance(fault, Refusal) else internal()
                if refusal is not fault:
                    log.exception("The emulator itself failed at a queued %s", each["method"])
                each |= {"status": FAILED, "message": str(refusal), "code": 0}
        number = next(n for n, name in memory.each_name(KIND) if name == doc["bulk_id"])
        memory.put(KIND, number, doc, name=doc["bulk_id"], parent=0)


def _bulk(call: Call) -> dict[str, Any]:
    found = call.memory.named(KIND, call.params["bulkUuid"])
    if found is None:
        raise Refusal(404, "Bulk uuid %bulkUuid not exist", {"bulkUuid": call.params["bulkUuid"]})
    return found


def _shown(doc: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operations_list": operations, "user_type": 1, "bulk_id": doc["bulk_id"],
        "description": f"Topic {doc['topic']}", "start_time": doc["start_time"], "user_id": 1,
        "operation_count": len(operations),
    }  # fmt: skip


def status(call: Call) -> dict[str, Any]:
    """
    Return what became of each operation.

    :raises Refusal: there is no such whole
    """
    doc = _bulk(call)
    return _shown(doc, [
        {"id": e["id"], "status": e["status"], "result_message": e["message"], "error_code": e["code"]}
        for e in doc["operations"]
    ])  # fmt: skip


def details(call: Call) -> dict[str, Any]:
    doc = _bulk(call)
    return _shown(doc, [_detailed(doc, each) for each in doc["operations"]])


def _detailed(doc: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    waiting = json.dumps({
        "entity_id": None, "entity_link": "", "meta_information": json.dumps(each["body"]), "store_id": "0",
    })  # fmt: skip
    return {
        "id": each["id"], "bulk_uuid": doc["bulk_id"], "topic_name": doc["topic"],
        "serialized_data": waiting if each["status"] == OPEN else None,
        "result_serialized_data": each["result"], "status": each["status"], "result_message": each["message"],
        "error_code": each["code"],
    }  # fmt: skip


def count(call: Call) -> int:
    number = call.number("status")
    return sum(1 for each in _bulk(call)["operations"] if each["status"] == number)


def operations(call: Call) -> dict[str, Any]:
    """List the operations of all that was queued."""
    found = [_detailed(doc, each) for doc in call.memory.all(KIND) for each in doc["operations"]]
    return lists.members(call, found)


ROUTES = (
    Route("GET", "bulk", LOGGING, operations),
    Route("GET", "bulk/{bulkUuid}/status", LOGGING, status),
    Route("GET", "bulk/{bulkUuid}/detailed-status", LOGGING, details),
    Route("GET", "bulk/{bulkUuid}/operation-status/{status}", LOGGING, count),
)
