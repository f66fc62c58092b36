"""What is left pending in the home: answers that were lost, jobs that died in a call, and what nobody sent yet."""

from typing import Any

from tests.upgrade.past import ORDER_JOB, place, refund, returned, ship, sold
from tests.upgrade.workshop import Workshop

# What was sold that is refunded, by what becomes of the refund.
SOLD = {"lost": "PILW-INK", "died": "PILW-RUST", "waits": "PILW-MUSTARD"}
Delivery = dict[str, Any]


def make(shop: Workshop) -> list[Delivery]:
    """Leave work behind; return how Jet must stand once all of it is delivered."""
    goods = get_ready(shop)
    found = [*let_jobs_die(shop, goods), *pause_orders(shop), *lose_answers(shop, goods)]
    shop.manage("configure", "--enabled", "no", "--json")
    found += [*edit(shop), *act(shop), *trade(shop, goods)]
    shop.manage("configure", "--enabled", "yes", "--json")
    return [*found, {"calls": shop.ask("calls?after=0")["calls"][-1]["seq"]}]


def _held(kind: str, key: str, **values: Any) -> Delivery:
    """Say what Jet holds of something in the end."""
    return {"kind": kind, "id": key, "is": values}


def _calls(path: str, times: int) -> Delivery:
    """Say how often Jet takes a call from now on."""
    return {"path": path, "times": times}


def get_ready(shop: Workshop) -> dict[str, str]:
    """Sell what is to be answered later, while the jobs that take it over still run."""
    goods = {}
    for fate, sock, pillow, planter in (
        ("lost", "SOCK-NAVY-M", "PILW-INK", "PLNT-8IN"),
        ("died", "SOCK-NAVY-L", "PILW-RUST", "PLNT-10IN"),
        ("waits", "SOCK-MOSS-M", "PILW-MUSTARD", "PANS-SKIL10IN"),
    ):
        goods[f"return {fate}"] = returned(shop, sock)
        goods[f"refund {fate}"] = sold(shop, pillow)
        goods[f"shipment {fate}"] = place(shop, (planter, 1))
    goods["cancel"], goods["reject"] = place(shop, ("PANS-SKIL12IN", 2)), place(shop, ("PLNT-TROUGH", 600))
    shop.job(ORDER_JOB)
    return goods


def _answer(shop: Workshop, goods: dict[str, str], fate: str, price: tuple[str, float]) -> list[Delivery]:
    """Ship, give back, refund and change a price, all of one fate; return what Jet takes of it from now on."""
    shipment, answer, order = (goods[f"{what} {fate}"] for what in ("shipment", "return", "refund"))
    sku, amount = price
    ship(shop, shipment)
    shop.manage("complete_return", answer, "--json", may_fail=True)
    refund(shop, order, f"{SOLD[fate]}=1", f"{fate.upper()}-1")
    shop.manage("product", sku, "--set", f"price={amount}", "--json")
    times = int(fate == "waits")
    return [
        _calls(f"/orders/{shipment}/shipped", times), _calls(f"/returns/{answer}/complete", times),
        _calls(f"/refunds/{order}/{fate.upper()}-1", times), _held("orders", shipment, status="complete"),
        _held("skus", sku, price=amount),
    ]  # fmt: skip


def let_jobs_die(shop: Workshop, goods: dict[str, str]) -> list[Delivery]:
    """Kill each sending job while a call of it is on its way."""
    shop.manage("configure", "--enabled", "no", "--json")
    found = _answer(shop, goods, "died", ("MUG-INK", 15.2))
    shop.manage("configure", "--enabled", "yes", "--json")
    shop.die_in("orders.send_shipments", method="PUT", path=f"orders/{goods['shipment died']}/shipped")
    shop.die_in("returns.send_returns", method="PUT", path=f"returns/{goods['return died']}/complete")
    shop.die_in("returns.send_refunds", method="POST", path=f"refunds/{goods['refund died']}")
    shop.die_in("catalog.sync_prices", method="PUT", path="merchant-skus/MUG-INK/price")
    acknowledged = place(shop, ("PILW-WHITE", 1))
    shop.die_in(ORDER_JOB, method="PUT", path=f"{acknowledged}/acknowledge")
    return [*found, _calls(f"/orders/{acknowledged}/acknowledge", 0)]


