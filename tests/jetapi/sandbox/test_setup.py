"""Nodes, the runway's checklist, and the portal's own addresses."""


def test_nodes_are_listed_under_every_known_address(merchant):
    [url] = merchant.get("/fulfillment-nodes")["fulfillment_nodes"]
    node = merchant.get(url)
    [pascal] = merchant.get("/fulfillmentNodesByMerchantId")
    [setup] = merchant.get("/setup/fulfillmentNodes")["fulfillment_nodes"]

    assert node["fulfillment_node_id"] == pascal["FulfillmentNodeId"] == merchant.node
    assert setup == node
    assert merchant.get("/portal/returnssetup") == merchant.get("/setup/returnsLocations")
    assert merchant.call("GET", "/fulfillment-nodes/nobody").status_code == 404


def test_a_new_node_can_hold_stock(merchant, control):
    address = {"address1": "1 A", "city": "B", "state": "CA", "zip_code": "90210"}
    refused = control("POST", "nodes", address)
    status, answer = control("POST", "nodes", {"fulfillment_node_name": "West", **address})
    merchant.list_mug()
    nodes = [{"fulfillment_node_id": answer["fulfillment_node_id"], "quantity": 1}]

    stocked = merchant.call("PATCH", "/merchant-skus/MUG-1/inventory", {"fulfillment_nodes": nodes})

    assert (refused[0], refused[1]["errors"]) == (400, ["fulfillment_node_name is required."])
    assert (status, stocked.status_code) == (200, 202)
    assert len(merchant.get("/fulfillment-nodes")["fulfillment_nodes"]) == 2


def test_stock_on_an_unknown_node_is_refused(merchant):
    merchant.list_mug()
    body = {"fulfillment_nodes": [{"fulfillment_node_id": "elsewhere", "quantity": 1}]}

    answer = merchant.call("PATCH", "/merchant-skus/MUG-1/inventory", body)

    assert answer.status_code == 400
    assert "fulfillment_node_id" in answer.text


def test_the_runway_turns_green_step_by_step(merchant):
    def done():
        return {step for step, value in merchant.get("/portal/merchantsetupstatus/").items() if value}

    start = done()
    merchant.list_mug("test_product")
    node = {"fulfillment_node": merchant.node}
    cancel = {**node, "items": [{"sku": "test_product", "order_quantity": 0, "order_cancel_quantity": 1}]}
    [url] = merchant.call("POST", "/orders/generate/1", cancel).json()["order_urls"]
    merchant.ship(url.rsplit("/")[-1], "test_product", 0, 1)
    cancelled = done()
    order = {**node, "items": [{"sku": "test_product", "order_quantity": 1, "order_cancel_quantity": 0}]}
    [url] = merchant.call("POST", "/orders/generate/1", order).json()["order_urls"]
    order_id = url.rsplit("/")[-1]
    merchant.acknowledge(order_id)
    merchant.ship(order_id, "test_product", 1)
    asked = merchant.get(merchant.get(f"/returns/generate/{order_id}")["url"])
    [line] = asked["return_merchant_SKUs"]
    item = {
        "order_item_id": line["order_item_id"],
        "total_quantity_returned": 1,
        "order_return_refund_qty": 1,
        "refund_amount": line["requested_refund_amount"],
    }
    body = {"merchant_order_id": order_id, "agree_to_return_charge": True, "items": [item]}
    merchant.put(f"/returns/{asked['merchant_return_authorization_id']}/complete", body)

    assert start == set()
    assert "IsOrderCanceled" in cancelled
    assert "IsOrderAcknowledged" not in cancelled
    assert len(done()) == 8


def test_the_portal_lists_skus_by_status(merchant, box):
    merchant.list_mug("A")
    merchant.put(
        "/merchant-skus/B", {"product_title": "Plain mug", "multipack_quantity": 1, "ASIN": "B00EXAMPLE"}
    )
    box.review()

    listed = merchant.get("/portal/merchantskus?from=0&size=5000&statuses=Available%20for%20Purchase")
    text = merchant.call("GET", "/portal/merchantskus/export?statuses=Under+Jet+Review").text
    paged = merchant.get("/portal/merchantskus?from=1&size=1")

    assert [each["merchant_sku"] for each in listed["merchant_skus"]] == ["A"]
    assert [each["merchant_sku"] for each in paged["merchant_skus"]] == ["B"]
    assert text.splitlines()[1].startswith("B,Plain mug,Under Jet Review")


def test_the_portal_tells_an_orders_history(merchant, shipped_order):
    events = merchant.get(f"/portal/analytics/order/{shipped_order}/history")

    assert [each["eventType"] for each in events][-1] == "order_shipped"
    assert events[-1]["payload"]["shipments"][0]["shipment_tracking_number"] == "1Z9"
