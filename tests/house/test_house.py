"""The measures of the house: each finds what a small house was built with."""

import subprocess
from pathlib import Path

import pytest

from jetbridge.home import PROJECT_ROOT
from tests.house.small_houses import measured

# Chains: who stands on whom.


def test_a_chain_counts_every_module_from_the_top_to_the_bottom(tmp_path: Path) -> None:
    files = {"a/top.py": "from a import middle", "a/middle.py": "import a.low", "a/low.py": ""}

    assert measured(tmp_path, "chain", files) == (3, ["a.top", "a.middle", "a.low"])


def test_modules_that_import_each_other_are_one_step_of_a_chain(tmp_path: Path) -> None:
    files = {"a/top.py": "import a.x", "a/x.py": "from .y import one", "a/y.py": "from . import x\none = 1"}

    assert measured(tmp_path, "chain", files) == (2, ["a.top", "a.x <-> a.y"])


def test_the_modules_of_a_models_package_are_one_step_of_a_chain(tmp_path: Path) -> None:
    files = {
        "a/top.py": "import a.models",
        "a/models/x.py": "import a.models.y",
        "a/models/y.py": "import a.low",
    }

    figure, names = measured(tmp_path, "chain", {**files, "a/low.py": ""})

    assert (figure, names) == (3, ["a.top", "a.models", "a.low"])


def test_an_import_for_type_checkers_is_an_import(tmp_path: Path) -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.low import Thing\n"

    assert measured(tmp_path, "chain", {"a/top.py": text, "a/low.py": ""}) == (2, ["a.top", "a.low"])


def test_an_import_inside_a_function_is_an_import(tmp_path: Path) -> None:
    files = {"a/top.py": "def go():\n    from a import low\n", "a/low.py": ""}

    assert measured(tmp_path, "chain", files)[0] == 2


@pytest.mark.parametrize(
    "relation",
    ['models.ForeignKey("store.Thing", models.CASCADE)', 'models.ManyToManyField(to="store.Thing")'],
)
def test_a_table_that_is_named_by_string_is_imported(tmp_path: Path, relation: str) -> None:
    files = {
        "a/models.py": f"class Row(models.Model):\n    thing = {relation}\n",
        "b/apps.py": 'class Config(AppConfig):\n    name = "b"\n    label = "store"\n',
        "b/models/things.py": "class Thing(models.Model): pass\n",
    }

    assert measured(tmp_path, "chain", files) == (2, ["a.models", "b.models"])


def test_a_table_under_another_apps_label_is_found_by_that_label(tmp_path: Path) -> None:
    meta = "class Meta:\n        app_label = 'old'\n"
    files = {
        "a/rows/models.py": f'class Row(models.Model):\n    thing = models.ForeignKey("Thing")\n    {meta}',
        "a/things/models.py": f"class Thing(models.Model):\n    {meta}",
    }

    assert measured(tmp_path, "chain", files) == (2, ["a.rows.models", "a.things.models"])


def test_a_package_that_imports_when_it_is_loaded_stands_between(tmp_path: Path) -> None:
    files = {"a/top.py": "import b.part", "b/part.py": "", "b/__init__.py": "import b.low", "b/low.py": ""}

    assert measured(tmp_path, "chain", files) == (3, ["a.top", "b", "b.low"])


def test_an_empty_package_on_the_way_to_a_module_is_no_step(tmp_path: Path) -> None:
    assert measured(tmp_path, "chain", {"a/top.py": "import b.part", "b/part.py": ""}) == (
        2,
        ["a.top", "b.part"],
    )


def test_a_chain_of_services_stays_inside_the_services_of_one_room(tmp_path: Path) -> None:
    files = {
        "a/services/x.py": "import a.services.deep.y\nimport b.services.z",
        "a/services/deep/y.py": "import a.other",
        "a/other.py": "import b.services.z",
        "b/services/z.py": "",
    }

    assert measured(tmp_path, "services_chain", files) == (2, ["a.services.x", "a.services.deep.y"])