def lose_answers(shop: Workshop, goods: dict[str, str]) -> list[Delivery]:
    """Let Jet do what it is asked for, and answer neither to that nor to who asks whether it was done."""
    acknowledged = place(shop, ("PILW-MOSS", 1))
    for method, path in (
        ("PUT", f"orders/{goods['shipment lost']}/shipped"),
        ("PUT", f"returns/{goods['return lost']}/complete"),
        ("PUT", f"orders/{acknowledged}/acknowledge"),
        ("POST", f"refunds/{goods['refund lost']}"),
        ("PUT", "merchant-skus/MUG-SLATE/price"),
    ):
        shop.control("faults", kind="drop_after", method=method, path=path)
    shop.manage("fetch_orders", "--json", may_fail=True)
    for look_up in (f"orders/.*{goods['shipment lost']}", f"returns/.*{goods['return lost']}", "refunds/"):
        shop.control("faults", kind="drop_before", method="GET", path=look_up)
    found = _answer(shop, goods, "lost", ("MUG-SLATE", 15.1))
    shop.manage("product", "MUG-SLATE", "--send", "offer", "--json", may_fail=True)
    shop.faults_away()
    shop.manage("configure", "--auto-acknowledge", "no", "--json")
    goods["acknowledge"] = place(shop, ("SOAP-UNSCENTED", 1))
    shop.manage("fetch_orders", "--json", may_fail=True)
    shop.manage("configure", "--auto-acknowledge", "yes", "--json")
    return [*found, _calls(f"/orders/{acknowledged}/acknowledge", 0)]


def pause_orders(shop: Workshop) -> list[Delivery]:
    """Pause a mass action on orders that has come half the way; send a file and do not ask after it."""
    orders = [place(shop, ("SOAP-CITRUS", 1)), place(shop, ("SOAP-LAVENDER", 1))]
    shop.manage("fetch_orders", "--json", may_fail=True)
    file = shop.home / "parcels.csv"
    rows = [f"{order},1ZMANY{number:08d}" for number, order in enumerate(orders)]
    file.write_text("\n".join(["order,tracking_number", *rows]) + "\n")
    with shop.fault("status", status=503, method="PUT", path=f"orders/{orders[1]}/shipped"):
        shop.manage("bulk_orders", "ship", "--csv", str(file), "--carrier", "UPS", "--method", "UPSGround",
                    "--json", may_fail=True)  # fmt: skip
    file.unlink()
    _pause_last(shop)
    shop.manage("upload", "--bulk", "HOOD-GRAY-S", "HOOD-GRAY-M", "--json", may_fail=True)
    keys = [
        pk for (pk,) in shop.rows("SELECT id FROM orders_order WHERE status = 'acknowledged' ORDER BY id")
    ]
    shop.browse("/admin/orders/order/", {"action": "cancel", "_selected_action": keys[:2]})
    return [
        _calls(f"/orders/{orders[1]}/shipped", 1), _held("orders", orders[1], status="complete"),
        _held("skus", "HOOD-GRAY-M", brand="Harbor Works", price=63.8),
    ]  # fmt: skip


def _pause_last(shop: Workshop) -> None:
    number = shop.one("SELECT max(id) FROM core_bulkrun WHERE state = 'running'")
    shop.manage("mass_actions", str(number), "--pause", "--json")


