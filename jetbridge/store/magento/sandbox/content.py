"""Pages, blocks, sales rules and coupons, and payments' transactions, of which this store has none."""

import secrets
import string
from functools import partial
from typing import Any

from . import lists
from .call import Call, Route
from .errors import Refusal, missing, not_there, refused
from .memory import StoreMemory
from .shelves import Doc, Shelf

RULES_RESOURCE = "Magento_SalesRule::quote"
TIMES = {"creation_time": "now", "update_time": "now"}
TAKEN_KEY = "The value specified in the URL Key field would generate a URL that already exists."
PAGES = Shelf(
    "cmsPage", "page", "Magento_Cms::page", "pageId", writes="Magento_Cms::save", is_needed=("identifier", "title"),
    taken=TAKEN_KEY, missing=partial(missing, 'The CMS page with the "%1" ID doesn\'t exist.'),
    begun={**TIMES, "page_layout": "1column", "content": "", "sort_order": "0", "active": True},
)  # fmt: skip
BLOCKS = Shelf(
    "cmsBlock", "block", "Magento_Cms::block", "blockId", is_needed=("identifier", "title"),
    taken="A block identifier with the same properties already exists in the selected store.",
    missing=partial(missing, 'The CMS block with the "%1" ID doesn\'t exist.'), begun={**TIMES, "active": True},
)  # fmt: skip
CONDITION = {
    "condition_type": "Magento\\SalesRule\\Model\\Rule\\Condition\\Combine", "aggregator_type": "all",
    "operator": "", "value": "1",
}  # fmt: skip
RULES = Shelf(
    "salesRules", "rule", RULES_RESOURCE, "ruleId", id="rule_id", name="rule_id", is_needed=("name",),
    begun={
        "store_labels": [], "description": "", "website_ids": [1], "customer_group_ids": [0, 1, 2, 3],
        "uses_per_customer": 0, "is_active": True, "condition": CONDITION, "action_condition": CONDITION,
        "stop_rules_processing": False, "is_advanced": True, "sort_order": 0, "simple_action": "by_percent",
        "discount_amount": 0, "discount_step": 0, "apply_to_shipping": False, "times_used": 0, "is_rss": False,
        "coupon_type": "NO_COUPON", "use_auto_generation": False, "uses_per_coupon": 0,
    },
)  # fmt: skip


def _check_coupon(call: Call, doc: Doc) -> None:
    """
    A coupon belongs to a rule.

    :raises Refusal: there is no such rule, or the rule makes its codes by itself
    """
    try:
        rule = RULES.find(call.memory, int(doc.get("rule_id") or 0))
    except Refusal as refusal:
        raise refused("Error occurred when saving coupon: %1", refusal.filled()) from None
    if not doc.get("code"):
        raise refused("Error occurred when saving coupon: %1", "Coupon code is required.")
    if rule["coupon_type"] == "NO_COUPON":
        text = "Specified rule does not allow coupons."
        raise refused("Error occurred when saving coupon: %1", text)


COUPONS = Shelf(
    "coupons", "coupon", RULES_RESOURCE, "couponId", id="coupon_id", name="code", check=_check_coupon,
    taken="Coupon with the same code already exists.",
    begun={"usage_per_customer": 0, "times_used": 0, "is_primary": False, "created_at": "now", "type": 0},
)  # fmt: skip
FORMATS = {
    "alphanum": string.ascii_uppercase + string.digits,
    "alpha": string.ascii_uppercase,
    "num": string.digits,
}


def rule_of(memory: StoreMemory, code: str) -> Doc | None:
    """Return the rule by which a coupon gives something; of none, of one that is off or used up, nothing."""
    coupon = memory.named(COUPONS.path, code)
    rule = memory.get(RULES.path, coupon["rule_id"]) if coupon else None
    return rule if rule is not None and rule["is_active"] else None


def generate(call: Call) -> list[str]:
    """
    Make codes for a rule that has many.

    :raises Refusal: there is no such rule, or it has none
    """
    said = call.body["couponSpec"]
    rule = RULES.find(call.memory, said.get("rule_id") or 0)
    if rule["coupon_type"] == "NO_COUPON":
        raise refused("Specified rule does not allow auto generation of coupon codes.")
    signs = FORMATS.get(str(said.get("format") or "alphanum"), FORMATS["alphanum"])
    every, dash = said.get("delimiter_at_every") or 0, said.get("delimiter") or "-"
    found = []
    for _ in range(min(said.get("quantity") or 0, 1000)):
        code = "".join(secrets.choice(signs) for _ in range(min(said.get("length") or 12, 64)))
        parts = [code[at : at + every] for at in range(0, len(code), every)] if every else [code]
        found.append(f"{said.get('prefix') or ''}{dash.join(parts)}{said.get('suffix') or ''}")
        coupon = {"rule_id": rule["rule_id"], "code": found[-1], "type": 1}
        COUPONS.save(Call(call.world, call.request, body={"coupon": coupon}))
    return found


def _dropped(name: str, key: str, call: Call) -> dict[str, list[str]]:
    """Delete many coupons at once; which there were none of is said, or refused where that is asked for."""
    named = {str(each[key]): each for each in COUPONS.all(call.memory)}
    asked = list(map(str, call.body[name]))
    gone = [each for each in asked if each not in named]
    if gone and call.body.get("ignoreInvalidCoupons") is False:
        raise refused("Some coupons are invalid.")
    for each in asked:
        if each in named:
            COUPONS.forget(call.memory, named[each])
    return {"failed_items": [], "missing_items": gone}


def _none(call: Call) -> dict[str, Any]:
    return lists.members(call, [])


def _no_transaction(_call: Call) -> Any:
    raise not_there()


ROUTES = (
    *PAGES.routes(), *BLOCKS.routes(), *RULES.routes(change="ruleId"), *COUPONS.routes(change="couponId"),
    Route("POST", "coupons/generate", RULES_RESOURCE, generate),
    Route("POST", "coupons/deleteByIds", RULES_RESOURCE, partial(_dropped, "ids", "coupon_id")),
    Route("POST", "coupons/deleteByCodes", RULES_RESOURCE, partial(_dropped, "codes", "code")),
    Route("GET", "transactions", "Magento_Sales::transactions_fetch", _none),
    Route("GET", "transactions/{id}", "Magento_Sales::transactions_fetch", _no_transaction),
)  # fmt: skip