def test_the_chain_of_the_intake_is_measured_wherever_it_lies(tmp_path: Path) -> None:
    files = {"a/goods/intake/x.py": "from . import y", "a/goods/intake/y.py": "import a.low", "a/low.py": ""}

    assert measured(tmp_path, "intake_chain", files)[0] == 2


def test_what_a_module_stands_on_counts_what_it_reaches_through_others(tmp_path: Path) -> None:
    files = {"a/x.py": "import a.y", "a/y.py": "import a.z", "a/z.py": "import a.last", "a/last.py": ""}

    figure, names = measured(tmp_path, "stands_on", files)

    assert (figure, names[0]) == (1, "a.x: 3")


def test_cycles_are_found_between_modules_and_inside_a_models_package(tmp_path: Path) -> None:
    files = {
        "a/x.py": "import a.y",
        "a/y.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.x\n",
        "a/models/one.py": "from a.models import two",
        "a/models/two.py": "from a.models.one import One",
    }

    figure, names = measured(tmp_path, "cycles", files)

    assert (figure, names) == (2, ["a.x <-> a.y", "a.models.one <-> a.models.two"])


# Sending.


@pytest.mark.parametrize(
    "writing",
    [
        "rows.update(claimed_until=None)",
        "row.claimed_until = now",
        "row.token, row.claimed_until = '', None",
        "setattr(row, 'claimed_until', now)",
        "values = {'claimed_until': None}",
        "values['claimed_until'] = None",
        "cursor.execute('UPDATE a SET claimed_until = NULL')",
    ],
)
def test_each_way_to_write_a_claim_is_found(tmp_path: Path, writing: str) -> None:
    assert measured(tmp_path, "senders", {"a/x.py": writing}) == (1, ["a.x"])


@pytest.mark.parametrize(
    "reading",
    [
        "rows.filter(claimed_until=None)",
        "Q(claimed_until__lt=now)",
        "print(row.claimed_until)",
        "class Row:\n    claimed_until = models.DateTimeField()",
        '"""Waits while claimed_until = now."""',
    ],
)
def test_whoever_only_reads_a_claim_sends_nothing(tmp_path: Path, reading: str) -> None:
    assert measured(tmp_path, "senders", {"a/x.py": reading})[0] is None


def test_the_modules_of_the_outbox_are_one_place(tmp_path: Path) -> None:
    write = "rows.update(claimed_until=None)"
    files = {"a/outbox/claims.py": write, "a/outbox/results.py": write, "a/x.py": write}

    assert measured(tmp_path, "senders", files)[0] == 2


# Facets and the client.


PRICE = """
from a.facets import base

class Price(base.Facet):
    name, label = "price", "Price"
    figure = base.Word("cost", "Cost")
    file_kind: str = base.Word("PriceFile", "Prices")

OWN = rows.filter(facet="price", kind="PriceFile")
"""
STOCK = PRICE.replace("rice", "ieces").replace("cost", "count")


