"""What clients list and this store has none of: pages, blocks, sales rules, coupons, payments, links, own options."""

from typing import Any

from . import lists
from .call import Call, Route
from .catalogue import products

LISTS = (
    ("cmsBlock/search", "Magento_Cms::block"),
    ("cmsPage/search", "Magento_Cms::page"),
    ("salesRules/search", "Magento_SalesRule::quote"),
    ("coupons/search", "Magento_SalesRule::quote"),
    ("transactions", "Magento_Sales::transactions_fetch"),
)
OF_PRODUCTS = ("products/{sku}/options", "products/{sku}/links/{type}")


def _none(call: Call) -> dict[str, Any]:
    return lists.members(call, [])


def _none_of_product(call: Call) -> list[Any]:
    products.find(call.memory, call.params["sku"])
    return []


ROUTES = (
    *(Route("GET", name, resource, _none) for name, resource in LISTS),
    *(Route("GET", name, "Magento_Catalog::catalog", _none_of_product) for name in OF_PRODUCTS),
)
