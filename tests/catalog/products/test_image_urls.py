"""Images as addresses."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.products.image_urls import absolute, image_urls
from catalog.products.models import ProductImage


def test_relative_paths_get_the_base_in_front_and_are_quoted():
    assert (
        absolute("/m/h/red mug.jpg", "https://shop.example/media/")
        == "https://shop.example/media/m/h/red%20mug.jpg"
    )
    assert absolute("https://cdn.example/a.jpg", "https://shop.example") == "https://cdn.example/a.jpg"
    assert absolute("/m/h/a.jpg", "") == "/m/h/a.jpg"


def test_a_percent_sign_that_begins_no_code_is_the_names_own():
    base = "https://shop.example"

    assert absolute("/m/50% off.jpg", base) == f"{base}/m/50%25%20off.jpg"
    assert absolute("/m/red%20mug.jpg", base) == f"{base}/m/red%20mug.jpg"
    assert absolute(f"{base}/100%.jpg?x=%zz", "") == f"{base}/100%25.jpg?x=%25zz"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("100%baumwolle.jpg", "100%25baumwolle.jpg"),
        ("5%de%cor.jpg", "5%25de%25cor.jpg"),
        ("caf%C3%A9 50%.jpg", "caf%C3%A9%2050%25.jpg"),
        ("%.jpg", "%25.jpg"),
        ("a%0Ab.jpg", "a%250Ab.jpg"),
    ],
)
def test_codes_that_make_no_signs_are_the_names_own(name, address):
    for begin in ("https://cdn.example/", "//cdn.example/"):
        assert absolute(f"{begin}{name}", "") == f"https://cdn.example/{address}"
    assert absolute(name, "https://cdn.example") == f"https://cdn.example/{address}"


@given(st.text(st.sampled_from("a%0f2Cé /.,"), min_size=1, max_size=12))
def test_any_name_makes_an_address_that_can_be_read(name):
    path = absolute(f"x{name}", "https://cdn.example").removeprefix("https://cdn.example/")

    assert re.fullmatch(r"(?:[A-Za-z0-9/.,~_-]|%[0-9A-F]{2}|%[0-9a-fA-F]{2})+", path)
    # What reads the address finds the name, or where it holds codes what they spell.
    read = unquote(path, errors="strict")
    assert read.isprintable()
    assert "%" in name or read == f"x{name}"


def test_the_main_image_leads_hidden_ones_stay_and_the_ninth_is_left_out():
    rows = [ProductImage(path=f"/{n}.jpg", position=n) for n in range(1, 11)]
    rows.append(ProductImage(path="/hidden.jpg", position=2, hidden=True))
    rows.append(ProductImage(path="/main.jpg", position=9, is_main=True, is_swatch=True))

    found = image_urls(rows, "https://x.example")

    assert found.main == found.swatch == "https://x.example/main.jpg"
    assert len(found.others) == 8
    assert found.left_out == 2
    assert "https://x.example/hidden.jpg" not in found.others