@pytest.mark.parametrize(
    ("code", "places"),
    [
        (
            "from a.facets.base import Facet as F\nKEYS = F.PRICE, F('price'), F['PRICE'], F.choices, F(name)",
            3,
        ),
        ("from a import facets\nKEY = facets.base.Facet.PRICE", 1),
        ("from a.facets import price", 1),
        ("from a.facets.price import Price", 1),
        ("def late():\n    import a.facets.price", 1),
        ("registry.named('price')", 1),
        ("registry.of_file('PriceFile')", 1),
        ("rows.filter(facet='price')", 1),
        ("rows.filter(facet__in=['price', 'pieces', other])", 2),
        ("rows.filter(listing__facets__facet='price')", 1),
        ("Q(**{'facet': 'price'})", 1),
        ("if row.facet == 'price': ...", 1),
        ("if 'price' == wish.facet: ...", 1),
        ("if facet not in ('price', 'pieces'): ...", 2),
        ("match row.facet:\n    case 'price': ...", 1),
        ("ORDER = ['pieces', 'price']", 2),
        ("CALLS = {'price': put, 'pieces': patch}", 2),
        ("FACET_JOBS = {'price': 'sync'}", 1),
        ("by_facet['price']", 1),
        ("facets.get('price')", 1),
        ("def send(rows, facet='price', *, other=None): ...", 1),
        ("def send(*, facet: str = 'price'): ...", 1),
        ("facet: Literal['price', 'all'] = chosen", 1),
        ("row.facet = 'price'", 1),
        ("SQL = 'SELECT 1 FROM t WHERE facet = \\'price\\''", 1),
        ("rows.filter(figure='cost')", 1),
        ("if file.kind == 'PriceFile': ...", 1),
        # A column of the store, a person's word, a text that nobody reads as code.
        ("COLUMNS = ('price', 'name')", 0),
        ("product['price'], form.get('price'), rows.order_by('price')", 0),
        ('def f():\n    """Where facet = \'price\'."""', 0),
        ("registry.that(lambda facet: facet.is_offer)", 0),
    ],
)
def test_a_facet_is_named_in_its_own_file_alone(tmp_path: Path, code: str, places: int) -> None:
    files = {"a/facets/price.py": PRICE, "a/facets/pieces.py": STOCK, "a/facets/base.py": "", "a/x.py": code}

    assert measured(tmp_path, "facet_names", files) == (places, [f"a.x: {places}"] if places else [])


def test_a_facet_is_no_business_of_another_ones_file(tmp_path: Path) -> None:
    files = {"a/facets/price.py": PRICE, "a/facets/pieces.py": STOCK + "rows.filter(facet='price')"}

    assert measured(tmp_path, "facet_names", files) == (1, ["a.facets.pieces: 1"])


def test_a_template_that_names_a_facet_is_found(tmp_path: Path) -> None:
    page = tmp_path / "templates" / "a" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("{% if part.facet == \"price\" %}{% endif %}{% if tab == 'price' %}{% endif %}")

    found = measured(tmp_path, "facet_names", {"a/facets/price.py": PRICE, "a/x.py": ""})

    assert found == (1, ["templates/a/page.html: 1"])


def test_modules_that_import_the_client_are_counted_and_those_outside_jet_rooms_named(tmp_path: Path) -> None:
    files = {
        "client/calls.py": "import client.wire",
        "client/wire.py": "",
        "panel/core/opener.py": "import client",
        "panel/jet/orders.py": "from client.calls import call",
        "panel/x.py": "if TYPE_CHECKING:\n    from client import calls\n",
    }

    assert measured(tmp_path, "client_importers", files)[0] == 3
    assert measured(tmp_path, "client_importers_elsewhere", files) == (1, ["panel.x"])


@pytest.mark.parametrize(
    "taking",
    [
        "from panel.jet.orders import Wrong",
        "from panel.jet import orders\ntry: ...\nexcept orders.Wrong: ...",
    ],
)
def test_a_name_of_the_client_that_is_handed_on_is_found(tmp_path: Path, taking: str) -> None:
    files = {
        "client/errors.py": "",
        "panel/jet/orders.py": "from client.errors import Wrong",
        "panel/x.py": taking,
    }

    assert measured(tmp_path, "handed_on", files) == (1, ["panel.x: panel.jet.orders.Wrong"])


# Layers and places.

CONTRACTS = """
[[tool.importlinter.contracts]]
type = "layers"
layers = ["panel.desk", "panel.core"]

[[tool.importlinter.contracts]]
type = "layers"
containers = ["panel.core"]
layers = ["(admin) | (tasks)", "(models)"]
"""


