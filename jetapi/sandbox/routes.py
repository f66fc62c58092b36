"""The one table of the API's routes."""

from .endpoints import (
    files,
    nodes,
    orders,
    portal,
    products,
    refunds,
    returns,
    sessions,
    settlements,
    taxonomy,
)
from .options import Options
from .router import Endpoint, Route

SKU = "/merchant-skus/{sku}"


def _open(method: str, path: str, endpoint: Endpoint, body: str = "") -> Route:
    return Route(method, path, endpoint, body, is_open=True)


ROUTES = (
    _open("POST", "/token", sessions.token, "Keys"),
    Route("GET", "/authcheck", sessions.authcheck),
    # products
    Route("GET", "/merchant-skus", products.listed),
    Route("GET", SKU, products.get),
    Route("PUT", SKU, products.put, "Sku"),
    Route("GET", f"{SKU}/price", products.get_price),
    Route("PUT", f"{SKU}/price", products.put_price, "Price"),
    Route("GET", f"{SKU}/inventory", products.get_inventory),
    Route("PATCH", f"{SKU}/inventory", products.patch_inventory, "Inventory"),
    Route("PUT", f"{SKU}/image", products.put_image, "Images"),
    Route("GET", f"{SKU}/variation", products.get_variation),
    Route("PUT", f"{SKU}/variation", products.put_variation, "Variation"),
    Route("GET", f"{SKU}/shippingexception", products.get_shipping_exception),
    Route("PUT", f"{SKU}/shippingexception", products.put_shipping_exception, "ShippingException"),
    Route("GET", f"{SKU}/returnsexception", products.get_returns_exception),
    Route("PUT", f"{SKU}/returnsexception", products.put_returns_exception, "ReturnsException"),
    Route("PUT", f"{SKU}/status/archive", products.put_archive, "Archive"),
    Route("GET", f"{SKU}/salesdata", products.get_sales_data),
    # files
    Route("GET", "/files", files.listed),
    Route("GET", "/files/uploadToken", files.upload_token),
    Route("POST", "/files/uploaded", files.uploaded, "UploadedFile"),
    Route("GET", "/files/{id}", files.get),
    _open("PUT", "/merchant-files/{blob}", files.put_blob),
    _open("GET", "/merchant-files/{blob}", files.get_blob),
    # orders
    Route("GET", "/orders/directedCancel", orders.directed_cancels),
    Route("GET", "/orders/{status}", orders.listed),
    Route("GET", "/orders/withoutShipmentDetail/{id}", orders.get),
    Route("GET", "/orders/{status}/{tag}/{tagged}", orders.listed_by_tag),
    Route("PUT", "/orders/{id}/acknowledge", orders.acknowledge, "Acknowledgement"),
    Route("PUT", "/orders/{id}/shipped", orders.shipped, "Shipped"),
    Route("PUT", "/orders/{id}/tag", orders.tag, "Tag"),
    Route("POST", "/orders/generate/{count}", orders.generate, "GeneratedOrders"),
    # returns
    Route("GET", "/returns/{status}", returns.listed),
    Route("GET", "/returns/state/{id}", returns.get),
    Route("GET", "/return/state/{id}", returns.get),
    Route("GET", "/returns/generate/{id}", returns.generate),
    Route("PUT", "/returns/{id}/acknowledge", returns.acknowledge),
    Route("PUT", "/returns/{id}/complete", returns.complete, "CompletedReturn"),
    # refunds
    Route("POST", "/refunds/{id}/{alt_id}", refunds.create, "Refund"),
    Route("GET", "/refunds/{status}", refunds.listed),
    Route("GET", "/refunds/state/{id}", refunds.get),
    # settlement and reports
    Route("GET", "/settlement/{days}", settlements.listed),
    Route("GET", "/settlement/settlement/{days}", settlements.listed),
    Route("GET", "/settlement/report/{id}", settlements.get),
    Route("GET", "/settlement/report/{id}/orders", settlements.orders),
    Route("GET", "/settlement/report/{id}/returns", settlements.returns),
    Route("POST", "/reports/{type}", settlements.request_report, "SettlementId"),
    Route("GET", "/reports/state/{id}", settlements.report_state),
    # taxonomy
    Route("GET", "/taxonomy/links/{version}", taxonomy.links),
    Route("GET", "/taxonomy/nodes/{id}", taxonomy.node),
    Route("GET", "/taxonomy/nodes/{id}/attributes", taxonomy.attributes),
    # set-up and portal
    Route("GET", "/fulfillmentnodesbymerchantid", nodes.by_merchant),
    Route("GET", "/fulfillment-nodes", nodes.urls),
    Route("GET", "/fulfillment-nodes/{id}", nodes.get),
    Route("GET", "/setup/fulfillmentNodes", nodes.setup_listed),
    Route("GET", "/setup/returnsLocations", nodes.return_locations),
    Route("GET", "/portal/returnssetup", nodes.return_locations),
    Route("GET", "/portal/merchantsetupstatus", portal.setup_status),
    Route("GET", "/portal/merchantskus", portal.merchant_skus),
    Route("GET", "/portal/merchantskus/export", portal.export),
    Route("GET", "/portal/analytics/order/{id}/history", portal.order_history),
)
OLD_ROUTES = (
    Route("DELETE", f"{SKU}/image", products.delete_image),
    Route("GET", "/merchant-skus/bystatus/{status}/{start}/{count}", products.listed_by_status),
)
PUT_INVENTORY = Route("PUT", f"{SKU}/inventory", products.put_inventory, "Inventory")


def routes(options: Options) -> tuple[Route, ...]:
    """Give the routes of a profile: the old PUT of inventory was taken away on 30 January 2018."""
    if options.is_2015 or options.compat:
        return (*ROUTES, *OLD_ROUTES, PUT_INVENTORY)
    return ROUTES
