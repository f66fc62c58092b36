"""The readings chosen where nothing that is left of Jet's documents says for certain what Jet did."""

from typing import NamedTuple


class Reading(NamedTuple):
    """One open question, how this sandbox answers it, and the switch that answers it otherwise."""

    question: str
    reading: str
    switch: str = ""


READINGS = (
    Reading(
        "Success codes of product calls",
        "A new SKU 201, everything else 202; orders and returns 204; refunds 201",
        "--profile 2015: 204 for every product call",
    ),
    Reading("Date of a node's inventory", "inventory_last_update in each node, and the newest at the top"),
    Reading(
        "PUT of inventory after January 2018", "Works as before and empties unnamed nodes", "--no-compat: 405"
    ),
    Reading(
        "price_by_fulfillment_node of a SKU that was priced without nodes",
        "The one price, for each node with stock",
    ),
    Reading(
        "Key of refund lists",
        "refund_urls with /refunds/state/<id>",
        "compat adds sku_urls with refunds/<id>",
    ),
    Reading("A rejected order", "complete, with 'exception - order rejected'"),
    Reading("Shipping or cancelling too many units", "Accepted; complete with an exception", "--strict: 400"),
    Reading(
        "Accepted with nonfulfillable items", "Accepted; their units count as cancelled", "--strict: 400"
    ),
    Reading("Number of calls that are too many", "No limit", "--rate-limit: so many a minute, then 429"),
    Reading("Pages of SKU lists", "1,000 at most and by default; archived SKUs are in"),
    Reading("Texts of errors", "Plain sentences that name the field, all of them at once"),
    Reading("Form of error_url", 'JSON, {"sku": ["message"]}, readable without a token for 30 days'),
    Reading("children_skus on GET", "Objects with merchant_sku"),
    Reading("Words of settlement_state", "Submitted, then Paid"),
    Reading("Orders and returns of a settlement report", "Ids and the report's parts, for each by itself"),
    Reading("order_balanace", "The right spelling", "compat adds the misspelt one"),
    Reading("Tax of an order item", "Per line; price and shipping are per unit"),
    Reading("Fields of a fulfillment node", "snake_case; PascalCase under /fulfillmentnodesbymerchantid"),
    Reading("Fifteen minutes without an answer", "The order stays ready and is marked late"),
    Reading("Twenty-four hours without an inventory update", "Nothing happens"),
    Reading("Unknown JSON fields", "Ignored"),
    Reading("Empty optional texts of a SKU", "Count as absent", "--no-compat: 400"),
    Reading("A merchant's own ids sent as numbers", "Taken as text", "--no-compat: 400"),
    Reading("Numbers sent as text", "Taken; not jet_browse_node_id and attribute ids", "--no-compat: 400"),
    Reading(
        "Prices, MSRP and MAP finer than cents", "Rounded half up; other amounts: 400", "--no-compat: 400"
    ),
    Reading("false where an optional text stands", "Counts as absent", "--no-compat: 400"),
    Reading("GTIN as the type of a code", "GTIN-14", "--no-compat: 400"),
    Reading("Names of fields in another case", "Understood", "--no-compat: unknown fields"),
    Reading("Unit of an attribute on GET", "attribute_value_unit, as on PUT"),
    Reading("A cancel-only message for a ready order", "Allowed; what is left still waits for its answer"),
    Reading(
        "Body of a 404",
        'None for what is not there, "Message" for addresses that do not exist, errors for a part of a known SKU',
        "--no-compat: errors for resources too",
    ),
    Reading("A known SKU without variation, shipping or returns exception", "200 {}", "--no-compat: 404"),
    Reading(
        "alt_order_id of an order, items of a return, dates and URL of a report, before they are known",
        "null, [], empty text",
        "--no-compat: absent",
    ),
    Reading(
        "payload of an order_shipped event",
        "Each message as it was sent",
        "--no-compat: all shipments as one",
    ),
    Reading("Characters that listed addresses encode", "Those that a path segment may not hold; !'()* stay"),
    Reading(
        "reference_order_id or alt_order_id in an order's path",
        "Taken; of several the newest order",
        "--no-compat: 404",
    ),
    Reading("A file that is plain JSON, by its first bytes", "Taken", "--no-compat: an error of the file"),
    Reading("Encoded slashes in an address that is none otherwise", "Slashes", "--no-compat: 404"),
    Reading("A SKU that stands twice in a file", "The last row counts"),
    Reading("Half of a surrogate pair, as UTF-8 or escaped", "400"),
    Reading("A SettlementDetails report without a body", "The latest settlement", "--no-compat: 404"),
    Reading("Completing a return twice", "400"),
    Reading("An alt_refund_id that was used before", "400"),
    Reading("Wrong keys", "400 Bad Request"),
    Reading("Sales data of a SKU that never sold", "404"),
    Reading("Check digits of barcodes", "Not looked at", "--strict: 400"),
    Reading("Announcing one blob twice", "The same file; another blob under the same URL is a further file"),
    Reading("A refund more than thirty days after the last parcel", "Rejected against the returns policy"),
    Reading("safety_warning", "Up to 2,000 characters"),
    Reading("Length of a merchant SKU", "1 to 50 characters"),
)
