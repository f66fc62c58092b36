"""Each rule on its own, over products that are in no database."""

from decimal import Decimal

import pytest

from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.selectors import NeededAttribute
from catalog.products.models import Attribute, Product, ProductImage
from catalog.rules import engine
from catalog.rules.models import ReturnException, ShippingException
from catalog.rules.subjects import Relative, Subject
from jetbridge.core.models import Configuration

CATEGORY = JetCategory(pk=1, jet_id=4_000_001, name="Mugs", level=2, path="Home > Kitchen > Mugs")
GOOD = {"brand": "Northwind", "ean": "9525000000016"}
IMAGE = ProductImage(path="https://images.example.test/a.jpg", is_main=True)


def subject(*, attributes=None, jet=None, **more):
    kind = more.pop("kind", Product.Kind.SIMPLE)
    product = Product(
        pk=more.pop("pk", 1), sku=more.pop("sku", "MUG-1"), name=more.pop("name", "Blue mug"), kind=kind,
        description="Holds 12 oz.", price=Decimal(9), quantity=5,
        attributes=GOOD if attributes is None else attributes, jet_fields=jet or {},
        variation_codes=more.pop("codes", []),
    )  # fmt: skip
    facts = {"category": CATEGORY, "images": [IMAGE], **more}
    return Subject(product, Configuration(), **facts)


def codes(found):
    return [each.code for each in engine.problems(found)]


def needed(kind, *, pk=7, variant=True, values=(), units=()):
    attribute = JetAttribute(pk=pk, jet_id=119, name="Size", kind=kind, variant=variant)
    return NeededAttribute(attribute, frozenset(values), tuple(units))


def mapped(each, code="size", unit=""):
    store = Attribute(pk=3, code=code, label=code.title())
    return {code: AttributeMapping(attribute=store, jet_attribute=each.attribute, unit=unit)}


def test_a_good_product_has_no_problem():
    assert codes(subject()) == []


def test_a_product_with_five_faults_shows_five():
    found = subject(
        sku="A/B",
        name="Mug",
        category=None,
        jet={"mfr_part_number": "x" * 51},
        attributes={"ean": "9525000000017"},
    )

    assert sorted(codes(found)) == [
        "EAN.check_digit",
        "brand.missing",
        "category.unmapped",
        "mfr_part_number.too_long",
        "product_title.too_short",
        "sku.slash",
    ]


@pytest.mark.parametrize(
    ("jet", "code"),
    [
        ({"UPC": "01234567890"}, "UPC.wrong_length"),
        ({"UPC": "012345678906"}, "UPC.check_digit"),
        ({"UPC": "212345678992"}, "UPC.in_store"),
        ({"UPC": "0123456789X5"}, "UPC.not_digits"),
        ({"EAN": "2012345678903"}, "EAN.in_store"),
        ({"GTIN-14": "19525000000015"}, "GTIN-14.check_digit"),
        ({"ISBN-10": "3161484101"}, "ISBN-10.check_digit"),
        ({"ISBN-13": "9783161484101"}, "ISBN-13.check_digit"),
        ({"ASIN": "B00ABC"}, "ASIN.wrong_length"),
        ({"EAN": "9.525E+12"}, "EAN.not_digits"),
        ({"product_title": "x" * 501}, "product_title.too_long"),
        ({"product_description": "x" * 2001}, "product_description.too_long"),
        ({"brand": "x" * 101}, "brand.too_long"),
        ({"multipack_quantity": "0"}, "multipack_quantity.out_of_range"),
        ({"multipack_quantity": "129"}, "multipack_quantity.out_of_range"),
        ({"multipack_quantity": "1.5"}, "multipack_quantity.not_whole"),
        ({"bullets": ["x"] * 6}, "bullets.too_many"),
        ({"bullets": ["x" * 501]}, "bullets.too_long"),
        ({"legal_disclaimer_description": "x" * 501}, "legal_disclaimer_description.too_long"),
        ({"safety_warning": "x" * 2001}, "safety_warning.too_long"),
        ({"country_of_origin": "x" * 51}, "country_of_origin.too_long"),
        ({"shipping_weight_pounds": "0"}, "shipping_weight_pounds.out_of_range"),
        ({"package_length_inches": "wide"}, "package_length_inches.not_a_number"),
        ({"map_price": "9.999"}, "map_price.too_fine"),
        ({"map_price": "10000000"}, "map_price.out_of_range"),
        ({"map_implementation": "104"}, "map_implementation.unknown_word"),
        ({"map_implementation": "102"}, "map_price.needed"),
        ({"fulfillment_time": "-1"}, "fulfillment_time.out_of_range"),
        ({"prop_65": "maybe"}, "prop_65.not_yes_or_no"),
        ({"start_selling_date": "soon"}, "start_selling_date.not_a_date"),
        ({"product_tax_code": "Toys"}, "product_tax_code.unknown_word"),
        ({"cpsia_cautionary_statements": ["fire"]}, "cpsia_cautionary_statements.unknown_word"),
        (
            {"cpsia_cautionary_statements": ["no warning applicable", "choking hazard balloon"]},
            "cpsia_cautionary_statements.contradiction",
        ),
    ],
)
def test_each_field_rule_names_itself_and_blocks(jet, code):
    found = engine.problems(subject(jet=jet))

    assert [(each.code, each.severity) for each in found] == [(code, "blocks")]


