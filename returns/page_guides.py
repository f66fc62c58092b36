"""Which how-to explains each page of the room, and which commands stand behind its buttons."""

CHAPTERS = {
    "admin:returns_returnrequest_changelist": "returns",
    "admin:returns_returnrequest_change": "returns",
    "returns:return": "returns",
    "admin:returns_refund_changelist": "refunds",
    "admin:returns_refund_change": "refunds",
    "returns:refund": "refunds",
    "returns:refund_add": "refunds",
    "returns:ledger": "refunds",
    "admin:returns_settlement_changelist": "settlements",
    "admin:returns_settlement_change": "settlements",
    "returns:settlement": "settlements",
}

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
COMMANDS: dict[str, tuple[str, ...]] = {
    "admin:returns_returnrequest_changelist": ("fetch_returns", "complete_return RETURN"),
    "returns:return": ("complete_return {return}", "complete_return {return} --zero"),
    "returns:refund_add": ("refund_order ORDER --units SKU=N --reason WHY",),
    "returns:refund": ("sync_refunds",),
    "admin:returns_refund_changelist": (
        "export_refunds FILE",
        "sync_refunds",
        "refund_order ORDER --units SKU=N --reason WHY",
    ),
    "admin:returns_settlement_changelist": (
        "fetch_settlements",
        "fetch_settlements --days N",
    ),
    "returns:refund_remove": ("delete_refund REFUND",),
}
