"""A merchant's account: fulfillment nodes and the go-live checklist (docs/jet-api.md, set-up)."""

from pydantic import AliasChoices, Field

from jetapi.types.base import JetDocument


def _either(pascal: str, snake: str) -> AliasChoices:
    """The portal words its fields in PascalCase, the newer node calls in snake_case."""
    return AliasChoices(pascal, snake)


class FulfillmentNode(JetDocument):
    """A warehouse from which the merchant ships."""

    fulfillment_node_id: str = Field(validation_alias=_either("FulfillmentNodeId", "fulfillment_node_id"))
    name: str = Field(default="", validation_alias=_either("FulfillmentNodeName", "fulfillment_node_name"))
    address1: str | None = Field(default=None, validation_alias=_either("Address1", "address1"))
    address2: str | None = Field(default=None, validation_alias=_either("Address2", "address2"))
    city: str | None = Field(default=None, validation_alias=_either("City", "city"))
    state: str | None = Field(default=None, validation_alias=_either("State", "state"))
    zip_code: str | None = Field(default=None, validation_alias=_either("ZipCode", "zip_code"))


class SetupStatus(JetDocument):
    """What a new account has shown in test mode; with all eight steps done, Jet gives out live keys."""

    is_merchant_sku_uploaded: bool = Field(default=False, validation_alias="IsMerchantSkuUploaded")
    is_inventory_uploaded: bool = Field(default=False, validation_alias="IsInventoryUploaded")
    is_price_uploaded: bool = Field(default=False, validation_alias="IsPriceUploaded")
    is_order_created: bool = Field(default=False, validation_alias="IsOrderCreated")
    is_order_acknowledged: bool = Field(default=False, validation_alias="IsOrderAcknowledged")
    is_order_shipped: bool = Field(default=False, validation_alias="IsOrderShipped")
    is_order_canceled: bool = Field(default=False, validation_alias="IsOrderCanceled")
    is_return_complete: bool = Field(default=False, validation_alias="IsReturnComplete")

    @property
    def steps(self) -> dict[str, bool]:
        """The eight steps by name, in Jet's order."""
        return self.model_dump()

    @property
    def is_complete(self) -> bool:
        return all(self.steps.values())
