"""The rows of a bulk file: tried out, and applied in slices between which other calls are served."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from .. import compat
from ..kit.wire import Document, Rejected, Unknown
from ..store import Columns
from ..world import World
from . import exceptions, groups, offers, skus
from .row_reader import Rows

ERRORS = "file errors"  # one document for each slice that had any

Row = Callable[[World, str, str, Any], object]


def _set_inventory(world: World, account: str, sku: str, raw: Any) -> None:
    offers.set_inventory(world, account, sku, raw, zero_others=False)


ROWS: dict[str, Row] = {
    "MerchantSKUs": skus.put_listing,
    "Price": offers.put_price,
    "Inventory": _set_inventory,
    "Variation": groups.put_variation,
    "ReturnsException": exceptions.put_returns,
    "ShippingException": exceptions.put_shipping,
    "Archive": skus.archive,
}
SHAPES = {"MerchantSKUs": "Sku"}  # of rows whose file is not named as their shape


def apply(world: World, account: str, file: Document, rows: Rows) -> None:
    """Apply rows from where the last slice ended; `_applied` says how many are done, the errors are kept."""
    first = file.get("_applied", 0)
    done, wrong = _slice(world, account, file["file_type"], rows, first)
    file["_applied"] = first + done
    if wrong:
        key = file["jet_file_id"]
        world.store.put(ERRORS, account, f"{key} {first}", wrong, Columns(tag=key, at=first))


class _Rehearsed(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


def rehearse(world: World, account: str, file: Document, rows: Rows) -> bool:
    """Apply rows and take them back at once; return whether one failed. `_rehearsed` says how many were tried."""
    first = file.get("_rehearsed", 0)
    done, wrong = 0, False
    try:
        with world.store.savepoint():
            done, errors = _slice(world, account, file["file_type"], rows, first)
            wrong = bool(errors)
            raise _Rehearsed
    except _Rehearsed:
        world.reload()
    file["_rehearsed"] = first + done
    return wrong


def _slice(world: World, account: str, kind: str, rows: Rows, first: int) -> tuple[int, dict[str, list[str]]]:
    """Apply rows until the slice is over; return how many they were and what was wrong, by SKU."""
    wrong: dict[str, list[str]] = {}
    done = 0
    rule, shape = ROWS[kind], SHAPES.get(kind, kind)
    for place in range(first, len(rows)):
        key, record = rows[place]
        sku = _sku_of(world, account, key)
        try:
            rule(world, account, sku, compat.read(record, shape) if world.options.compat else record)
        except Rejected as refusal:
            wrong[sku] = list(refusal.problems)
        except Unknown as refusal:
            wrong[sku] = [str(refusal)]
        done += 1
        if world.slice_is_over():
            break
    return done, wrong


def take_errors(world: World, account: str, file_id: str) -> dict[str, list[str]]:
    """Give all errors of a file in the order of its rows, and forget the slices' own notes."""
    found = world.store.docs(ERRORS, account, "tag=?", file_id)
    sql = "DELETE FROM documents WHERE kind=? AND account=? AND tag=?"
    world.store.run(sql, ERRORS, account, file_id)
    return {sku: texts for each in found for sku, texts in each.items()}


def _sku_of(world: World, account: str, key: str) -> str:
    """Read a row's key; some clients percent-encode it, so an unknown key that decodes is decoded."""
    decoded = unquote(key, errors="replace")
    if decoded == key or world.store.get("sku", account, key) is not None:
        return key
    return decoded
