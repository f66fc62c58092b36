"""Images as addresses."""

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


def test_the_main_image_leads_hidden_ones_stay_and_the_ninth_is_left_out():
    rows = [ProductImage(path=f"/{n}.jpg", position=n) for n in range(1, 11)]
    rows.append(ProductImage(path="/hidden.jpg", position=2, hidden=True))
    rows.append(ProductImage(path="/main.jpg", position=9, is_main=True, is_swatch=True))

    found = image_urls(rows, "https://x.example")

    assert found.main == found.swatch == "https://x.example/main.jpg"
    assert len(found.others) == 8
    assert found.left_out == 2
    assert "https://x.example/hidden.jpg" not in found.others
