"""Websites, store views and their configuration, modules, countries and the currency."""

from typing import Any

from . import auth
from .call import Call, Route
from .errors import BROKEN, Crash, no_such_entity
from .memory import StoreMemory

BACKEND = "Magento_Backend::store"
MODULES = (
    "Magento_Store",
    "Magento_Config",
    "Magento_Directory",
    "Magento_Backend",
    "Magento_Security",
    "Magento_User",
    "Magento_Authorization",
    "Magento_Eav",
    "Magento_Customer",
    "Magento_Indexer",
    "Magento_Integration",
    "Magento_Catalog",
    "Magento_CatalogInventory",
    "Magento_Msrp",
    "Magento_CatalogSearch",
    "Magento_CatalogUrlRewrite",
    "Magento_Quote",
    "Magento_Payment",
    "Magento_Sales",
    "Magento_SalesSequence",
    "Magento_Checkout",
    "Magento_Tax",
    "Magento_ConfigurableProduct",
    "Magento_Shipping",
    "Magento_OfflinePayments",
    "Magento_OfflineShipping",
    "Magento_Webapi",
    "Magento_WebapiAsync",
    "Magento_AsynchronousOperations",
)
MSI_MODULES = (
    "Magento_Inventory", "Magento_InventoryApi", "Magento_InventoryCatalog", "Magento_InventoryCatalogApi",
    "Magento_InventoryConfigurableProduct", "Magento_InventoryExportStock", "Magento_InventoryExportStockApi",
    "Magento_InventoryIndexer", "Magento_InventoryReservations", "Magento_InventoryReservationsApi",
    "Magento_InventorySales", "Magento_InventorySalesApi", "Magento_InventoryShipping",
    "Magento_InventorySourceSelection", "Magento_InventorySourceSelectionApi",
)  # fmt: skip
COMPANION = "JetBridge_Link"
WEBSITES = [
    {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
    {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
]
GROUPS = [
    {"id": 0, "website_id": 0, "root_category_id": 0, "default_store_id": 0, "name": "Default", "code": "default"},
    {
        "id": 1, "website_id": 1, "root_category_id": 2, "default_store_id": 1, "name": "Main Website Store",
        "code": "main_website_store",
    },
]  # fmt: skip
VIEWS = [
    {
        "id": 1,
        "code": "default",
        "name": "Default Store View",
        "website_id": 1,
        "store_group_id": 1,
        "is_active": 1,
    },
    {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1},
]
REGIONS = {
    "AL": (1, "Alabama"),
    "AZ": (4, "Arizona"),
    "CA": (12, "California"),
    "CO": (13, "Colorado"),
    "FL": (18, "Florida"),
    "GA": (19, "Georgia"),
    "IL": (23, "Illinois"),
    "MA": (32, "Massachusetts"),
    "NJ": (41, "New Jersey"),
    "NY": (43, "New York"),
    "NC": (44, "North Carolina"),
    "OH": (47, "Ohio"),
    "PA": (51, "Pennsylvania"),
    "TX": (57, "Texas"),
    "VA": (61, "Virginia"),
    "WA": (62, "Washington"),
}


def views(memory: StoreMemory) -> list[dict[str, Any]]:
    """Return the store views: the one that a store begins with, those that were added, the administration's."""
    return [VIEWS[0], *memory.meta("views", []), VIEWS[1]]


def add_view(memory: StoreMemory, code: str) -> None:
    """Add a store view to the website, if there is none of this code."""
    known = views(memory)
    if code not in (each["code"] for each in known):
        made = {**VIEWS[0], "id": len(known), "code": code, "name": code}
        memory.set_meta("views", [*memory.meta("views", []), made])


def store_configs(call: Call) -> list[dict[str, Any]]:
    base = f"{call.request.base_url}/"
    urls = {
        f"{kind}base_{part}url": base + path
        for kind in ("", "secure_")
        for part, path in (
            ("", ""),
            ("link_", ""),
            ("static_", "static/version1754759768/"),
            ("media_", "media/"),
        )
    }
    return [
        {
            "id": each["id"], "code": each["code"], "website_id": 1, "locale": "en_US", "base_currency_code": "USD",
            "default_display_currency_code": "USD", "timezone": "America/New_York", "weight_unit": "lbs", **urls,
        }
        for each in views(call.memory)
        if each["id"]
    ]  # fmt: skip


def modules(call: Call) -> list[str]:
    """
    List the modules by name, all of them whatever page is asked for; a page of none is more than it can bear.

    :raises Refusal: a page size of 0
    """
    asked = call.criteria(is_optional=True)
    if asked.page_size == 0:
        raise Crash(BROKEN)
    switched = (
        *(MSI_MODULES if call.world.options.msi else ()),
        *((COMPANION,) if call.world.options.module else ()),
    )
    return [*MODULES, *switched]


def country(call: Call) -> dict[str, Any]:
    """
    Describe the one country that the store sells to.

    :raises Refusal: another one
    """
    if call.params["countryId"].upper() != "US":
        raise no_such_entity("countryId", call.params["countryId"])
    return countries(call)[0]


def countries(_call: Call) -> list[dict[str, Any]]:
    regions = [{"id": str(number), "code": code, "name": name} for code, (number, name) in REGIONS.items()]
    return [
        {
            "id": "US",
            "two_letter_abbreviation": "US",
            "three_letter_abbreviation": "USA",
            "full_name_locale": "United States",
            "full_name_english": "United States",
            "available_regions": regions,
        }
    ]


def currency(_call: Call) -> dict[str, Any]:
    return {
        "base_currency_code": "USD", "base_currency_symbol": "$", "default_display_currency_code": "USD",
        "default_display_currency_symbol": "$", "available_currency_codes": ["USD"],
        "exchange_rates": [{"currency_to": "USD", "rate": 1}],
    }  # fmt: skip


def admin_token(call: Call) -> str:
    return auth.admin_token(call.world, call.body.get("username"), call.body.get("password"))


ROUTES = (
    Route("GET", "store/storeConfigs", BACKEND, store_configs),
    Route("GET", "store/storeViews", BACKEND, lambda call: views(call.memory)),
    Route("GET", "store/storeGroups", BACKEND, lambda _: GROUPS),
    Route("GET", "store/websites", BACKEND, lambda _: WEBSITES),
    Route("GET", "modules", "Magento_Backend::admin", modules),
    Route("GET", "directory/countries", "anonymous", countries),
    Route("GET", "directory/countries/{countryId}", "anonymous", country),
    Route("GET", "directory/currency", "anonymous", currency),
    Route("POST", "integration/admin/token", "anonymous", admin_token),
)
