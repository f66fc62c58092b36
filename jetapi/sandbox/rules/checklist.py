"""The eight steps of the go-live runway."""

from ..world import World

STEPS = (
    "IsMerchantSkuUploaded",
    "IsInventoryUploaded",
    "IsPriceUploaded",
    "IsOrderCreated",
    "IsOrderAcknowledged",
    "IsOrderShipped",
    "IsOrderCanceled",
    "IsReturnComplete",
)


def status(world: World, account: str) -> dict[str, bool]:
    """Return for each step whether the account has done it since the last reset."""
    return {step: world.is_checked_off(account, step) for step in STEPS}
