"""What other clients of the API ask beside the everyday calls: rules of taxes, moved categories, searched carts."""

import json
import re

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller, search

RATE = {"code": "US-NY", "rate": 8.375, "tax_country_id": "US", "tax_region_id": 43, "tax_postcode": "*"}
RULE = {
    "code": "NY", "priority": 0, "position": 0, "customer_tax_class_ids": [3], "product_tax_class_ids": [2],
    "tax_rate_ids": [1],
}  # fmt: skip
SEARCH = "searchCriteria[pageSize]=20"


def test_a_rule_of_taxes_is_made_changed_found_and_taken_away(magento: Caller) -> None:
    rate = magento("POST", "V1/taxRates", {"tax_rate": RATE})
    rule = magento("POST", "V1/taxRules", {"rule": {**RULE, "tax_rate_ids": [rate["id"]]}})

    assert (rate["region_name"], rule["tax_rate_ids"], rule["calculate_subtotal"]) == (
        "NY",
        [rate["id"]],
        False,
    )
    assert magento("PUT", "V1/taxRates", {"tax_rate": {**RATE, "id": rate["id"], "rate": 9}})["rate"] == 9
    assert magento("GET", f"V1/taxRules/{rule['id']}") == rule
    for kind, name in (("taxRates", "US-NY"), ("taxRules", "NY"), ("taxClasses", "")):
        found = magento("GET", f"V1/{kind}/search?{SEARCH}")
        assert not name or [each["code"] for each in found["items"]] == [name]
    assert magento.refused("DELETE", f"V1/taxRates/{rate['id']}")[0] == 400
    assert magento("DELETE", f"V1/taxRules/{rule['id']}") is True
    assert magento("DELETE", f"V1/taxRates/{rate['id']}") is True
    assert magento.refused("GET", f"V1/taxRates/{rate['id']}")[0] == 404


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("taxRates", {"tax_rate": {**RATE, "rate": None}}, 400),
        ("taxRates", {"tax_rate": {**RATE, "id": 99}}, 404),
        ("taxRates", {"tax_rate": {**RATE, "colour": "red"}}, 400),
        ("taxRules", {"rule": {**RULE, "tax_rate_ids": [99]}}, 404),
        ("taxRules", {"rule": {**RULE, "code": ""}}, 400),
        ("taxRules", {}, 400),
    ],
)
def test_a_rule_of_taxes_that_cannot_be_is_refused(
    magento: Caller, kind: str, body: object, status: int
) -> None:
    assert magento.refused("POST", f"V1/{kind}", body)[0] == status


def test_a_category_moves_with_all_below_it_and_never_under_itself(magento: Caller) -> None:
    def made(name: str, parent: int) -> int:
        return int(
            magento("POST", "all/V1/categories", {"category": {"name": name, "parent_id": parent}})["id"]
        )

    first, second = made("First", 2), made("Second", 2)
    below = made("Below", first)

    assert magento("PUT", f"V1/categories/{first}/move", {"parentId": second}) is True

    assert magento("GET", f"V1/categories/{below}")["path"] == f"1/2/{second}/{first}/{below}"
    assert magento("GET", f"V1/categories/{first}")["parent_id"] == second
    assert magento.refused("PUT", f"V1/categories/{second}/move", {"parentId": below})[0] == 400
    third = made("Third", 2)
    magento("PUT", f"V1/categories/{third}/move", {"parentId": 2, "afterId": 0})
    tree = magento("GET", "V1/categories")["children_data"]
    assert [each["id"] for each in tree][:1] == [third]


def test_carts_are_searched_and_those_of_a_customer_are_nobodys(magento: Caller) -> None:
    number = int(magento("POST", "V1/carts/"))

    found = magento("GET", f"V1/carts/search?{SEARCH}")

    assert [each["id"] for each in found["items"]] == [number]
    assert magento.refused("GET", "V1/customers/me") == (
        401, "The consumer isn't authorized to access self.",
    )  # fmt: skip