def edit(shop: Workshop) -> list[Delivery]:
    """Change products, so that each part of a listing is to be sent."""
    for sku, *words in (
        ("BOWL-OAT", "--set", "quantity=33"),
        ("NOTE-INK", "--set", "name=Dotted Notebook, A5, deep ink"),
        ("PILW-NATURAL", "--add", "image", "path=/p/i/pillow-back.jpg"),
        ("TEAS-ROOIBOS", "--set", "enabled=no"),
        ("TEE-NAVY-M", "--add", "shipping-exception", "kind=restricted;service_level=Second Day"),
        ("TEE-NAVY-L", "--add", "return-exception", "time_to_return=20"),
        ("CAMP-STOVE", "--delete"),
    ):
        shop.manage("product", sku, *words, "--json")
    shop.manage("product", "TEE-NAVY-M", "--send", "shipping", "--json", may_fail=True)
    shop.manage("product", "TEE-NAVY-L", "--send", "returns", "--json", may_fail=True)
    shop.manage("price_reviews", "KNIF-SANT7IN", "--accept", "--json")
    shop.manage("configure", "--stock-buffer", "1", "--json")
    shop.manage("configure", "--price-mode", "increase_percent", "--price-value", "5", "--draft", "--json")
    return [
        _held("skus", "BOWL-OAT", quantity=32),
        _held("skus", "NOTE-INK", product_title="Dotted Notebook, A5, deep ink"),
        _held("skus", "TEAS-ROOIBOS", is_archived=True), _held("skus", "CAMP-STOVE", is_archived=True),
        _held("skus", "KNIF-SANT7IN", price=131.0), _held("skus", "KNIF-BREA9IN", price=54),
        _calls("/merchant-skus/PILW-NATURAL/image", 1),
        _calls("/merchant-skus/TEE-NAVY-M/shippingexception", 1),
        _calls("/merchant-skus/TEE-NAVY-L/returnsexception", 1),
    ]  # fmt: skip


def act(shop: Workshop) -> list[Delivery]:
    """Start mass actions on products that nobody has begun, and pause one."""
    shop.manage("archive", "--undo", "TEAS-CHAMOMILE", "--json", may_fail=True)
    shop.manage(
        "upload",
        "--direct",
        "LEAD-NAVY",
        "LEAD-RED",
        "LEAD-MUSTARD",
        "LEAD-GRAY",
        "LEAD",
        "--json",
        may_fail=True,
    )
    shop.manage("upload", "--bulk", "SHET-WHITE-TWIN", "SHET-SKY-TWIN", "--json", may_fail=True)
    shop.manage("bulk_products", "status", "TEE-WHITE-S", "--json", may_fail=True)
    shop.manage("product", "BOTL-RED-18OZ", "--set", "price=27.50", "--json")
    shop.manage("sync", "BOTL-RED-18OZ", "BOTL-RED-32OZ", "--json", may_fail=True)
    _pause_last(shop)
    return [
        _held("skus", "TEAS-CHAMOMILE", is_archived=False), _held("skus", "LEAD-NAVY", price=22),
        _held("skus", "LEAD-RED", brand="Good Hound"), _held("skus", "SHET-SKY-TWIN", brand="Lowland Linen"),
        _calls("/merchant-skus/LEAD/variation", 1), _calls("/merchant-skus/BOTL-RED-18OZ/price", 0),
    ]  # fmt: skip


def trade(shop: Workshop, goods: dict[str, str]) -> list[Delivery]:
    """Answer orders, returns and refunds; nothing of it has left yet."""
    found = _answer(shop, goods, "waits", ("MUG-OAT", 14.95))
    ship(
        shop, goods["cancel"], "--cancel", "PANS-SKIL12IN=1", "--ship", "PANS-SKIL12IN=1", "--reason", "bent"
    )
    shop.manage("reject_order", goods["reject"], "--reason", "sold out", "--json", may_fail=True)
    shop.manage("bulk_orders", "acknowledge", goods["acknowledge"], "--json", may_fail=True)
    shop.browse("/admin/orders/fetch/choose/", {"ids": goods["shipment waits"], "compare_only": "on"})
    shop.manage("taxonomy_imports", "--from-jet", "--json", may_fail=True)
    shop.manage("import_files", "--confirm", "2", "--json")
    return [
        *found,
        *(_calls(f"/orders/{goods[name]}/acknowledge", 1) for name in ("reject", "acknowledge")),
        _calls(f"/orders/{goods['cancel']}/shipped", 1), _held("orders", goods["cancel"], status="complete"),
        _held("orders", goods["acknowledge"], status="acknowledged"),
    ]  # fmt: skip
