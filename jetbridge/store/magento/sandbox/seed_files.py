"""Fills a store from a Magento product export (CSV): simple and configurable products, categories, stock."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import seeds
from .catalogue import attributes, categories, products
from .world import SEEDS, World

ROOT = "Default Category"
VISIBLE = {"not visible individually": 1, "catalog": 2, "search": 3, "catalog, search": 4}
TEXTS = ("description", "short_description", "meta_title")
NUMBERS = ("weight", "special_price")
Row = dict[str, str]


def install(world: World) -> None:
    """
    Fill an empty store with what it is installed with, and its seed.

    :raises OSError: the seed is a file that cannot be read
    :raises ValueError: it is no product export
    """
    if seeds.install(world) and world.options.seed not in SEEDS:
        fill(world, world.options.seed)


def fill(world: World, file: str) -> None:
    """
    Make what a file describes; rows of a store view, and those without SKU or name, are left out.

    :raises OSError: it cannot be read
    :raises ValueError: it is no product export
    """
    with Path(file).open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        if "sku" not in (reader.fieldnames or ()):
            raise ValueError(f"{file} has no column sku; Magento's product export is expected.")
        rows = [
            row for row in reader if row.get("sku") and row.get("name") and not row.get("store_view_code")
        ]
    paths = _Paths(world)
    # What varies hangs on its parent, which names it: parents come first, their children find them.
    parents: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows:
        if row.get("configurable_variations"):
            _configurable(world, row, paths, parents)
    for row in rows:
        if not row.get("configurable_variations"):
            _simple(world, row, paths, parents.get(row["sku"].lower()))


def _simple(world: World, row: Row, paths: "_Paths", parent: tuple[str, dict[str, str]] | None) -> None:
    if world.memory.named(products.KIND, row["sku"]) is not None:
        return
    own: dict[str, Any] = {name: row[name] for name in TEXTS if row.get(name)}
    own |= {name: number for name in NUMBERS if (number := _number(row.get(name))) is not None}
    own["status"] = 2 if row.get("product_online") in ("0", "2") else 1
    own["visibility"] = VISIBLE.get((row.get("visibility") or "").lower(), 4)
    if parent is not None:
        own |= parent[1]
    seeds.add_product(world, {
        "sku": row["sku"][:64], "name": row["name"][:255], "price": _number(row.get("price")) or 0,
        "quantity": _number(row.get("qty")) or 0, "values": own, "links": paths.links(row.get("categories") or ""),
        "parent": parent[0] if parent else None,
    })  # fmt: skip


def _configurable(
    world: World, row: Row, paths: "_Paths", parents: dict[str, tuple[str, dict[str, str]]]
) -> None:
    memory = world.memory
    found = [dict(_pairs(part)) for part in row["configurable_variations"].split("|")]
    axes: dict[str, tuple[dict[str, Any], dict[str, str]]] = {}
    for code in dict.fromkeys(code for each in found for code in each if code != "sku"):
        doc = memory.named(attributes.KIND, code) or attributes.add_select(
            memory, code, code.replace("_", " ").title()
        )
        labels = dict.fromkeys(each[code] for each in found if code in each)
        known = {each["label"]: str(each["value"]) for each in doc["options"]}
        numbers = {label: known.get(label) or attributes.add_label(memory, doc, label) for label in labels}
        axes[code] = (doc, numbers)
    seeds.add_configurable(world, row["sku"], row["name"], axes, paths.links(row.get("categories") or ""))
    for each in found:
        own = {code: numbers[each[code]] for code, (_, numbers) in axes.items() if code in each}
        parents[each.get("sku", "").lower()] = (row["sku"], own)


class _Paths:
    """The categories that rows name, made when first named."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, ...], int] = {}

    def links(self, text: str) -> list[dict[str, Any]]:
        paths = (tuple(part.strip() for part in path.split("/") if part.strip()) for path in text.split(","))
        inner = (path[1:] if path[:1] == (ROOT,) else path for path in paths)
        return [{"position": 0, "category_id": str(self._number(path))} for path in inner if path]

    def _number(self, path: tuple[str, ...]) -> int:
        if not path:
            return categories.DEFAULT_ROOT
        if path not in self._known:
            above = self._number(path[:-1])
            made = categories.make(self._world.memory, path[-1], above, self._world.stamp())
            self._known[path] = int(made["id"])
        return self._known[path]


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    return (
        (code.strip(), value.strip()) for code, _, value in (part.partition("=") for part in text.split(","))
    )


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
