"""What validation says is held against what the sandbox does: any product, one verdict for each message."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.listings.facets import details, payloads, variation
from catalog.listings.facets import returns as return_exceptions
from catalog.listings.facets import shipping as shipping_exceptions
from catalog.mapping.models import JetCategory
from catalog.products.models import Product, ProductImage
from catalog.rules import engine
from catalog.rules.subjects import Relative, Subject
from jetapi.errors import JetRejected
from jetapi.sandbox import Sandbox
from jetbridge.core.models import Configuration
from tests.catalog.rules.validation import strategies as some
from tests.sandboxes import ServedSandbox

EXAMPLES, FAMILIES, MANY = 500, 300, 10_000
PLAIN = {"product_title": "Blue mug", "multipack_quantity": 1, "ASIN": "B00ABCDEFG"}
SLOW = list(HealthCheck)


def refused(call, sku, body):
    """Return why the sandbox refuses a message, or nothing."""
    try:
        call(sku, payloads.plain(body))
    except JetRejected as refusal:
        return str(refusal)
    return ""


@pytest.fixture(scope="module")
def served_sandbox():
    """A sandbox that reads Jet's documents to the letter; compat would take what the panel rightly blocks."""
    box = Sandbox(compat=False)
    with box.serve(port=0) as url:
        yield ServedSandbox(box, url)
    box.close()


@pytest.fixture
def plain(jet):
    """A client of a sandbox that has a SKU for exceptions to hang on."""
    jet.products.put("PLAIN", PLAIN)
    return jet


def blocking(found, *parts):
    """Return the codes that block, of these parts, or of the details where none is named."""
    codes = {each.code for each in found if each.severity == "blocks"}
    others = ("shipping.", "returns.", "variation.")
    return {code for code in codes if (code.startswith(parts) if parts else not code.startswith(others))}


def hold(refusal, codes, body):
    """What passes is taken; what blocks is refused, or stands on the named list of stricter rules."""
    if refusal:
        assert codes, (refusal, body)
    else:
        assert not codes - engine.STRICTER_ON_PURPOSE, body


MESSAGES = st.fixed_dictionaries(
    {
        "jet_fields": some.JET_FIELDS, "sku": some.SKUS, "attributes": some.ATTRIBUTES, "images": some.IMAGES,
        "base": some.BASES, "shipping": some.SHIPPING, "returns": some.RETURNS,
    }
)  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(message=MESSAGES)
def test_the_sandbox_takes_what_passes_and_refuses_what_blocks(account, plain, message):
    judge(account, plain, **message)


@pytest.mark.kill
@pytest.mark.timeout(0)
@settings(max_examples=MANY, deadline=None, suppress_health_check=SLOW)
@given(message=MESSAGES)
def test_thousands_of_others_are_judged_alike(account, plain, message):
    judge(account, plain, **message)


def judge(account, plain, jet_fields, sku, attributes, images, base, shipping, returns):
    """Hold each verdict on one product against what the sandbox does with its message."""
    product = Product(
        pk=1,
        sku=sku,
        name="Blue mug",
        price=Decimal(9),
        quantity=5,
        jet_fields=jet_fields,
        attributes=attributes,
    )
    config = Configuration(image_base_url=base)
    found = engine.problems(
        Subject(
            product, config, category=some.CATEGORY, needed=some.NEEDED, mappings=some.MAPPINGS, images=images,
            shipping_exceptions=shipping, return_exceptions=returns,
        )
    )  # fmt: skip

    body = details.details(product, config=config, placement=some.PLACEMENT, images=images)
    hold(refused(plain.products.put, sku, body), blocking(found), body)
    if shipping:
        body = shipping_exceptions.shipping_exceptions(shipping, node=account.fulfillment_node_id)
        hold(
            refused(plain.products.put_shipping_exceptions, "PLAIN", body), blocking(found, "shipping."), body
        )
    if returns:
        body = return_exceptions.return_exception(returns)
        hold(refused(plain.products.put_return_exception, "PLAIN", body), blocking(found, "returns."), body)


MEMBERS = st.fixed_dictionaries(
    {"brand": st.sampled_from(["Northwind", "northwind ", "Other"])},
    optional={"color": st.sampled_from(["Red", "Blue"]), "note": st.just("long")},
)
OTHER = JetCategory(pk=2, jet_id=4_000_002, name="Cups", level=2, path="Home > Kitchen > Cups")


@pytest.mark.timeout(1800)
@settings(max_examples=FAMILIES, deadline=None, suppress_health_check=SLOW)
@given(
    parent=MEMBERS,
    members=st.lists(st.tuples(MEMBERS, st.sampled_from([some.CATEGORY, some.CATEGORY, OTHER])), max_size=3),
    codes=st.lists(st.sampled_from(["color", "note", "unmapped"]), max_size=2, unique=True),
    carried=st.sampled_from([some.NEEDED, some.NEEDED, some.NEEDED[1:]]),
)
def test_a_group_that_passes_is_taken_and_one_that_blocks_is_refused(jet, parent, members, codes, carried):
    config = Configuration()
    image = [ProductImage(path="https://images.example.test/a.jpg", is_main=True)]
    carried_ids = {each.attribute.jet_id for each in carried}
    rules = tuple(rule for rule in some.PLACEMENT.rules if rule.jet_id in carried_ids)
    head = _member("P", parent, kind="configurable", variation_codes=codes)
    children = [(_member(f"C{n}", values), category) for n, (values, category) in enumerate(members)]
    found = engine.problems(
        Subject(
            head, config, category=some.CATEGORY, needed=carried, mappings=some.MAPPINGS, images=image,
            children=[
                Relative(child, category, str(child.attributes["brand"]).strip().lower())
                for child, category in children
            ],
        )
    )  # fmt: skip

    for member in (head, *(child for child, _ in children)):
        stand_in = children[0][0] if member is head and children else None
        placement = details.Placement(some.CATEGORY.jet_id, rules)
        jet.products.put(
            member.sku,
            payloads.plain(
                details.details(member, config=config, placement=placement, images=image, stand_in=stand_in)
            ),
        )
    wordable = codes and all(code in some.MAPPINGS for code in codes)
    body = variation.variation(
        refinements=[some.MAPPINGS[code].jet_attribute.jet_id for code in codes] if wordable else [],
        children=[child.sku for child, _ in children],
        title=head.name,
    )
    hold(refused(jet.products.put_variation, head.sku, body), blocking(found, "variation."), body)


def _member(sku, values, **fields):
    attributes = {**values, "ean": "9525000000016"}
    return Product(
        pk=1, sku=sku, name="Blue mug", price=Decimal(9), quantity=5, attributes=attributes, **fields
    )
