"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "admin:returns_returnrequest_changelist": "fetch_returns; complete_return RETURN",
    "returns:return": "complete_return {return}; complete_return {return} --zero",
    "returns:refund_add": "refund_order ORDER --units SKU=N --reason WHY",
    "returns:refund": "sync_refunds; close_refund {refund}",
    "admin:returns_refund_changelist": (
        "export_refunds FILE; sync_refunds; refund_order ORDER --units SKU=N --reason WHY"
    ),
    "admin:returns_settlement_changelist": "fetch_settlements; fetch_settlements --days N",
    "returns:refund_remove": "delete_refund REFUND",
}
