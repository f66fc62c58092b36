"""What a store begins with: what every store is installed with, and a catalogue of its own."""

from collections.abc import Mapping
from typing import Any

from .catalogue import attributes, categories, products
from .stock import items, sources
from .world import World

SIMPLE = (
    ("DEMO-MUG-WHITE", "White stoneware mug, 12 oz", 12.50, 0.9, "Kitchen", 40),
    ("DEMO-MUG-BLUE", "Blue stoneware mug, 12 oz", 12.50, 0.9, "Kitchen", 25),
    ("DEMO-KETTLE", "Stovetop kettle, 2 quarts", 39.00, 2.6, "Kitchen", 12),
    ("DEMO-BOARD", "Maple cutting board", 28.95, 3.1, "Kitchen", 8),
    ("DEMO-LAMP", "Reading lamp with clamp", 34.00, 2.2, "Lighting", 15),
    ("DEMO-BULB", "LED bulb, 60 W equivalent, 4 pieces", 11.20, 0.5, "Lighting", 120),
    ("DEMO-THROW", "Wool throw, gray", 64.00, 2.0, "Living Room", 6),
    ("DEMO-CLOCK", "Wall clock, 10 inches", 22.40, 1.4, "Living Room", 0),
)
PARENT, PARENT_NAME = "DEMO-TEE", "Organic cotton tee"
COLORS, SIZES = ("Black", "White"), ("S", "M", "L")


def install(world: World) -> bool:
    """Fill an empty store with what it is installed with, and the demo where that is its seed; say whether it was."""
    memory, stamp = world.memory, world.stamp()
    if memory.get(categories.KIND, categories.ROOT) is not None:
        return False
    attributes.install(memory)
    categories.install(memory, stamp)
    sources.install(memory)
    if world.options.seed == "demo":
        _demo(world, stamp)
    return True


def add_product(world: World, given: dict[str, Any]) -> int:
    """Make a simple product in the default source, as a control call asks for it; give its number."""
    memory, stamp = world.memory, world.stamp()
    doc = memory.named(products.KIND, given["sku"])
    if doc is None:
        doc = products.install_document(memory.number(products.KIND), given["sku"], stamp)
    name = given.get("name") or given["sku"]
    doc["values"] |= {"name": name, "price": given.get("price", 10), "url_key": f"product-{doc['id']}"}
    doc["url_checked"] = doc["values"]["url_key"]
    doc["values"] |= given.get("values") or {}
    doc |= {"updated_at": stamp, "links": given.get("links") or doc["links"]}
    doc["broken"] = bool(given.get("broken"))
    doc["stock"]["is_in_stock"] = True
    items.add_default(memory, doc["sku"])
    items.write(memory, doc["sku"], given.get("source") or items.DEFAULT, given.get("quantity", 0), 1)
    products.save(memory, doc)
    if given.get("parent"):
        _join(world, doc, given["parent"])
    return int(doc["id"])


def _join(world: World, child: dict[str, Any], sku: str) -> None:
    parent = world.memory.named(products.KIND, sku)
    if parent is not None and child["id"] not in parent["children"]:
        parent["children"].append(child["id"])
        child["values"]["visibility"] = 1
        products.save(world.memory, child)
        products.save(world.memory, parent)


def _demo(world: World, stamp: str) -> None:
    memory = world.memory
    numbers = {
        name: categories.make(memory, name, categories.DEFAULT_ROOT, stamp)["id"]
        for name in ("Kitchen", "Lighting", "Living Room", "Clothing")
    }
    for sku, name, price, weight, category, quantity in SIMPLE:
        link = {"position": 0, "category_id": str(numbers[category])}
        own = {"weight": weight, "description": f"<p>{name}.</p>"}
        add_product(world, {
            "sku": sku, "name": name, "price": price, "quantity": quantity, "values": own, "links": [link],
        })  # fmt: skip
    _demo_variations(world, numbers["Clothing"], stamp)


def _demo_variations(world: World, category: int, stamp: str) -> None:
    memory = world.memory
    color = memory.named(attributes.KIND, "color")
    size = _size_attribute(world)
    if color is None:
        raise LookupError("color")
    values = {
        code: {label: attributes.add_label(memory, doc, label) for label in labels}
        for code, doc, labels in (("color", color, COLORS), ("size", size, SIZES))
    }
    link = {"position": 0, "category_id": str(category)}
    axes = {"color": (color, values["color"]), "size": (size, values["size"])}
    add_configurable(world, PARENT, PARENT_NAME, axes, [link])
    for shade in COLORS:
        for label in SIZES:
            own = {"weight": 0.4, "color": values["color"][shade], "size": values["size"][label]}
            add_product(world, {
                "sku": f"{PARENT}-{shade.upper()}-{label}", "name": f"{PARENT_NAME}, {shade}, {label}", "price": 18.0,
                "quantity": 10, "parent": PARENT, "values": own, "links": [link],
            })  # fmt: skip


def add_configurable(
    world: World,
    sku: str,
    name: str,
    axes: Mapping[str, tuple[dict[str, Any], dict[str, Any]]],
    links: list[Any],
) -> None:
    """Make a configurable product; of each axis its attribute and the option numbers by label."""
    memory = world.memory
    parent = products.install_document(memory.number(products.KIND), sku, world.stamp())
    parent |= {"type_id": "configurable", "links": links}
    parent["values"] |= {"name": name, "price": 0, "url_key": f"product-{parent['id']}"}
    parent["url_checked"] = parent["values"]["url_key"]
    parent["stock"]["is_in_stock"] = True
    parent["options"] = [
        {
            "id": memory.number("configurable_option"), "attribute_id": str(doc["attribute_id"]),
            "label": doc["default_frontend_label"], "position": place,
            "values": [{"value_index": int(number)} for number in numbers.values()], "product_id": parent["id"],
        }
        for place, (doc, numbers) in enumerate(axes.values())
    ]  # fmt: skip
    items.add_default(memory, sku)
    products.save(memory, parent)


def _size_attribute(world: World) -> dict[str, Any]:
    return attributes.add_select(world.memory, "size", "Size")