@pytest.mark.parametrize(
    "jet",
    [
        {"UPC": "012345678905"}, {"ISBN-10": "316148410X"}, {"ISBN-13": "978-3-16-148410-0"}, {"ASIN": "b00abcdefg"},
        {"GTIN-14": "19525000000013"}, {"product_tax_code": "general clothing"}, {"map_price": "9.9900"},
        {"cpsia_cautionary_statements": "choking hazard balloon"}, {"prop_65": "No"}, {"bullets": "one\ntwo"},
        {"map_implementation": "103"}, {"shipping_weight_pounds": "1.2345"}, {"start_selling_date": "2018-02-01"},
    ],
)  # fmt: skip
def test_what_jet_takes_is_no_problem(jet):
    assert codes(subject(jet=jet)) == []


def test_brand_and_part_number_alone_are_taken_but_never_go_live():
    found = engine.problems(subject(attributes={"brand": "Northwind", "mpn": "NW-1"}))

    assert [(each.code, each.severity) for each in found] == [("identifier.only_part_number", "not_live")]


def test_no_identifier_at_all_blocks():
    assert codes(subject(attributes={"brand": "Northwind"})) == ["identifier.missing"]


@pytest.mark.parametrize("kind", ["virtual", "downloadable", "bundle", "grouped", "other"])
def test_other_types_say_only_that_they_cannot_be_listed(kind):
    assert codes(subject(kind=kind, category=None, attributes={})) == ["type.not_listable"]


def test_a_relative_image_without_a_base_address_and_no_image_never_go_live():
    relative = subject(images=[ProductImage(path="/m/a.jpg", is_main=True)])

    assert codes(relative) == ["image.no_base_url"]
    assert codes(subject(images=[])) == ["image.missing"]
    relative.config.image_base_url = "https://shop.example.test/media"
    assert codes(subject(images=[IMAGE])) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("https:///nohost.jpg", ["image.bad_address"]),
        ("http://", ["image.bad_address"]),
        ("https://images.example.test/" + "\u00e9" * 450, ["image.bad_address"]),
        ("https://images.example.test/blue mug.jpg", []),
        ("//cdn.example.test/a.jpg", []),
    ],
)
def test_an_image_address_that_jet_refuses_blocks(path, expected):
    assert codes(subject(images=[ProductImage(path=path, is_main=True)])) == expected


def test_a_further_image_is_judged_like_the_main_one():
    wrong = ProductImage(path="https:///b.jpg", position=1)

    assert codes(subject(images=[IMAGE, wrong])) == ["image.bad_address"]


def test_a_word_of_the_vocabulary_may_not_be_empty():
    attribute = needed(JetAttribute.Kind.LIST, values=("Red",))
    mappings = mapped(attribute, "color")
    mappings["color"].vocabulary = {"None": ""}

    found = subject(attributes={**GOOD, "color": "None"}, needed=[attribute], mappings=mappings)

    assert codes(found) == ["attribute.empty"]


