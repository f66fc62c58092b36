"""What happened in the home before anything was left pending: a store's few weeks, with most of what can go wrong."""

from pathlib import Path

from tests.upgrade.workshop import KEEPER, Workshop

SALE = "Item arrived damaged - box intact"
ORDER_JOB, RETURN_JOB = "orders.import_ready_orders", "returns.fetch_returns"
COLUMNS = (
    "sku,store_view_code,attribute_set_code,product_type,categories,name,description,weight,product_online,price,"
    "base_image,additional_attributes,qty,is_in_stock"
)
CSV = f"""{COLUMNS}
WICK-01,,Lighting,simple,Demo Catalog/Home/Candles,Spare Wicks,Ten.,0.1,1,4.50,/w/i/wick.jpg,"brand=Weft",40,1
WICK-01,de,,,,Ersatzdochte,Zehn Dochte aus Baumwolle.,,,,,,,
WICK-02,,Lighting,simple,Demo Catalog/Home/Candles,Wick Trimmer,Steel.,0.3,1,much,/w/i/trim.jpg,"brand=Weft",4,1
CNDL-FIG,,Lighting,simple,Demo Catalog/Home/Candles,"Soy Candle: Fig",Fig.,1.2,1,25.00,/c/n/fig.jpg,"brand=Weft",12,1
"""


def make(shop: Workshop) -> None:
    """Let it all happen, in the order in which a store sees it."""
    furnish(shop)
    take_files_in(shop)
    have_files_refused(shop)
    sell(shop)
    give_back(shop)
    lose_step(shop)
    act_in_mass(shop)


def furnish(shop: Workshop) -> None:
    """Set the installation up with its people, the demo's store and some rules."""
    shop.manage("migrate", "-v", "0")
    shop.manage("createsuperuser", "--noinput", "--username", KEEPER, "--email", "keeper@example.test")
    for name, group in (("ann", "merchant"), ("olaf", "operations"), ("vera", "viewer")):
        shop.manage(
            "people", name, "--create", "--groups", group, "--email", f"{name}@example.test", "--json"
        )
    shop.manage("people", "vera", "--lock", "--json")
    shop.manage("seed_demo", "--json")
    shop.manage(
        "configure", "--sync-images-on-edit", "yes", "--sync-details-on-edit", "yes", "--price-review", "yes",
        "--return-address1", "1 Harbor Road", "--return-city", "Portland", "--return-state", "ME",
        "--return-zip", "04101", "--cancel-limit-percent", "100", "--json",
    )  # fmt: skip
    shop.manage("brand_rule", "Weft", "--keep-off", "--json")
    shop.manage("store_category", "Demo Catalog/Pets", "--hold-back", "2", "--json")
    shop.manage("saved_views", KEEPER, "catalog.product", "--save", "Mugs", "--where", "q=mug", "--json")
    shop.manage("saved_views", KEEPER, "catalog.product", "--columns", "sku_cell,name_cell,prices", "--json")
    shop.manage(
        "saved_views", "ann", "catalog.product", "--save", "Sold out", "--where", "stage=live", "--json"
    )
    shop.manage("notifications", "ann", "--mail", "orders.oversold=now", "--mail", "returns.new=never",
                "--least", "warning", "--hour", "6", "--json")  # fmt: skip
    shop.manage("notifications", KEEPER, "--mail", "orders.failed=now", "--json")
    shop.manage(
        "schedule_job", "catalog.report_drift", "--pause", "--note", "until the move is over", "--json"
    )
    shop.manage("ask_support", "Where are my labels?", "The carrier asks for them.", "--no-bundle", "--json",
                may_fail=True)  # fmt: skip


def take_files_in(shop: Workshop) -> None:
    """Import a product file with a bad row and a second language; show one, discard one, leave one unread."""
    numbers = [_upload(shop, "first"), _upload(shop, "second", price="26.00"), _upload(shop, "third")]
    shop.job("catalog.import_file")
    shop.manage("import_files", "--confirm", numbers[0], "--json")
    shop.job("catalog.import_file")
    shop.manage("notifications", KEEPER, "--mark-read", "--hour", "0", "--json")
    shop.manage("import_files", "--discard", numbers[2], "--json")
    shop.job("catalog.refresh_validation", "catalog.follow_changes")


def _upload(shop: Workshop, name: str, price: str = "25.00") -> str:
    file = Path(shop.home) / f"{name}.csv"
    file.write_text(CSV.replace("25.00", price))
    address = shop.browse("/admin/catalog/imports/", {"separator": ","}, {"file": file})
    file.unlink()
    return address.rstrip("/").rpartition("/")[2]


