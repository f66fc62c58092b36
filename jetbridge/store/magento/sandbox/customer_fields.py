"""What a store keeps of its customers and their addresses, field by field, as its forms ask for it."""

from functools import partial
from typing import Any

from .call import Call, Route
from .customers import RESOURCE
from .errors import no_such_entity

Doc = dict[str, Any]
# code, input, backend, lines, place, label; "!" behind the code: required, "+": made by people, "-": in no form.
CUSTOMER = """
website_id! select static 0 10 Associate to Website
store_id- select static 0 20 Create In
created_in- text static 0 20 Created From
prefix text static 0 30 Name Prefix
firstname! text static 0 40 First Name
middlename text static 0 50 Middle Name/Initial
lastname! text static 0 60 Last Name
suffix text static 0 70 Name Suffix
email! text static 0 80 Email
group_id! select static 0 25 Group
dob date static 0 90 Date of Birth
taxvat text static 0 100 Tax/VAT Number
gender select static 0 110 Gender
disable_auto_group_change boolean static 0 28 Disable Automatic Group Change Based on VAT ID
created_at- date static 0 86 Created At
"""
ADDRESS = """
prefix text static 0 10 Name Prefix
firstname! text static 0 20 First Name
middlename text static 0 30 Middle Name/Initial
lastname! text static 0 40 Last Name
suffix text static 0 50 Name Suffix
company text static 0 60 Company
street! multiline static 3 70 Street Address
country_id! select static 0 80 Country
region hidden static 0 90 State/Province
region_id hidden static 0 90 State/Province
postcode text static 0 110 Zip/Postal Code
city! text static 0 100 City
telephone! text static 0 120 Phone Number
fax text static 0 130 Fax
vat_id text static 0 140 VAT Number
"""
OPTIONS = {
    "gender": (("", " "), ("1", "Male"), ("2", "Female"), ("3", "Not Specified")),
    "group_id": (("1", "General"), ("2", "Wholesale"), ("3", "Retailer")),
    "website_id": (("1", "Main Website"),),
    "country_id": (("", " "), ("US", "United States")),
}
LONGEST = {"firstname": 255, "lastname": 255, "street": 255, "city": 255, "telephone": 255}
FORMS = {
    CUSTOMER: (
        "adminhtml_customer",
        "customer_account_create",
        "customer_account_edit",
        "adminhtml_checkout",
    ),
    ADDRESS: ("adminhtml_customer_address", "customer_address_edit", "customer_register_address"),
}
GRID = ("is_used_in_grid", "is_visible_in_grid", "is_filterable_in_grid", "is_searchable_in_grid")


def _fields(table: str) -> list[Doc]:
    return [_field(*line.split(" ", 5)) for line in table.strip().splitlines()]


def _field(mark: str, kind: str, backend: str, lines: str, place: str, label: str) -> Doc:
    code = mark.strip("!-")
    longest = {"name": "max_text_length", "value": str(LONGEST[code])} if code in LONGEST else None
    return {
        "frontend_input": kind, "input_filter": "", "store_label": label,
        "validation_rules": [longest, {"name": "min_text_length", "value": "1"}] if longest else [],
        "multiline_count": int(lines), "visible": not mark.endswith("-"), "required": mark.endswith("!"),
        "data_model": "", "frontend_class": " required-entry" if mark.endswith("!") else "", "user_defined": False,
        "options": [{"label": text, "value": value} for value, text in OPTIONS.get(code, ())],
        "sort_order": int(place), "frontend_label": label, "note": "", "system": True, "backend_type": backend,
        **dict.fromkeys(GRID, code in ("email", "dob", "gender", "taxvat")), "attribute_code": code,
    }  # fmt: skip


def _all(table: str, _call: Call) -> list[Doc]:
    return _fields(table)


def _custom(_call: Call) -> list[Doc]:
    """List the fields that people made; there are none."""
    return []


def _one(table: str, call: Call) -> Doc:
    code = call.params["attributeCode"]
    for each in _fields(table):
        if each["attribute_code"] == code:
            return each
    raise no_such_entity("attributeCode", code)


def _form(table: str, call: Call) -> list[Doc]:
    """
    List the fields of a form.

    :raises Refusal: there is no form of this name
    """
    code = call.params["formCode"]
    if code not in FORMS[table]:
        raise no_such_entity("formCode", code)
    return [each for each in _fields(table) if each["visible"]]


def _routes(kind: str, table: str) -> tuple[Route, ...]:
    place = f"attributeMetadata/{kind}"
    return (
        Route("GET", place, RESOURCE, partial(_all, table)),
        Route("GET", f"{place}/custom", RESOURCE, _custom),
        Route("GET", f"{place}/attribute/{{attributeCode}}", RESOURCE, partial(_one, table)),
        Route("GET", f"{place}/form/{{formCode}}", RESOURCE, partial(_form, table)),
    )


ROUTES = (*_routes("customer", CUSTOMER), *_routes("customerAddress", ADDRESS))
