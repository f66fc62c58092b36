"""Asks a store what an integration may do: each permission in turn, by calls that change nothing."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jetapi.http.calls import Call
from jetapi.http.errors import CallError, NoAnswer, NotFound, Refused, ResponseError, ServerError, Unreadable
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.errors import (
    HeldByProxy,
    NoPermission,
    StoreClosed,
    ViewGone,
    WrongKeys,
    WrongTime,
)
from jetbridge.store.magento.wire import criteria

ONE = criteria(size=1)
SIGN_OF_MSI, COMPANION = "Magento_InventoryApi", "JetBridge_Link"
# A store takes a signed call whose time is so far ahead of its own, and any that lies behind.
CLOCK_LIMIT_SECONDS = 600
NO_ROUTE = "Request does not match any route."
TAKES_NO_BEARER = "The keys are right, but the store takes no Bearer token (usual since 2.4.4). Sign instead."


@dataclass(frozen=True, slots=True)
class Step:
    """One permission and a call that needs it; a POST names an order that no store has, so that nothing is done."""

    resource: str
    path: str
    query: str = ""
    method: str = "GET"


STEPS = (
    Step("Magento_Backend::store", "store/storeConfigs"),
    Step("Magento_Backend::admin", "modules", ONE),
    Step("Magento_Catalog::products", "products", ONE),
    Step("Magento_Catalog::categories", "categories", "depth=1"),
    Step("Magento_Catalog::attributes_attributes", "products/attributes", ONE),
    Step("Magento_Catalog::catalog", "products/base-prices-information", method="POST"),
    Step("Magento_Cart::manage", "carts/0"),
    Step("Magento_Sales::actions_view", "orders", ONE),
    Step("Magento_Sales::create", "orders", method="POST"),
    Step("Magento_Sales::invoice", "order/0/invoice", method="POST"),
    Step("Magento_Sales::ship", "order/0/ship", method="POST"),
    Step("Magento_Sales::creditmemo", "order/0/refund", method="POST"),
    Step("Magento_Sales::cancel", "orders/0/cancel", method="POST"),
    Step("Magento_Sales::comment", "orders/0/comments", method="POST"),
    Step("Magento_Sales::shipment", "shipments", ONE),
    Step("Magento_Sales::sales_invoice", "invoices", ONE),
    Step("Magento_Sales::sales_creditmemo", "creditmemos", ONE),
)
WITH_MSI = (
    Step("Magento_InventoryApi::source", "inventory/sources", ONE),
    Step("Magento_InventoryApi::stock", "inventory/stocks", ONE),
    Step("Magento_InventorySalesApi::stock", "inventory/stock-resolver/website/base"),
    Step("Magento_InventoryApi::stock_source_item_assign", "inventory/source-items", method="POST"),
)
WITHOUT_MSI = (
    Step("Magento_Catalog::catalog_inventory", "stockItems/lowStock", "scopeId=0&qty=1&pageSize=1"),
)
WITH_MODULE = (Step("JetBridge_Link::reserve", "jetbridge/orders/0/reserve", method="POST"),)


@dataclass(frozen=True, slots=True)
class Probe:
    """What became of one: ok, missing_permission, wrong_token, bearer_off, unreachable, maintenance, not_magento."""

    resource: str
    code: str
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.code == "ok"


@dataclass(slots=True)
class Inspection:
    """What was found out about a store; `problems` are settings of ours that do not fit it."""

    probes: list[Probe] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    version: str = ""
    edition: str = ""
    msi: bool = False
    module: bool = False
    clock_seconds: int = 0
    views: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return bool(self.probes) and all(each.ok for each in self.probes) and not self.problems

    @property
    def missing(self) -> list[str]:
        """The permissions that the integration lacks."""
        return [each.resource for each in self.probes if each.code == "missing_permission"]

    def way(self, chosen: str) -> str:
        """Return how orders get in: as is chosen, else D with the companion module, else C; never A by itself."""
        if chosen != "auto":
            return chosen
        return "D" if self.module else "C"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a store the settings name."""

    view: str = ""
    website: str = ""
    stock: int | None = None
    sources: tuple[str, ...] = ()


def inspect(
    client: MagentoClient, *, chosen: Chosen, signed: MagentoClient | None = None, seconds: float = 25
) -> Inspection:
    """
    Probe a store for so long at most; what goes wrong stands in the result.

    `client` reads all views. `signed` is another with the same keys that signs, where the first sends Bearer.
    """
    found, ends = Inspection(), time.monotonic() + seconds
    for step in _steps(client, found):
        if time.monotonic() > ends:
            late = f"Not checked: the store took longer than {seconds:g} seconds for the checks before."
            found.probes.append(Probe(step.resource, "unreachable", late))
            break
        found.probes.append(probe := _probed(client, step))
        if probe.code not in ("ok", "missing_permission"):
            break
    found.clock_seconds = round(client.clock_seconds)
    if found.probes and all(each.code == "missing_permission" for each in found.probes):
        found.probes = _keys_refused(found, signed, client)
    elif found.ok:
        try:
            found.problems = list(_unfit(client, found, chosen))
        except CallError as error:
            found.problems = [f"The store answers with an error: {error}."]
    return found


