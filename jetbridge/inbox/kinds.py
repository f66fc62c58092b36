"""The kinds of notifications, in people's words: each can be switched off, in the inbox or for mail alone."""

KINDS: dict[str, str] = {
    "orders.new": "New orders",
    "orders.failed": "Orders that could not be imported",
    "orders.cancel_asked": "Buyers who ask for a cancel",
    "orders.deadline": "Jet's 15 minutes will be missed",
    "orders.late": "Held orders beyond Jet's 15 minutes",
    "orders.oversold": "Orders for more than there is in stock",
    "orders.shipment_refused": "Shipments that Jet refused",
    "returns.new": "New returns",
    "returns.deadline": "Returns whose time runs out",
    "returns.by_jet": "Returns that Jet completed for you",
    "returns.refused": "Return answers that Jet refused",
    "returns.refund": "Refunds: accepted, rejected or refused",
    "returns.settlement": "Settlement reports",
    "catalog.drift": "Prices, quantities or states on Jet that are not the store's",
    "catalog.foreign_change": "Products that somebody else changed on Jet",
    "rejected_file": "Files with products that Jet refused",
    "price_review": "Price changes that wait for your yes",
    "bulk_run": "Mass actions that came to their end",
    "import": "Product imports",
    "job.failed": "Jobs that fail again and again",
    "job.late": "Late jobs",
    "job.died": "Jobs whose worker died",
}


def name_of(kind: str) -> str:
    """Return a kind's name; one that nobody listed is named by itself."""
    return KINDS.get(kind, kind)