def have_files_refused(shop: Workshop) -> None:
    """Send files of which Jet refuses a product by name, and files of which it does not say which."""
    shop.control("files", refuse=["APRON-NAVY", "BAG-RED"])
    shop.manage("upload", "--bulk", *_family(shop, "APRON"), "--json", may_fail=True)
    _follow_files(shop)
    shop.control("files", vague_errors=True)
    shop.manage("upload", "--bulk", *_family(shop, "BAG"), "--json", may_fail=True)
    _follow_files(shop)
    shop.control("files", vague_errors=False, refuse=["BAG-RED"])
    shop.manage("rejected_files", "--resubmit-all", "--unchanged", "--json", may_fail=True)
    shop.control("files", refuse=["APRON-NAVY", "BAG-RED"])
    _follow_files(shop, rounds=3)
    shop.control("reviews", all=True)
    shop.job("catalog.sync_statuses")


def _family(shop: Workshop, code: str) -> list[str]:
    found = shop.rows(
        f"SELECT sku FROM catalog_product WHERE sku = '{code}' OR sku LIKE '{code}-%' ORDER BY id"
    )
    return [sku for (sku,) in found]


def _follow_files(shop: Workshop, rounds: int = 8) -> None:
    shop.control("clock", transitions="at_once")
    for _ in range(rounds):
        shop.manage("rejected_files", "--fetch", "--json", may_fail=True)
    shop.control("clock", transitions="clock")


def place(shop: Workshop, *lines: tuple[str, int]) -> str:
    """Let somebody buy; return the order's name at Jet."""
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    return str(shop.control("orders", mode="test", items=items)["order_ids"][0])


def ship(shop: Workshop, order: str, *more: str) -> None:
    """Ship all of an order, or as more words say."""
    shop.manage("ship_order", order, "--tracking", f"1Z{order[:12]}", "--from-zip", "04101", *more, "--json",
                may_fail=True)  # fmt: skip


def sell(shop: Workshop) -> None:
    """Take orders over that are held, failed, rejected, asked to be cancelled, refused."""
    strange, oversold = place(shop, ("NOT-OURS-1", 1)), place(shop, ("MUG-PLUM", 700), ("TEAS-SENCHA", 1))
    unwanted, refused = place(shop, ("PLNT-4IN", 3)), place(shop, ("SOCK-RUST-M", 2))
    place(shop, ("NOT-OURS-2", 2))
    cancelled = place(shop, ("SOAP-OAT", 2))
    shop.job(ORDER_JOB)
    shop.manage("note_order", oversold, "Ann asks the potter whether he can make them.", "--json")
    fixed = place(shop, ("NOT-OURS-3", 1))
    shop.job(ORDER_JOB)
    shop.manage("choose_product", fixed, "NOT-OURS-3", "PLNT-6IN", "--json", may_fail=True)
    shop.job("orders.retry_failed_orders")
    shop.manage("note_order", strange, "Nobody knows this SKU.", "--json", may_fail=True)
    ship(shop, unwanted, "--cancel", "PLNT-4IN=3", "--reason", "broken in the kiln")
    shop.control("cancels", mode="test", order_id=cancelled, items=[_line(shop, cancelled)])
    with shop.fault("status", status=400, method="PUT", path=f"{refused}/shipped"):
        ship(shop, refused)
    shop.job(ORDER_JOB, "orders.send_shipments")
    shop.manage("fetch_orders", cancelled, "--dry-run", "--json", may_fail=True)


def _line(shop: Workshop, order: str, quantity: int = 1) -> dict[str, object]:
    item = shop.one(
        "SELECT i.jet_id FROM orders_orderitem i JOIN orders_order o ON o.id = i.order_id "
        f"WHERE o.jet_id = '{order}' ORDER BY i.id"
    )
    return {"order_item_id": item, "quantity": quantity}


def sold(shop: Workshop, sku: str, quantity: int = 1) -> str:
    """Sell and ship; return the order's name at Jet."""
    order = place(shop, (sku, quantity))
    shop.job(ORDER_JOB)
    ship(shop, order)
    return order


def returned(shop: Workshop, sku: str, quantity: int = 1) -> str:
    """Let somebody send back what was sold; return the return's name at Jet."""
    order = sold(shop, sku, quantity)
    opened = shop.control(
        "returns", mode="test", order_id=order, items=[{**_line(shop, order, quantity), "reason": SALE}]
    )
    shop.job(RETURN_JOB)
    return str(opened["return_ids"][0])


