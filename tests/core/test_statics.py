"""Static files: addresses that change with the content, kept for ever under their version, packed on the way."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db
NAME = "jetbridge/panel.css"


def get(address, **headers):
    """Ask for a file and read it whole, so that none is left open."""
    response = Client().get(address, headers=headers)
    response.whole = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response


def test_an_address_names_the_version_and_may_be_kept_for_ever():
    address = static(NAME)

    assert re.fullmatch(rf"/static/{NAME}\?v=[0-9a-f]{{12}}", address)
    assert get(address)["Cache-Control"] == "max-age=31536000, public, immutable"


def test_without_its_version_or_with_another_a_file_is_kept_an_hour():
    for address in (f"/static/{NAME}", f"/static/{NAME}?v=000000000000"):
        assert "immutable" not in get(address)["Cache-Control"]


def test_texts_are_packed_for_those_who_take_it_and_whole_for_others():
    plain, packed = get(static(NAME)), get(static(NAME), **{"accept-encoding": "gzip, br"})

    whole = plain.whole
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.whole) == whole
    assert len(packed.whole) == int(packed["Content-Length"]) < len(whole) / 3
    assert "Accept-Encoding" in plain["Vary"]
    assert packed["Content-Type"].startswith("text/css")


def test_what_is_unchanged_is_not_sent_again():
    first = get(static(NAME), **{"accept-encoding": "gzip"})

    again = get(static(NAME), **{"accept-encoding": "gzip", "if-modified-since": first["Last-Modified"]})

    assert again.status_code == 304


def test_pictures_and_fonts_go_as_they_are():
    fonts = [
        path
        for path, _ in (pair for finder in finders.get_finders() for pair in finder.list(None))
        if path.endswith(".woff2")
    ]

    response = get(static(fonts[0]), **{"accept-encoding": "gzip"})

    assert "Content-Encoding" not in response.headers
    assert response.status_code == 200


def test_a_file_that_is_not_there_has_no_version_and_no_answer():
    assert static("nowhere.css") == "/static/nowhere.css"
    assert get("/static/nowhere.css").status_code == 404


@pytest.mark.django_db
def test_the_first_page_loads_a_third_of_what_it_did(admin_client):
    page = admin_client.get("/admin/").content.decode()
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page))

    sizes = [len(get(each, **{"accept-encoding": "gzip"}).whole) for each in addresses]

    assert all("?v=" in each for each in addresses)
    assert len(addresses) > 5
    assert sum(sizes) < 500_000, sum(sizes)
