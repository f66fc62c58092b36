"""Fills a store from a Magento product export (CSV): products of all kinds, their texts, pictures, options, stock."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import seeds, stores
from .catalogue import attribute_sets, attributes, categories, products
from .stock import items
from .world import SEEDS, World

ROOT = "Default Category"
VISIBLE = {"not visible individually": 1, "catalog": 2, "search": 3, "catalog, search": 4}
# Columns by the code of the attribute that holds them; those of a store view are the same.
TEXTS = {
    "name": "name", "description": "description", "short_description": "short_description", "url_key": "url_key",
    "meta_title": "meta_title", "meta_keyword": "meta_keywords", "meta_description": "meta_description",
    "country_of_manufacture": "country_of_manufacture",
}  # fmt: skip
NUMBERS = {
    "price": "price",
    "special_price": "special_price",
    "weight": "weight",
    "msrp": "msrp_price",
    "cost": "cost",
}
DATES = {"special_from_date": "special_price_from_date", "special_to_date": "special_price_to_date"}
ROLES = {"base": "image", "small": "small_image", "thumbnail": "thumbnail", "swatch": "swatch_image"}
# What the store keeps for itself.
SYSTEM = ("has_options", "required_options", "quantity_and_stock_status", "options_container")
NEXT_PAIR = re.compile(r",(?=\s*[A-Za-z_][A-Za-z0-9_]*=)")
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
    Make what a file describes; products without SKU or name are left out.

    :raises OSError: it cannot be read
    :raises ValueError: it is no product export
    """
    with Path(file).open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        if "sku" not in (reader.fieldnames or ()):
            raise ValueError(f"{file} has no column sku; Magento's product export is expected.")
        rows = [{name: (cell or "").strip() for name, cell in row.items() if name} for row in reader]
    _Seed(world, rows).sow()


