"""Products of any shape for property tests: mostly sound, with faults of every sort strewn in."""

from hypothesis import strategies as st

from catalog.mapping.fields.table import FIELDS, Kind
from catalog.mapping.fields.vocabularies import (
    CPSIA,
    MAP_RULES,
    RETURN_METHODS,
    SERVICE_LEVELS,
    SHIPPING_METHODS,
    TAX_CODES,
)
from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.placements import AttributeRule, Placement
from catalog.mapping.selectors import NeededAttribute
from catalog.products.models import Attribute, ProductImage
from catalog.rules.models import ReturnException, ShippingException

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
    Kind.LONG_TEXT: st.one_of(
        WORDS, st.integers(0, 2100).map("y".__mul__), st.just("<p>a <b>b</b></p>" * 200)
    ),
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

KINDS = {
    "color": JetAttribute.Kind.LIST,
    "note": JetAttribute.Kind.FREE_TEXT,
    "size": JetAttribute.Kind.NUMBER,
}
JET_ATTRIBUTES = {
    code: JetAttribute(pk=place, jet_id=100 + place, name=code.title(), kind=kind, variant=True)
    for place, (code, kind) in enumerate(KINDS.items(), 1)
}
NEEDED = [
    NeededAttribute(JET_ATTRIBUTES["color"], frozenset({"Red", "Blue"}), ()),
    NeededAttribute(JET_ATTRIBUTES["note"], frozenset(), ()),
    NeededAttribute(JET_ATTRIBUTES["size"], frozenset(), ("oz", "lb")),
]
VOCABULARY = {"Crimson": "Red", "Nothing": ""}
MAPPINGS = {
    code: AttributeMapping(
        attribute=Attribute(code=code, label=code.title()), jet_attribute=jet,
        unit="oz" if code == "size" else "", vocabulary=VOCABULARY if code == "color" else {},
    )
    for code, jet in JET_ATTRIBUTES.items()
}  # fmt: skip
PLACEMENT = Placement(
    CATEGORY.jet_id,
    tuple(
        AttributeRule(
            code, each.jet_attribute.jet_id, code == "size", each.unit, each.vocabulary, code == "color"
        )
        for code, each in MAPPINGS.items()
    ),
)
LONG = st.sampled_from(["n" * 2001, "n" * 2000])
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "color": st.one_of(
            st.sampled_from(["Red", "Crimson", "Mauve", "Nothing", ["Red", "Blue"], ["", "Red"], [""]]), WORDS
        ),
        "note": st.one_of(WORDS, LONG, st.lists(WORDS, max_size=3)),
        "size": st.one_of(
            st.sampled_from(["12", "12 oz", "1,200", "12 furlongs", "big", "7 " + "u" * 101, 12, 1.5]), WORDS
        ),
    },
)
PATHS = st.one_of(
    st.sampled_from(
        [
            "https://images.example.test/a.jpg", "/m/u/mug one.jpg", "HTTP://images.example.test/ä.jpg",
            "https:///nohost.jpg", "http://", "https:// blank.test/a.jpg", "//cdn.example.test/a.jpg",
            "https://images.example.test/" + "é" * 450,
        ]
    ),
    WORDS.filter(bool),
)  # fmt: skip
IMAGES = st.lists(
    st.builds(
        ProductImage, path=PATHS, position=st.integers(0, 12), is_main=st.booleans(), is_swatch=st.booleans(),
        hidden=st.booleans(),
    ),
    max_size=12,
)  # fmt: skip
BASES = st.sampled_from(["", "https://shop.example.test/media"])
SHIPPING = st.lists(
    st.builds(
        ShippingException,
        kind=st.sampled_from(["exclusive", "restricted", "include", "never"]),
        service_level=st.sampled_from(["", "", *SERVICE_LEVELS[:3], "SecondDay", "Someday", " "]),
        shipping_method=st.sampled_from(["", "", *SHIPPING_METHODS[:3], "Pigeon"]),
        override_type=st.sampled_from(["", "Override charge", "Additional charge"]),
        charge_amount=st.one_of(st.none(), st.decimals(-1, 90, places=2)),
    ),
    max_size=3,
)


def _return_rows(days: int | None) -> st.SearchStrategy[list[ReturnException]]:
    """Rows that name one number of days or none: which of several Jet would get is ours to choose."""
    return st.lists(
        st.builds(
            ReturnException,
            time_to_return=st.sampled_from([days, None]),
            return_location_ids=st.lists(st.sampled_from(["a" * 32, "b" * 101]), max_size=2),
            return_shipping_methods=st.lists(st.sampled_from([*RETURN_METHODS, "Pigeon"]), max_size=2),
        ),
        max_size=2,
    )


RETURNS = st.sampled_from([None, 0, 1, 14, 30, 31]).flatmap(_return_rows)