def test_a_unit_has_its_limit_where_jet_names_none():
    attribute = needed(JetAttribute.Kind.NUMBER)
    long = f"7 {'u' * 101}"

    found = subject(attributes={**GOOD, "size": long}, needed=[attribute], mappings=mapped(attribute))

    assert codes(found) == ["attribute.unit_too_long"]


def test_a_price_below_map_and_a_rule_that_keeps_off_are_advice():
    found = engine.problems(subject(below_map=Decimal("9.50"), kept_off="the rule of brand Acme"))

    assert [(each.code, each.field, each.severity) for each in found] == [
        ("price.below_map", "map_price", "advice"),
        ("offering.kept_off", "offered_anyway", "advice"),
    ]
    assert "the rule of brand Acme" in found[1].message


def test_every_rule_says_something_plain_and_none_is_empty():
    wild = subject(
        sku="A/" + "B" * 60, name="x", category=None, images=[], jet={"multipack_quantity": "many", "UPC": "1"},
        attributes={}, price_refusal="The product has no price.", quantity=0,
    )  # fmt: skip

    for each in engine.problems(wild):
        assert each.message.endswith((".", "?"))
        assert len(each.message) > 15
        assert each.field


def test_a_missing_price_and_an_empty_stock_are_told_apart():
    found = engine.problems(subject(price_refusal="The product has no price.", quantity=0))

    assert [(each.code, each.severity) for each in found] == [
        ("price.missing", "not_live"),
        ("quantity.zero", "advice"),
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"active": False}, "category.retired"), ({"level": 0}, "category.root")],
)
def test_a_mapping_to_a_retired_or_root_category_never_goes_live(facts, code):
    category = JetCategory(**{"pk": 2, "jet_id": 5, "name": "Old", "level": 2, "path": "Old", **facts})

    assert codes(subject(category=category)) == [code]


@pytest.mark.parametrize(
    ("value", "kind", "unit", "code"),
    [
        ("XL", JetAttribute.Kind.LIST, "", []),
        (" xl ", JetAttribute.Kind.LIST, "", []),
        ("Huge", JetAttribute.Kind.LIST, "", ["attribute.unknown_value"]),
        (["S", "XL"], JetAttribute.Kind.LIST, "", []),
        (["S", "Huge"], JetAttribute.Kind.LIST, "", ["attribute.unknown_value"]),
        (["", "XL"], JetAttribute.Kind.LIST, "", []),
        ([""], JetAttribute.Kind.LIST, "", ["attribute.empty"]),
        (["a", "b"], JetAttribute.Kind.FREE_TEXT, "", []),
        ("12", JetAttribute.Kind.NUMBER, "oz", []),
        ("12 OZ", JetAttribute.Kind.NUMBER, "", []),
        ("twelve", JetAttribute.Kind.NUMBER, "oz", ["attribute.not_a_number"]),
        ("12", JetAttribute.Kind.NUMBER, "", ["attribute.unit_missing"]),
        ("12 stone", JetAttribute.Kind.NUMBER, "", ["attribute.unknown_unit"]),
        ("anything", JetAttribute.Kind.FREE_TEXT, "", []),
        ("x" * 2001, JetAttribute.Kind.FREE_TEXT, "", ["attribute.too_long"]),
        ("", JetAttribute.Kind.FREE_TEXT, "", ["attributes.missing"]),
    ],
)
def test_values_of_mapped_attributes_must_fit_jets(value, kind, unit, code):
    attribute = needed(kind, values=("S", "XL"), units=("OZ", "ML"))

    found = subject(
        attributes={**GOOD, "size": value}, needed=[attribute], mappings=mapped(attribute, unit=unit)
    )

    assert codes(found) == code


def family(*children, brand="northwind", category=CATEGORY):
    return [
        Relative(Product(pk=10 + place, sku=f"C{place}", attributes={"size": size}), category, brand)
        for place, size in enumerate(children)
    ]


GROUP = Product(pk=20, sku="SET", kind=Product.Kind.CONFIGURABLE, attributes={"size": "L"})


def shirt(**more):
    attribute = more.pop("attribute", needed(JetAttribute.Kind.FREE_TEXT))
    facts = {
        "kind": Product.Kind.CONFIGURABLE, "codes": ["size"], "needed": [attribute], "mappings": mapped(attribute),
        "children": family("S", "M"), **more,
    }  # fmt: skip
    return subject(**facts)