def test_an_attribute_leaves_its_set_and_what_was_queued_is_listed(
    store: MagentoSandbox, magento: Caller
) -> None:
    attribute = {"attribute_code": "fit", "frontend_input": "text", "default_frontend_label": "Fit"}
    magento("POST", "all/V1/products/attributes", {"attribute": attribute})
    placed = {"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "fit", "sortOrder": 1}
    magento("POST", "V1/products/attribute-sets/attributes", placed)

    assert magento("DELETE", "V1/products/attribute-sets/4/attributes/fit") is True
    assert magento.refused("DELETE", "V1/products/attribute-sets/4/attributes/fit")[0] == 400
    assert magento("GET", f"V1/bulk?{SEARCH}")["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "searchCriteria" + "[a]" * 2500 + "=1",
        "searchCriteria=&fields=" + "items[" * 1500,
        "fields=" + "[" * 3000,
    ],
)
def test_what_nests_without_end_is_dropped_and_answered(magento: Caller, query: str) -> None:
    assert magento.answer("GET", f"V1/products?{query}").status in (200, 400)


@pytest.mark.parametrize(
    "kind", ["cmsBlock/search", "cmsPage/search", "salesRules/search", "coupons/search", "transactions"]
)
def test_content_and_rules_that_the_store_has_none_of_are_listed_as_none(magento: Caller, kind: str) -> None:
    found = magento("GET", f"V1/{kind}?{SEARCH}")

    assert (found["items"], found["total_count"]) == ([], 0)
    assert magento.refused("GET", f"V1/{kind.partition('/')[0]}/7")[0] == 404


def test_a_product_has_no_options_of_its_own_and_no_links(magento: Caller) -> None:
    for kind in ("options", "links/related"):
        assert magento("GET", f"V1/products/BOOT-1/{kind}") == []
        assert magento.refused("GET", f"V1/products/NONE/{kind}")[0] == 404
    assert [each["id"] for each in magento("GET", "V1/directory/countries")] == ["US"]


def stock_of(magento: Caller, sku: str) -> float:
    return float(magento("GET", f"V1/stockItems/{sku}")["qty"])


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("", {"source_items": [{"sku": "BOOT-1", "sourceCode": "default", "quantity": "7", "status": 1}]}),
        ("", {"sourceItems": [{"sku": "BOOT-1", "source_code": "default", "quantity": 7, "status": "1"}]}),
        (
            "?source_items[0][sku]=BOOT-1&source_items[0][source_code]=default&source_items[0][quantity]=7"
            "&source_items[0][status]=1",
            {},
        ),
    ],
)
def test_a_parameter_has_either_spelling_and_may_stand_in_the_address(
    magento: Caller, address: str, body: object
) -> None:
    magento("POST", f"V1/inventory/source-items{address}", body)

    assert stock_of(magento, "BOOT-1") == 7


def test_an_administrator_signs_in_with_parameters_in_the_address(magento: Caller) -> None:
    assert magento("POST", "V1/integration/admin/token?username=admin&password=admin123")


def test_own_attributes_come_as_a_list_or_by_their_codes(magento: Caller) -> None:
    for sent in ({"url_key": "a-key"}, [{"attributeCode": "url_key", "value": "a-key"}]):
        found = magento("PUT", "all/V1/products/BOOT-1", {"product": {"customAttributes": sent}})
        assert {"attribute_code": "url_key", "value": "a-key"} in found["custom_attributes"]
    for broken in ({}, {"value": "x"}, {"attribute_code": "url_key"}):
        body = {"product": {"custom_attributes": [broken]}}
        assert magento.refused("PUT", "all/V1/products/BOOT-1", body)[0] == 400
    cleared = {"product": {"custom_attributes": [{"attribute_code": "url_key", "value": None}]}}
    assert magento("PUT", "all/V1/products/BOOT-1", cleared)


@pytest.mark.parametrize("path", ["A%20B%2BC", "A+B%2BC", "a%20b%2bc"])
def test_a_blank_in_a_path_may_be_a_plus(magento: Caller, path: str) -> None:
    product = {"sku": "A B+C", "name": "Blank", "price": 1, "attribute_set_id": 4, "type_id": "simple"}
    magento("POST", "all/V1/products", {"product": product})

    assert magento("GET", f"V1/products/{path}?fields=sku") == {"sku": "A B+C"}
    price = {"sku": "A B+C", "product": {"price": 3}}
    assert magento.answer("PUT", "all/async/bulk/V1/products/bySku", [price]).status == 202
    magento.store.do("clock", {"advance_seconds": 2})
    assert magento("GET", f"V1/products/{path}?fields=price") == {"price": 3}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("sku", {"sku": "BOOT-1"}),
        ("nothing", []),
        ("sku, name", []),
        ("sku[", []),
        ("extension_attributes[stock_item[nothing]]", {"extension_attributes": {"stock_item": []}}),
        ("media_gallery_entries", {"media_gallery_entries": []}),
        ("media_gallery_entries[id]", {"media_gallery_entries": None}),
    ],
)
def test_fields_leave_what_they_name_and_an_empty_list_where_they_name_nothing(
    magento: Caller, fields: str, found: object
) -> None:
    assert magento("GET", f"V1/products/BOOT-1?fields={fields}") == found