def _steps(client: MagentoClient, found: Inspection) -> Iterator[Step]:
    """Give what every store is asked, then what hangs on its modules."""
    yield from STEPS
    _look_around(client, found)
    yield from WITH_MSI if found.msi else WITHOUT_MSI
    yield from WITH_MODULE if found.module else ()


def _probed(client: MagentoClient, step: Step) -> Probe:
    try:
        if step.method == "GET":
            client.read(step.path, step.query)
        else:
            client.write(step.method, step.path, {})
    except CallError as error:
        code, message = sorted_error(error, step.resource)
        named = error.resource if isinstance(error, NoPermission) else ""
        return Probe(named or step.resource, code, message)
    return Probe(step.resource, "ok")


def sorted_error(error: CallError, resource: str = "") -> tuple[str, str]:
    """Return a probe's code for a failed call, and the one sentence for people."""
    if isinstance(error, WrongTime | WrongKeys):
        return "unreachable" if isinstance(error, WrongTime) else "wrong_token", error.cause
    if isinstance(error, NoPermission):
        named = error.resource or resource
        return "missing_permission", f"The integration lacks the permission {named}."
    if isinstance(error, StoreClosed):
        return "maintenance", "The store is closed for maintenance: it answers 503 with a page."
    if isinstance(error, HeldByProxy):
        return "unreachable", f"Something before the store lets no calls through for now ({error.status})."
    if isinstance(error, NoAnswer):
        return "unreachable", f"The store cannot be reached: {error}."
    if isinstance(error, NotFound | ViewGone) and not _is_magentos(error):
        return "not_magento", f"There is no Magento REST API at this address ({error.status})."
    # Whoever is refused for what a body lacks was let in before.
    if isinstance(error, Refused | NotFound) or (isinstance(error, ServerError) and error.status == 500):
        return "ok", ""
    if isinstance(error, ServerError):
        return "unreachable", f"The store cannot be reached: {error}."
    if isinstance(error, Unreadable | ResponseError):
        return "not_magento", f"What answers at this address is not Magento's REST API: {error}."
    return "unreachable", str(error)


def _is_magentos(error: NotFound | ViewGone) -> bool:
    return bool(error.messages) and error.messages != [NO_ROUTE] and not isinstance(error, ViewGone)


def _keys_refused(found: Inspection, signed: MagentoClient | None, client: MagentoClient) -> list[Probe]:
    """Distinguish a store that takes no Bearer from wrong keys: the same keys are tried signed."""
    code, message = (
        "wrong_token",
        "The store does not accept these keys, or the integration may do nothing at all.",
    )
    if client.sends_bearer:
        if signed is None:
            message += (
                " It may also be set to take no Bearer token, as is usual since 2.4.4: "
                "enter the consumer's key and all secrets, and sign instead."
            )
        elif (probe := _probed(signed, STEPS[0])).code == "ok":
            code, message = "bearer_off", TAKES_NO_BEARER
        elif probe.code == code:
            message = probe.message
    return [Probe(each.resource, code, message) for each in found.probes]


def _look_around(client: MagentoClient, found: Inspection) -> None:
    try:
        modules = client.read("modules", criteria(size=1000))
    except CallError:
        modules = []
    names = set(modules) if isinstance(modules, list) else set()
    found.msi, found.module = SIGN_OF_MSI in names, COMPANION in names
    try:
        answer = client.send(Call("GET", "/magento_version", plain=True, page=True))
    except CallError:
        return
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else ""
    name, _, rest = text.strip().partition("/")
    if name == "Magento" and len(rest) < 60:
        found.version, _, edition = rest.partition(" ")
        found.edition = edition.strip("()")


def _unfit(client: MagentoClient, found: Inspection, chosen: Chosen) -> Iterator[str]:
    """Give what the settings name and the store has not."""
    views = [each for each in _rows(client.read("store/storeViews")) if each.get("code") != "admin"]
    found.views = {str(each.get("code")): str(each.get("name")) for each in views}
    if chosen.view and chosen.view not in found.views:
        yield f"The store has no store view {chosen.view}. It has: {', '.join(found.views)}."
    websites = {str(each.get("code")) for each in _rows(client.read("store/websites"))} - {"admin"}
    if chosen.website and chosen.website not in websites:
        yield f"The store has no website {chosen.website}. It has: {', '.join(sorted(websites))}."
        return
    if not found.msi:
        return
    if chosen.stock is not None:
        stocks = {each.get("stock_id") for each in client.page("inventory/stocks")[0]}
        if chosen.stock not in stocks:
            yield f"The store has no stock {chosen.stock}. It has: {', '.join(map(str, sorted(stocks, key=str)))}."
    sources = {str(each.get("source_code")) for each in client.page("inventory/sources")[0]}
    if strange := [each for each in chosen.sources if each not in sources]:
        yield f"The store has no source {', '.join(strange)}. It has: {', '.join(sorted(sources))}."


def _rows(value: Any) -> Iterable[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