def refund(shop: Workshop, order: str, units: str, name: str) -> None:
    """Refund units of an order under a name of our own."""
    shop.manage("refund_order", order, "--units", units, "--reason", "No longer want this item", "--id", name,
                "--json", may_fail=True)  # fmt: skip


def give_back(shop: Workshop) -> None:
    """Answer returns and pay refunds: taken, rejected and refused by Jet."""
    less = returned(shop, "PANS-SKIL8IN", 2)
    shop.manage("complete_return", less, "--feedback", "Item damaged", "--restock", "--json", may_fail=True)
    refused = returned(shop, "TEAS-EARLGREY")
    with shop.fault("status", status=400, method="PUT", path=f"{refused}/complete"):
        shop.manage("complete_return", refused, "--json", may_fail=True)
    returned(shop, "DOGT-OTTER")  # nobody answers it
    shop.manage("complete_return", returned(shop, "TEAS-LAPSANG"), "--zero", "--feedback", "Wrong Item",
                "--disagree", "outsideMerchantPolicy", "--json", may_fail=True)  # fmt: skip
    orders = [sold(shop, sku) for sku in ("NOTE-CLAY", "NOTE-SAGE", "NOTE-BLACK")]
    for order, sku, name in zip(orders, ("NOTE-CLAY", "NOTE-SAGE", "NOTE-BLACK"), "ABC", strict=True):
        refused_at = f"/refunds/{order}" if name == "C" else "never-called"
        with shop.fault("status", status=400, method="POST", path=refused_at):
            refund(shop, order, f"{sku}=1", f"PAST-{name}")
    decided = {
        each["alt_refund_id"]: each["refund_authorization_id"]
        for each in shop.ask("state?kind=refunds")["refunds"]
    }
    shop.control("refunds", refund_authorization_id=decided["PAST-A"], status="accepted")
    shop.control(
        "refunds", refund_authorization_id=decided["PAST-B"], status="rejected - customer card not valid"
    )
    shop.job("returns.sync_refund_statuses", "returns.sync_return_statuses")


def lose_step(shop: Workshop) -> None:
    """Let somebody else change prices at Jet and list what the store does not know; hold large changes."""
    for sku, price in (("TEE-WHITE-S", 3.0), ("TEE-WHITE-M", 99.0)):
        shop.at_jet("PUT", f"merchant-skus/{sku}/price", {"price": price})
    for sku in ("GONE-1", "GONE-2"):
        shop.at_jet(
            "PUT", f"merchant-skus/{sku}",
            {
                "product_title": f"A thing that is gone, {sku}", "jet_browse_node_id": 990000021,
                "multipack_quantity": 1, "brand": "Weft", "mfr_part_number": sku,
                "product_description": "Nobody has it any more.", "main_image_url": "http://127.0.0.1:8000/x.jpg",
                "standard_product_codes": [],
            },
        )  # fmt: skip
        shop.at_jet("PUT", f"merchant-skus/{sku}/price", {"price": 10.0})
    shop.control("reviews", all=True)
    shop.job("catalog.sync_statuses", "catalog.report_drift")
    for sku, price in (("KNIF-PARI35IN", "61.00"), ("KNIF-BREA9IN", "98.00"), ("KNIF-SANT7IN", "131.00")):
        shop.manage("product", sku, "--set", f"price={price}", "--json")
    shop.job("catalog.sync_prices")
    shop.manage("price_reviews", "KNIF-BREA9IN", "--decline", "--json")


def act_in_mass(shop: Workshop) -> None:
    """Carry mass actions out, one with failures; take one back."""
    shop.manage("sync", *_family(shop, "BOWL"), "--json", may_fail=True)
    with shop.fault("status", status=400, method="PUT", path="merchant-skus/DOGT-OTTER/price"):
        shop.manage("product", "DOGT-OTTER", "--set", "price=14.25", "--json")
        shop.manage("sync", *_family(shop, "DOGT"), "--json", may_fail=True)
    shop.manage("archive", "TEAS-CHAMOMILE", "TEAS-BREAKFAST", "--json", may_fail=True)
    shop.manage("archive", "--undo", "TEAS-BREAKFAST", "--json", may_fail=True)
    shop.job("catalog.advance_bulk_runs", "catalog.sync_statuses")
    shop.job("core.send_digests")
    shop.browse("/admin/catalog/product/", {"action": "upload", "_selected_action": _keys(shop, "LEAD")})


def _keys(shop: Workshop, code: str) -> list[int]:
    return [
        pk for (pk,) in shop.rows(f"SELECT id FROM catalog_product WHERE sku LIKE '{code}-%' ORDER BY id")
    ]
