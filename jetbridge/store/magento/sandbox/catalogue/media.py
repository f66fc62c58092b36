"""Pictures of products; a file of the same name takes over the roles of the first, whatever was sent."""

import base64
import binascii
import re
from typing import Any

from jetapi.sandbox.kit.wire import Answer

from ..call import Call, Route
from ..errors import missing, refused
from ..memory import StoreMemory
from . import products

RESOURCE = "Magento_Catalog::catalog"
KINDS = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/jpg": b"\xff\xd8\xff",
}
# Pictures as well, which the store does not take.
OTHERS = (b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
NOT_A_PICTURE = "The image content must be valid base64 encoded data."
ROLES = ("image", "small_image", "thumbnail", "swatch_image")
FORBIDDEN = re.compile(r"[^\w.-]+")


def listing(call: Call) -> list[dict[str, Any]]:
    return [_whole(each) for each in products.find(call.memory, call.params["sku"])["media"]]


def get(call: Call) -> dict[str, Any]:
    return _whole(_found(products.find(call.memory, call.params["sku"]), call))


def _whole(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


def _found(doc: dict[str, Any], call: Call) -> dict[str, Any]:
    number = call.number("entryId")
    for each in doc["media"]:
        if each["id"] == number:
            return dict(each)
    raise missing("No image with the provided ID was found. Verify the ID and try again.")


def create(call: Call) -> str:
    """
    Add a picture; its number comes as text.

    :raises Refusal: no content, or none that is a picture
    """
    doc, given = products.find(call.memory, call.params["sku"]), call.body["entry"]
    content = given.get("content") or {}
    if not content:
        raise refused("The image content is invalid. Verify the content and try again.")
    raw = _picture(content)
    name = FORBIDDEN.sub("_", content.get("name") or "picture.png")
    file, taken = _file(call.memory, name)
    roles = list(given.get("types") or [])
    if taken:
        for each in doc["media"]:
            if each["file"] == taken:
                roles, each["types"] = [*each["types"], *(r for r in roles if r not in each["types"])], []
    number = call.memory.number("media")
    entry = {
        "id": number, "media_type": given.get("media_type") or "image", "label": given.get("label"),
        "position": given.get("position") or len(doc["media"]) + 1, "disabled": bool(given.get("disabled")),
        "types": roles, "file": file, "content": content,
    }  # fmt: skip
    doc["media"].append(entry)
    _assign(doc, entry)
    call.memory.set_meta(f"file {file}", base64.b64encode(raw).decode())
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)
    return str(number)


def _picture(content: dict[str, Any]) -> bytes:
    try:
        raw = base64.b64decode(content.get("base64_encoded_data") or "", validate=True)
    except binascii.Error:
        raise refused(NOT_A_PICTURE) from None
    if not raw.startswith((*KINDS.values(), *OTHERS)):
        raise refused(NOT_A_PICTURE)
    begins = KINDS.get(content.get("type") or "")
    if begins is None or not raw.startswith(begins):
        raise refused("The image MIME type is not valid or not supported.")
    return raw


def _file(memory: StoreMemory, name: str) -> tuple[str, str]:
    """Return a free place for a file, and the one that its name had before where that is taken."""
    stem, dot, end = name.rpartition(".")
    # A folder of one dot would be no folder in an address.
    first, second = (each.replace(".", "_") for each in (name[0], name[1:2] or "_"))
    place = f"/{first}/{second}/"
    file, number = f"{place}{name}", 0
    while memory.meta(f"file {file}") is not None:
        number += 1
        file = f"{place}{stem}_{number}{dot}{end}"
    return file, f"{place}{name}" if number else ""


def _assign(doc: dict[str, Any], entry: dict[str, Any]) -> None:
    """Let a picture be what its roles say, and no other be the same."""
    for role in entry["types"]:
        doc["values"][role] = entry["file"]
        for each in doc["media"]:
            if each["id"] != entry["id"]:
                each["types"] = [known for known in each["types"] if known != role]


def update(call: Call) -> bool:
    doc, given = products.find(call.memory, call.params["sku"]), call.body["entry"]
    number = _found(doc, call)["id"]
    entry = next(each for each in doc["media"] if each["id"] == number)
    entry |= {n: given[n] for n in ("label", "position", "disabled", "types") if given.get(n) is not None}
    _assign(doc, entry)
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)
    return True


def delete(call: Call) -> bool:
    """
    Take a picture away; its roles are then of no picture.

    :raises Refusal: there is none of this number
    """
    doc = products.find(call.memory, call.params["sku"])
    entry = _found(doc, call)
    doc["media"] = [each for each in doc["media"] if each["id"] != entry["id"]]
    for role in ROLES:
        if doc["values"].get(role) == entry["file"]:
            doc["values"][role] = "no_selection"
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)
    return True


def served(memory: StoreMemory, path: str) -> Answer:
    """Answer the address of a picture: `/media/catalog/product` and its file."""
    held = memory.meta(f"file {path}")
    if held is None:
        return Answer(404, b"Not Found", content_type="text/html")
    raw = base64.b64decode(held)
    kind = next((kind for kind, start in KINDS.items() if raw.startswith(start)), "application/octet-stream")
    return Answer(200, raw, content_type=kind)


ROUTES = (
    Route("GET", "products/{sku}/media", "Magento_Catalog::catalog", listing),
    Route("GET", "products/{sku}/media/{entryId}", RESOURCE, get),
    Route("POST", "products/{sku}/media", RESOURCE, create),
    Route("PUT", "products/{sku}/media/{entryId}", RESOURCE, update),
    Route("DELETE", "products/{sku}/media/{entryId}", RESOURCE, delete),
)
