"""The rows of a bulk file: tried out, and applied in slices between which other calls are served."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from .. import compat
from ..kit.wire import Document, Rejected, Unknown
from ..world import World
from . import exceptions, groups, offers, skus
from .row_reader import RowReader

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


def apply(world: World, account: str, file: Document, reader: RowReader) -> dict[str, list[str]]:
    """Apply rows from where the last slice ended, as `_applied` says; return what was wrong, by SKU."""
    done = _slice(world, account, file["file_type"], reader, file.get("_applied", 0))
    file["_applied"] = done.place
    file["_counted"] = file.get("_counted", 0) + done.counted
    return done.wrong


class _Rehearsed(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


def rehearse(world: World, account: str, file: Document, reader: RowReader) -> bool:
    """Apply rows and take them back at once; return whether one failed. `_rehearsed` says how many were tried."""
    done = Done(file.get("_rehearsed", 0))
    try:
        with world.store.savepoint():
            done = _slice(world, account, file["file_type"], reader, done.place)
            raise _Rehearsed
    except _Rehearsed:
        world.reload()
    file["_rehearsed"] = done.place
    return bool(done.wrong)


class Done(NamedTuple):
    """What a slice did: the place where it ended, how many rows counted, what was wrong by SKU."""

    place: int
    counted: int = 0
    wrong: dict[str, list[str]] = {}


def _slice(world: World, account: str, kind: str, reader: RowReader, first: int) -> Done:
    """Apply rows behind a place until the slice is over."""
    wrong: dict[str, list[str]] = {}
    place, counted = first, 0
    rule, shape = ROWS[kind], SHAPES.get(kind, kind)
    reads_leniently = world.options.compat
    for at, row in reader.rows_after(first, is_over=world.slice_is_over):
        place = at
        if row is not None:
            counted += 1
            sku = _sku_of(world, account, row[0])
            try:
                rule(world, account, sku, compat.read(row[1], shape) if reads_leniently else row[1])
            except Rejected as refusal:
                wrong[sku] = list(refusal.problems)
            except Unknown as refusal:
                wrong[sku] = [str(refusal)]
        if world.slice_is_over():
            break
    return Done(place, counted, wrong)


def _sku_of(world: World, account: str, key: str) -> str:
    """Read a row's key; some clients percent-encode it, so an unknown key that decodes is decoded."""
    decoded = unquote(key, errors="replace")
    if decoded == key or world.store.get("sku", account, key) is not None:
        return key
    return decoded