class _Seed:
    """One file on its way into the store."""

    def __init__(self, world: World, rows: list[Row]) -> None:
        self._world, self._memory = world, world.memory
        self._own = [
            row for row in rows if row.get("sku") and row.get("name") and not row.get("store_view_code")
        ]
        self._views = [row for row in rows if row.get("sku") and row.get("store_view_code")]
        self._paths = _Paths(world)
        self._sets = {"Default": attributes.DEFAULT_SET}

    def sow(self) -> None:
        axes = {
            code
            for row in self._own
            for part in _variations(row)
            for code in part
            if code != "sku" and row.get("configurable_variations")
        }
        self._make_attributes(axes)
        # What varies hangs on its parent, which names it: children are there before their parents look for them.
        for row in self._own:
            if not row.get("configurable_variations"):
                self._product(row)
        for row in self._own:
            if row.get("configurable_variations"):
                self._family(row)
        for row in self._views:
            self._view(row)

    def _make_attributes(self, axes: set[str]) -> None:
        values: dict[str, set[str]] = {}
        for row in self._own:
            for code, value in _pairs(row.get("additional_attributes", "")):
                values.setdefault(code, set()).update([value])
        for code in sorted({*values, *axes} - {*SYSTEM}):
            if self._memory.named(attributes.KIND, code) is None:
                several = any("|" in value for value in values.get(code, ()))
                kind = "select" if code in axes else "multiselect" if several else "textarea"
                attributes.add(self._memory, code, kind, code.replace("_", " ").capitalize())

    def _product(self, row: Row, *, kind: str = "") -> dict[str, Any]:
        memory, stamp = self._memory, self._world.stamp()
        known = memory.named(products.KIND, row["sku"])
        doc = known or products.install_document(memory.number(products.KIND), row["sku"][:64], stamp)
        said = kind or row.get("product_type") or "simple"
        doc |= {
            "type_id": said if said in products.TYPES else "simple",
            "attribute_set_id": self._set(row.get("attribute_set_code") or "Default"),
            "links": self._paths.links(row.get("categories", "")), "media": _media(memory, row),
        }  # fmt: skip
        doc["values"].pop("tax_class_id", None)
        doc["values"] |= self._values(row)
        doc["values"].setdefault("url_key", f"product-{doc['id']}")
        doc["url_checked"] = doc["values"]["url_key"]
        doc["stock"]["is_in_stock"] = row.get("is_in_stock") != "0"
        if known is None:
            items.add_default(memory, doc["sku"])
        if doc["type_id"] not in ("configurable", "bundle", "grouped"):
            items.write(
                memory, doc["sku"], items.DEFAULT, _number(row.get("qty")) or 0, row.get("is_in_stock") != "0"
            )
        products.save(memory, doc)
        return doc

    def _values(self, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {code: row[column] for code, column in TEXTS.items() if row.get(column)}
        found["name"] = row["name"][:255]
        for code, column in NUMBERS.items():
            if (number := _number(row.get(column))) is not None:
                found[code] = number if code in products.TOP else f"{number:.6f}"
        for code, column in DATES.items():
            if (day := _day(row.get(column))) is not None:
                found[code] = f"{day} 00:00:00"
        found["status"] = 2 if row.get("product_online") in ("0", "2") else 1
        found["visibility"] = VISIBLE.get(row.get("visibility", "").lower(), 4)
        taxes = {label.lower(): number for label, number in attributes.FIXED_OPTIONS["tax_class_id"]}
        found["tax_class_id"] = taxes.get(row.get("tax_class_name", "").lower())
        for entry in _media_of(row):
            found |= dict.fromkeys(entry[2], entry[0])
        for code, value in _pairs(row.get("additional_attributes", "")):
            if code not in SYSTEM:
                found[code] = self._stored(code, value)
        return {code: value for code, value in found.items() if value is not None}

    def _stored(self, code: str, value: str) -> str:
        """Return a value as the store keeps it: of a list the numbers of its labels."""
        doc = self._memory.named(attributes.KIND, code)
        if doc is None or doc["frontend_input"] not in ("select", "multiselect"):
            return value
        several = doc["frontend_input"] == "multiselect"
        return ",".join(self._label(code, each) for each in (value.split("|") if several else [value]))

    def _label(self, code: str, label: str) -> str:
        doc = self._memory.named(attributes.KIND, code) or {}
        known = {each["label"]: str(each["value"]) for each in doc["options"]}
        return known.get(label) or attributes.add_label(self._memory, doc, label)

    def _family(self, row: Row) -> None:
        doc = self._product(row, kind="configurable")
        parts = _variations(row)
        codes = dict.fromkeys(code for each in parts for code in each if code != "sku")
        doc["options"], doc["children"] = [], []
        for place, code in enumerate(codes):
            attribute = self._memory.named(attributes.KIND, code) or {}
            labels = dict.fromkeys(each[code] for each in parts if each.get(code))
            doc["options"].append({
                "id": self._memory.number("configurable_option"), "attribute_id": str(attribute["attribute_id"]),
                "label": attribute["default_frontend_label"], "position": place,
                "values": [{"value_index": int(self._label(code, label))} for label in labels],
                "product_id": doc["id"],
            })  # fmt: skip
        for each in parts:
            child = self._memory.named(products.KIND, each.get("sku", ""))
            if child is not None and child["id"] not in doc["children"]:
                child["values"] |= {code: self._label(code, each[code]) for code in codes if each.get(code)}
                products.save(self._memory, child)
                doc["children"].append(child["id"])
        products.save(self._memory, doc)

    def _view(self, row: Row) -> None:
        doc = self._memory.named(products.KIND, row["sku"])
        if doc is None:
            return
        stores.add_view(self._memory, row["store_view_code"])
        own = {code: row[column] for code, column in TEXTS.items() if row.get(column) and code != "url_key"}
        doc["views"].setdefault(row["store_view_code"], {}).update(own)
        products.save(self._memory, doc)

    def _set(self, name: str) -> int:
        if name not in self._sets:
            self._sets[name] = attribute_sets.add(self._memory, name)
        return self._sets[name]


class _Paths:
    """The categories that rows name, made when first named."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, ...], int] = {}

    def links(self, text: str) -> list[dict[str, Any]]:
        paths = (tuple(part.strip() for part in path.split("/") if part.strip()) for path in text.split(","))
        numbers = dict.fromkeys(self._number(path[1:] if path[0] == ROOT else path) for path in paths if path)
        return [{"position": 0, "category_id": str(number)} for number in numbers]

    def _number(self, path: tuple[str, ...]) -> int:
        if not path:
            return categories.DEFAULT_ROOT
        if path not in self._known:
            above = self._number(path[:-1])
            made = categories.make(self._world.memory, path[-1], above, self._world.stamp())
            self._known[path] = int(made["id"])
        return self._known[path]


def _media(memory: Any, row: Row) -> list[dict[str, Any]]:
    hidden = [part.strip() for part in row.get("hide_from_product_page", "").split(",")]
    return [
        {
            "id": memory.number("media"), "media_type": "image", "label": label or None, "position": place,
            "disabled": file in hidden, "types": roles, "file": file, "content": {},
        }
        for place, (file, label, roles) in enumerate(_media_of(row), start=1)
    ]  # fmt: skip


def _media_of(row: Row) -> Iterator[tuple[str, str, list[str]]]:
    """Give each picture of a row once, with its label and roles: the base first, then the others."""
    found: dict[str, tuple[str, list[str]]] = {}
    labels = row.get("additional_image_labels", "").split(",")
    others = [part.strip() for part in row.get("additional_images", "").split(",")]
    named = [("base", row.get("base_image", ""), row.get("base_image_label", ""))]
    named += [("", file, labels[n].strip() if n < len(labels) else "") for n, file in enumerate(others)]
    named += [
        (role, row.get(f"{role}_image", ""), row.get(f"{role}_image_label", ""))
        for role in ("small", "thumbnail", "swatch")
    ]
    for role, file, label in named:
        if file and file != "no_selection":
            before = found.get(file, ("", []))
            found[file] = (before[0] or label, [*before[1], *([ROLES[role]] if role else [])])
    return ((file, label, roles) for file, (label, roles) in found.items())


def _variations(row: Row) -> list[dict[str, str]]:
    text = row.get("configurable_variations", "")
    return [dict(_pairs(part)) for part in re.split(r"\|(?=\s*sku=)", text) if part]


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    halves = (part.partition("=") for part in NEXT_PAIR.split(text) if "=" in part)
    return ((code.strip().lower(), value.strip().strip('"')) for code, _, value in halves if value.strip())


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> str | None:
    """Read 2026-12-24, or 12/24/26 as exports write it."""
    if found := re.match(r"(\d{4}-\d\d-\d\d)", text or ""):
        return found[1]
    if found := re.match(r"(\d{1,2})/(\d{1,2})/(\d{2,4})", text or ""):
        return f"{int(found[3]) % 100 + 2000}-{int(found[1]):02}-{int(found[2]):02}"
    return None
