"""Where a page may load pictures from: what the configuration and the shown addresses name, and nothing else."""

import re
from pathlib import Path

import pytest

from jetbridge.core import configuration, pictures
from tests.factories import ProductFactory

ROOT = Path(__file__).parents[2]
# The two places that make a picture of an address, each beside its `pictures.allow`.
# The third draws its own, in the address itself; slips show the logo that the panel serves.
MAKERS = {
    "catalog/listings/admin/product_cells.py", "templates/catalog/product_view.html", "templates/signin/set_up.html",
    "templates/orders/logo.html", "templates/orders/packing_slip.html", "templates/orders/packing_slips.html",
    "templates/orders/work.html",
}  # fmt: skip


def sources(answer):
    rules = dict(rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";"))
    return set(rules["img-src"].split()) - {"'self'", "data:"}


@pytest.fixture
def page(client, merchant):
    """A page in the merchant's browser."""
    client.force_login(merchant)
    return lambda address="/admin/": client.get(address)


@pytest.mark.django_db
def test_a_page_loads_pictures_of_no_strange_host(page, client):
    assert sources(page()) == set()
    assert sources(client.get("/admin/login/")) == set()


@pytest.mark.django_db
def test_a_page_loads_pictures_from_where_the_configuration_says(page):
    config = configuration.current()
    config.image_base_url = "https://pictures.example.com:8443/media/"
    config.save()

    assert sources(page()) == {"https://pictures.example.com:8443"}


@pytest.mark.django_db
def test_the_grid_and_a_product_load_the_pictures_that_they_show(page):
    product = ProductFactory(sku="MUG-1")
    product.images.all().delete()
    product.images.create(path="https://cdn.example.com/mug.jpg", is_main=True)
    product.images.create(path="//other.example.com/mug.jpg", position=1)

    assert sources(page("/admin/catalog/product/")) == {"https://cdn.example.com"}
    both = {"https://cdn.example.com", "https://other.example.com"}
    assert sources(page(f"/admin/catalog/product/{product.pk}/change/")) == both
    assert sources(page()) == set()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example/x.jpg?y", "https://a.example"),
        ("HTTP://A.example:81/x.jpg", "http://a.example:81"),
        ("https://user:word@a.example/", "https://a.example"),
        ("https://a.example;script-src *", None),
        ("https://a.example, https:", None),
        ("https://*", None),
        ("https://*.example/", None),
        ("https:///x", None),
        ("https://a.example:99999/", None),
        ("javascript:alert(1)", None),
        ("/media/x.jpg", None),
        ("", None),
    ],
)
def test_an_address_names_its_host_and_writes_no_rule(url, origin):
    with pictures.collecting() as origins:
        pictures.allow(url)

    assert [*origins] == ([origin] if origin else [])


def test_a_page_names_no_more_hosts_than_a_header_holds():
    with pictures.collecting() as origins:
        for n in range(500):
            pictures.allow(f"https://shop-{n}.example/x.jpg")

    assert len(origins) == pictures.MOST


def test_whatever_makes_a_picture_says_where_it_loads_from():
    files = [
        *ROOT.glob("templates/**/*.html"),
        *(
            file
            for room in ("jetbridge", "catalog", "orders", "returns")
            for file in (ROOT / room).rglob("*.py")
        ),
    ]
    made = {
        str(file.relative_to(ROOT))
        for file in files
        if re.search(r"<img\b(?! src=\"{% static)", file.read_text())
    }

    assert made == MAKERS