def test_a_sound_configurable_product_has_no_problem():
    assert codes(shirt()) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"children": []}, ["variation.no_children", "attributes.missing"]),
        ({"codes": []}, ["variation.no_attributes", "attributes.missing"]),
        ({"mappings": {}}, ["variation.attribute_unmapped", "attributes.missing"]),
        ({"needed": []}, ["variation.not_in_category"]),
        ({"children": family("S", "M", brand="other")}, ["variation.other_brand"]),
        ({"children": family("S", "M", category=JetCategory(pk=9))}, ["variation.other_category"]),
        ({"children": family("S", "M", category=None)}, ["variation.other_category"]),
        ({"children": family("S", "")}, ["variation.value_missing"]),
        ({"children": family("S", "s")}, ["variation.twins"]),
        (
            {"children": [*family("S", "M"), Relative(GROUP, CATEGORY, "northwind")]},
            ["variation.group_as_child"],
        ),
        ({"unknown_children": ["C9"]}, ["variation.child_unknown"]),
        ({"attribute": needed(JetAttribute.Kind.FREE_TEXT, variant=False)}, ["variation.not_a_variant"]),
    ],
)
def test_each_variation_rule_names_itself(facts, expected):
    assert codes(shirt(**facts)) == expected


def test_children_alike_are_blocked_and_the_axis_in_which_they_differ_is_proposed():
    children = family("S", "S", "M")
    for child, tint, note in zip(
        children, ("Red", "Blue", "Red"), ("long a", "long b", "long c"), strict=True
    ):
        child.product.attributes.update(color=tint, note=note, made="here")

    found = [each for each in engine.problems(shirt(children=children)) if each.code == "variation.twins"]

    assert [(each.severity, "differ in color:" in each.message) for each in found] == [("blocks", True)]


def test_a_child_lacking_the_attribute_of_its_group_is_told_on_the_child():
    parent = Product(sku="SHIRT", kind="configurable", variation_codes=["size"])

    found = engine.problems(subject(parents=[parent]))

    assert [(each.code, each.field) for each in found] == [("variation.value_missing", "size")]
    assert "SHIRT" in found[0].message


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "restricted", "service_level": "SecondDay"}, []),
        ({"kind": "restricted"}, ["shipping.level_or_method"]),
        (
            {"kind": "restricted", "service_level": "Standard", "shipping_method": "Freight"},
            ["shipping.level_or_method"],
        ),
        ({"kind": "exclusive", "service_level": "Soonish"}, ["shipping.unknown_level"]),
        ({"kind": "exclusive", "shipping_method": "By hand"}, ["shipping.unknown_method"]),
        ({"kind": "never", "shipping_method": "Freight"}, ["shipping.unknown_type"]),
        ({"kind": "include", "shipping_method": "Freight", "charge_amount": Decimal(3)}, ["shipping.charge"]),
        (
            {"kind": "include", "shipping_method": "Freight", "override_type": "Override charge",
             "charge_amount": Decimal(-1)},
            ["shipping.negative_charge"],
        ),
    ],
)  # fmt: skip
def test_shipping_exceptions_follow_jets_rules(facts, expected):
    assert codes(subject(shipping_exceptions=[ShippingException(**facts)])) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"time_to_return": 14, "return_shipping_methods": ["ups ground"]}, []),
        ({"time_to_return": 31}, ["returns.time"]),
        ({"return_location_ids": ["a"], "return_shipping_methods": ["By foot"]}, ["returns.unknown_method"]),
        ({}, ["returns.empty"]),
        ({"return_location_ids": ["a" * 101]}, ["returns.location"]),
    ],
)
def test_return_exceptions_follow_jets_rules(facts, expected):
    assert codes(subject(return_exceptions=[ReturnException(**facts)])) == expected


def test_return_exceptions_name_one_number_of_days():
    def found(*days):
        rows = [ReturnException(time_to_return=each, return_location_ids=["a"]) for each in days]
        return codes(subject(return_exceptions=rows))

    assert found(14, None, 14) == []
    assert found(14, 30) == ["returns.days_differ"]
