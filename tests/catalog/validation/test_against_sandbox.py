"""What validation says is held against what the sandbox does: any values, one verdict."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import payloads
from catalog.jet_fields import FIELDS, Kind
from catalog.jet_words import CPSIA, MAP_RULES, TAX_CODES
from catalog.mapping.models import JetCategory
from catalog.models import Product, ProductImage
from catalog.payloads import Placement
from catalog.rules import engine
from catalog.rules.subjects import Subject
from jetapi.errors import JetRejected
from jetbridge.core.models import Configuration

CATEGORY = JetCategory(pk=1, jet_id=4_000_001, name="Mugs", level=2, path="Home > Kitchen > Mugs")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
CODES = st.sampled_from(
    [
        *("012345678905", "012345678906", "9525000000016", "316148410X"),
        *("9783161484100", "19525000000013", "B00ABCDEFG", "12"),
    ]
)
NUMBERS = st.one_of(
    st.integers(-2, 200),
    st.decimals(-1, 10**8, places=3, allow_nan=False).map(str),
    st.sampled_from(["", "x", "1e3"]),
)
BY_KIND = {
    Kind.TEXT: st.one_of(WORDS, st.integers(0, 120).map("x".__mul__)),
    Kind.LONG_TEXT: st.one_of(WORDS, st.integers(0, 2100).map("y".__mul__)),
    Kind.LIST: st.lists(st.one_of(WORDS, st.just("z" * 501)), max_size=6),
    Kind.NUMBER: NUMBERS,
    Kind.WHOLE: NUMBERS,
    Kind.YES_NO: st.sampled_from(["1", "no", "Yes", "perhaps", True, False]),
    Kind.DATE: st.sampled_from(["2018-02-01", "2018-02-30", "soon"]),
    Kind.CHOICE: st.sampled_from([*MAP_RULES, "104", *TAX_CODES[:3], "general clothing", "Toys"]),
    Kind.CHOICES: st.lists(st.sampled_from([*CPSIA, "fire"]), max_size=3),
    Kind.CODE: CODES,
}
ONE_FIELD = st.sampled_from(list(FIELDS.values())).flatmap(
    lambda field: st.tuples(st.just(field.name), BY_KIND[field.kind])
)
# A listable product, and a few fields that may spoil it: single faults show what many together would hide.
GOOD = {"brand": "Northwind", "EAN": "9525000000016"}
JET_FIELDS = st.lists(ONE_FIELD, max_size=3).map(lambda pairs: {**GOOD, **dict(pairs)})
SKUS = st.one_of(
    st.from_regex(r"[A-Za-z0-9 _.!-]{1,20}", fullmatch=True).filter(
        lambda sku: sku.strip() == sku and sku.strip(".")
    ),
    st.just("S" * 51),
)


@pytest.mark.timeout(600)
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(jet_fields=JET_FIELDS, sku=SKUS)
def test_the_sandbox_takes_what_passes_and_refuses_what_blocks(jet, jet_fields, sku):
    product = Product(pk=1, sku=sku, name="Blue mug", price=Decimal(9), quantity=5, jet_fields=jet_fields)
    images = [ProductImage(path="https://images.example.test/a.jpg", is_main=True)]
    config = Configuration()
    found = engine.problems(Subject(product, config, category=CATEGORY, images=images))
    blocking = {each.code for each in found if each.severity == "blocks"}
    body = payloads.details(product, config=config, placement=Placement(CATEGORY.jet_id), images=images)

    refusal = refused(jet, sku, body)

    if refusal:
        assert blocking, (refusal, body)
    else:
        assert not blocking - engine.STRICTER_ON_PURPOSE, body


def refused(jet, sku, body):
    try:
        jet.products.put(sku, body)
    except JetRejected as refusal:
        return str(refusal)
    return ""