def test_children_of_rooms_and_containers_that_stand_in_no_layer_are_found(tmp_path: Path) -> None:
    files = {
        "panel/apps.py": "",
        "panel/desk/x.py": "",
        "panel/core/admin.py": "",
        "panel/core/tasks/hourly.py": "",
        "panel/core/drawer/x.py": "",
        "panel/core/migrations/0001_initial.py": "",
        "apart/x.py": "",
    }

    _, names = measured(tmp_path, "outside_layers", files, CONTRACTS)

    assert names == ["apart", "panel.apps", "panel.core.drawer"]


@pytest.mark.parametrize(
    "naming",
    [
        "LINK = f'/admin/orders/{number}'",
        "LINK = 'admin:orders_order_change'",
        "PAGE = 'orders/page.html'",
        "from django.urls import reverse",
        "from django import shortcuts",
        "link = reverse(name)",
    ],
)
def test_a_service_that_names_a_page_is_found(tmp_path: Path, naming: str) -> None:
    figure, names = measured(
        tmp_path, "services_naming_pages", {"a/services/deep/x.py": naming, "a/views.py": naming}
    )

    assert (figure, len(names)) == (1, 1)
    assert names[0].startswith("a.services.deep.x: ")


def test_a_service_may_speak_of_pages_in_prose_and_turn_a_list_round(tmp_path: Path) -> None:
    text = '"""What /admin/orders shows, see page.html."""\nrows.reverse()\n'

    assert measured(tmp_path, "services_naming_pages", {"a/services/x.py": text})[0] == 0


def test_modules_of_a_place_are_counted_without_its_packages(tmp_path: Path) -> None:
    files = {
        "orders/services/deep/x.py": "",
        "orders/services/y.py": "",
        "catalog/z.py": "",
        "catalog/room/w.py": "",
    }

    assert measured(tmp_path, "orders_services", files)[0] == 2
    assert measured(tmp_path, "catalog_loose", files) == (1, ["catalog.z"])


# Sizes and words.


def test_the_longest_file_and_function_are_named_first(tmp_path: Path) -> None:
    files = {"a/x.py": "@one\n@two\ndef long():\n    a = 1\n    return a\n", "a/y.py": "\n"}

    assert measured(tmp_path, "file_lines", files)[1][0] == "a.x: 5"
    assert measured(tmp_path, "function_lines", files) == (3, ["a.x.long: 3"])


def test_lines_belong_to_the_innermost_room_and_migrations_to_none(tmp_path: Path) -> None:
    files = {
        "catalog/apps.py": "\n" * 2,
        "catalog/x.py": "\n" * 3,
        "catalog/mapping/apps.py": "",
        "catalog/mapping/y.py": "\n" * 7,
        "catalog/mapping/migrations/0001_initial.py": "\n" * 50,
        "tests/test_x.py": "\n" * 4,
    }

    assert measured(tmp_path, "catalog_room_lines", files)[1] == ["catalog.mapping: 7", "catalog: 5"]
    assert measured(tmp_path, "product_lines", files)[0] == 12
    assert measured(tmp_path, "test_lines", files)[0] == 4


def test_a_docstring_that_only_repeats_the_name_is_found(tmp_path: Path) -> None:
    text = '''
    class OrderLink:
        """The link of an order."""

        def names(self, customer):
            """Return the customer's names."""

        def first_name(self):
            """The name that Jet prints."""
    '''

    _, names = measured(tmp_path, "docstrings", {"a/x.py": text})

    assert [each.split(":")[0] for each in names] == ["a.x.OrderLink", "a.x.OrderLink.names"]


def test_nothing_lies_beside_the_rooms() -> None:
    """What a test or a person left at the top by accident is not carried along."""
    known = {
        ".ci", ".dockerignore", ".editorconfig", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "Dockerfile",
        "LICENSE", "Makefile", "README.md", "bench", "catalog", "docker-compose.yml", "docs", "jetapi", "jetbridge",
        "manage.py", "orders", "pyproject.toml", "requirements-dev.lock", "requirements.lock", "returns", "templates",
        "tests",
    }  # fmt: skip
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a checkout of git")

    assert {Path(name).parts[0] for name in listed.stdout.splitlines()} <= known