@pytest.mark.parametrize(
    ("condition", "value", "skus"),
    [
        ("like", "BOOT%", ["BOOT-1"]),
        ("nlike", "BOOT%", ["JB/2 A%"]),
        ("finset", "boot-1", []),
        ("nfinset", "BOOT-1", ["JB/2 A%"]),
        ("regexp", "^boot-[0-9]", ["BOOT-1"]),
        ("nregexp", "^boot", ["JB/2 A%"]),
        ("regexp", "(O+)+$", []),  # what the database gives up finds nothing
        ("seq", "boot-1", ["BOOT-1"]),
        ("seq", "", []),
        ("sneq", "boot-1", ["JB/2 A%"]),
        ("sneq", "", ["BOOT-1", "JB/2 A%"]),
        ("foo", "BOOT-1", []),
    ],
)
def test_what_is_like_another_and_what_is_not(
    magento: Caller, condition: str, value: str, skus: list[str]
) -> None:
    assert [each["sku"] for each in magento.listed("V1/products", **{f"sku__{condition}": value})] == skus


@pytest.mark.parametrize("direction", ["up", "", "asc;"])
def test_a_direction_that_is_none_is_refused(magento: Caller, direction: str) -> None:
    order = f"searchCriteria[sortOrders][0][field]=sku&searchCriteria[sortOrders][0][direction]={direction}"

    assert magento.refused("GET", f"V1/products?{order}")[0] == 400


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_the_store_does_not_know_is_refused(magento: Caller, method: str) -> None:
    assert magento.refused(method, "V1/store/websites") == (400, "Request method is invalid.")


def test_an_expression_that_is_none_is_a_fault_of_the_database(magento: Caller) -> None:
    assert magento.refused("GET", f"V1/products?{search(sku__regexp='(')}")[0] == 500


@pytest.mark.parametrize(
    ("criteria", "codes"),
    [
        ({"source_code__like": "%as%"}, ["east"]),
        ({"source_code__nlike": "%as%"}, ["default", "west"]),
        ({"source_code__regexp": "^(EAST|WEST)$"}, ["east", "west"]),
        ({"enabled": 1, "source_code__neq": "default"}, ["east"]),
        ({"enabled__in": "0"}, ["west"]),
        ({"nothing": "east"}, []),
        ({"description__null": ""}, ["east", "west"]),
    ],
)
def test_short_lists_know_the_same_conditions(
    magento: Caller, criteria: dict[str, object], codes: list[str]
) -> None:
    for code, enabled in (("west", False), ("east", True)):
        source = {"source_code": code, "name": code, "country_id": "US", "postcode": "1", "enabled": enabled}
        magento("POST", "V1/inventory/sources", {"source": source})
    order = "searchCriteria[sortOrders][0][field]=source_code&searchCriteria[sortOrders][0][direction]=ASC"

    found = magento("GET", f"V1/inventory/sources?{search(**criteria)}&{order}")

    assert [each["source_code"] for each in found["items"]] == codes
    assert found["total_count"] == len(codes)


def test_the_store_describes_what_it_answers_to_whom(store: MagentoSandbox, magento: Caller) -> None:
    known = magento("GET", "all/schema?services=all")
    stranger = json.loads(magento.answer("GET", "all/schema?services=all", authorization="").body)
    queued = magento("GET", "all/async/schema")

    assert known["basePath"] == "/rest/all"
    body = known["paths"]["/V1/orders"]["post"]["parameters"][0]["schema"]
    assert body["properties"]["entity"] == {"$ref": "#/definitions/sales-data-order-interface"}
    assert "searchCriteria[pageSize]" in [
        e["name"] for e in known["paths"]["/V1/orders"]["get"]["parameters"]
    ]
    assert not known["paths"]["/V1/store/websites"]["get"]["parameters"]
    named = set(re.findall(r"#/definitions/([\w-]+)", json.dumps(known)))
    assert named <= known["definitions"].keys()
    assert "/V1/guest-carts" in stranger["paths"]
    assert "/V1/orders" not in stranger["paths"]
    assert not any("get" in each for each in queued["paths"].values())
    store.do("acl", {"deny": ["Magento_Sales::create"]})
    assert "post" not in magento("GET", "all/schema?services=all")["paths"]["/V1/orders"]
    assert magento.refused("GET", "all/schema?services=nothing")[0] == 400


