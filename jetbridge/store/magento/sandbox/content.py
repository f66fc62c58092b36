"""Pages, blocks, sales rules and coupons, which clients list: this store has none of them."""

from typing import Any

from . import lists
from .call import Call, Route

LISTS = (
    ("cmsBlock", "Magento_Cms::block"),
    ("cmsPage", "Magento_Cms::page"),
    ("salesRules", "Magento_SalesRule::quote"),
    ("coupons", "Magento_SalesRule::quote"),
)


def _none(call: Call) -> dict[str, Any]:
    return lists.members(call, [])


ROUTES = tuple(Route("GET", f"{name}/search", resource, _none) for name, resource in LISTS)