@pytest.mark.parametrize("kind", ["carts", "guest-carts"])
def test_a_line_of_a_cart_has_the_quantity_that_is_set(magento: Caller, kind: str) -> None:
    cart = magento("POST", f"V1/{kind}")
    line = {"sku": "JB/2 A%", "qty": 1, "quote_id": str(cart)}
    item = magento("POST", f"V1/{kind}/{cart}/items", {"cartItem": line})
    place = f"V1/{kind}/{cart}/items/{item['item_id']}"

    changed = magento("PUT", place, {"cartItem": {**line, "qty": 4}})

    assert (changed["item_id"], changed["qty"]) == (item["item_id"], 4)
    assert [each["qty"] for each in magento("GET", f"V1/{kind}/{cart}/items")] == [4]
    assert magento.refused("PUT", place, {"cartItem": {**line, "qty": 6}})[0] == 400
    assert magento.refused("PUT", f"V1/{kind}/{cart}/items/99", {"cartItem": line})[0] == 404


def test_an_orders_mail_is_sent_again_and_groups_of_customers_are_read(magento: Caller) -> None:
    [order] = magento.store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 1}]})["order_ids"]

    assert magento("POST", f"V1/orders/{order}/emails") is True
    assert magento.refused("POST", "V1/orders/99/emails")[0] == 404
    assert magento("GET", "V1/customerGroups/1")["code"] == "General"
    assert magento.refused("GET", "V1/customerGroups/99")[0] == 404


@pytest.mark.parametrize(
    ("condition", "value", "count"),
    [("gteq", "None", 2), ("gteq", "yesterday", 2), ("lteq", "yesterday", 0), ("gteq", "2020-01-01T00:00:00Z", 2),
     ("gteq", "2999-01-01", 0)],
)  # fmt: skip
def test_what_is_no_time_lies_before_all_others(
    magento: Caller, condition: str, value: str, count: int
) -> None:
    for _ in range(2):
        magento.store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 1}]})

    for path in ("V1/orders", "V1/products"):
        assert len(magento.listed(path, **{f"created_at__{condition}": value})) == count


def test_a_body_may_be_xml(magento: Caller) -> None:
    body = (
        b"<request><product><sku>X-1</sku><name>By XML</name><attribute_set_id>4</attribute_set_id><price>3.5</price>"
        b"<custom_attributes><item><attribute_code>color</attribute_code><value>5</value></item></custom_attributes>"
        b"</product></request>"
    )

    answer = magento.answer("POST", "all/V1/products", body, **{"content-type": "application/xml"})

    assert answer.status == 200, answer.body
    made = magento("GET", "all/V1/products/X-1")
    assert (made["name"], made["price"]) == ("By XML", 3.5)
    assert {"attribute_code": "color", "value": "5"} in made["custom_attributes"]
    for wrong in (b"<request>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><request><product>&b;</product></request>"):
        assert magento.answer("POST", "all/V1/products", wrong, **{"content-type": "text/xml"}).status == 400


def test_a_customer_signs_in_and_buys_for_themselves(magento: Caller) -> None:
    person = {"email": "kim@shopper.example", "firstname": "Kim", "lastname": "Doe"}
    made = magento("POST", "V1/customers", {"customer": person, "password": "Secret-123"})
    signed_in = {"username": person["email"], "password": "Secret-123"}
    assert magento.refused("POST", "V1/integration/customer/token", {**signed_in, "password": "x"})[0] == 401
    kim = Caller(magento.store, magento("POST", "V1/integration/customer/token", signed_in))

    assert kim("GET", "V1/customers/me")["id"] == made["id"]
    assert kim.refused("GET", "V1/orders?searchCriteria")[0] == 401
    assert kim.refused("GET", "V1/carts/mine")[0] == 404
    cart = kim("POST", "V1/carts/mine")
    kim("POST", "V1/carts/mine/items", {"cartItem": {"sku": "BOOT-1", "qty": 2, "quote_id": str(cart)}})
    address = {
        **person, "street": ["1 A"], "city": "Austin", "region_id": 57, "postcode": "78701", "country_id": "US",
        "telephone": "1",
    }  # fmt: skip
    flat = {
        "shipping_address": address,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    kim("POST", "V1/carts/mine/shipping-information", {"addressInformation": flat})
    order = kim("POST", "V1/carts/mine/payment-information", {"paymentMethod": {"method": "checkmo"}})

    assert magento("GET", f"V1/orders/{order}")["grand_total"] == pytest.approx(109.98)
    assert kim("POST", "V1/integration/customer/revoke-customer-token") is True
    assert kim.refused("GET", "V1/customers/me")[0] == 401


@pytest.mark.parametrize(
    ("action", "amount", "discount"),
    [("by_percent", 10, 10.0), ("by_fixed", 3, 6.0), ("cart_fixed", 500, 99.98)],
)
def test_a_coupon_gives_what_its_rule_says(
    magento: Caller, action: str, amount: float, discount: float
) -> None:
    rule = {
        "name": "Spring",
        "coupon_type": "SPECIFIC_COUPON",
        "simple_action": action,
        "discount_amount": amount,
    }
    number = magento("POST", "V1/salesRules", {"rule": rule})["rule_id"]
    magento("POST", "V1/coupons", {"coupon": {"rule_id": number, "code": "SPRING"}})
    cart = magento("POST", "V1/guest-carts")
    item = {"sku": "BOOT-1", "qty": 2, "quote_id": cart}
    magento("POST", f"V1/guest-carts/{cart}/items", {"cartItem": item})

    assert magento.refused("PUT", f"V1/guest-carts/{cart}/coupons/AUTUMN")[0] == 404
    assert magento("PUT", f"V1/guest-carts/{cart}/coupons/SPRING") is True

    totals = magento("GET", f"V1/guest-carts/{cart}/totals")
    assert totals["discount_amount"] == pytest.approx(-discount, abs=0.01)
    assert totals["grand_total"] == pytest.approx(99.98 - discount, abs=0.01)
    assert "discount" in [each["code"] for each in totals["total_segments"]]


def test_a_page_is_made_changed_and_taken_away(magento: Caller) -> None:
    made = magento("POST", "V1/cmsPage", {"page": {"identifier": "about", "title": "About"}})
    magento("PUT", f"V1/cmsPage/{made['id']}", {"page": {"identifier": "about", "title": "About us"}})

    assert magento("GET", f"V1/cmsPage/{made['id']}")["title"] == "About us"
    assert (
        magento.refused("POST", "V1/cmsPage", {"page": {"identifier": "about", "title": "Again"}})[0] == 400
    )
    assert magento("DELETE", f"V1/cmsPage/{made['id']}") is True
    assert magento.refused("GET", f"V1/cmsPage/{made['id']}") == (
        404, f'The CMS page with the "{made["id"]}" ID doesn\'t exist.',
    )  # fmt: skip


def test_products_are_linked_by_their_own_calls_or_with_the_product(magento: Caller) -> None:
    link = {"sku": "BOOT-1", "link_type": "related", "linked_product_sku": "JB/2 A%", "position": 3}
    magento("PUT", "all/V1/products/BOOT-1", {"product": {"product_links": [link]}})
    upsell = {**link, "link_type": "upsell", "linked_product_type": "simple"}
    magento("POST", "V1/products/BOOT-1/links", {"items": [upsell]})

    kinds = [each["link_type"] for each in magento("GET", "V1/products/BOOT-1")["product_links"]]
    assert kinds == ["related", "upsell"]
    assert magento("DELETE", "V1/products/BOOT-1/links/related/JB%2F2%20A%25") is True
    assert magento("GET", "V1/products/BOOT-1/links/related") == []
    assert magento.refused("GET", "V1/products/BOOT-1/links/friends")[0] == 404
    strange = {"product": {"product_links": [{**link, "linked_product_sku": "NONE"}]}}
    assert magento.refused("PUT", "all/V1/products/BOOT-1", strange)[0] == 400
