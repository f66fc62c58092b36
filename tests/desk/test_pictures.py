"""The documentation's pictures: what is missing is named, and the README shows none that is not taken."""

import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from jetbridge.desk.screenshots import SHOTS, Camera, NoPicture, shown_in_howtos, take

README = Path(settings.BASE_DIR) / "README.md"


def test_without_chromium_one_line_says_so():
    with pytest.raises(CommandError, match="There is no Chromium at /no/such/chromium"):
        call_command("screenshots", chromium=Path("/no/such/chromium"))


def test_without_the_development_lock_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "playwright", None)

    with pytest.raises(
        CommandError, match=r"^Playwright is not installed; `make setup-dev` installs it.$"
    ) as refused:
        call_command("screenshots", chromium=Path("/bin/true"))
    assert refused.value.returncode == 1


def test_what_stands_in_the_cameras_way_is_one_line(tmp_path: Path):
    camera = Camera(
        "http://127.0.0.1:9", "owner", "secret", Path("/bin/false"), tmp_path, tmp_path, ("dashboard",)
    )

    with pytest.raises(NoPicture, match=r"^Chromium at /bin/false does not start: [^\n]+$"):
        take(camera, print)


def test_the_readme_shows_only_pictures_that_are_taken():
    shown = set(re.findall(r"docs/images/([a-z-]+)\.png", README.read_text()))

    assert shown
    assert shown <= {shot.name for shot in SHOTS}
    assert all((README.parent / "docs" / "images" / f"{name}.png").exists() for name in shown)


def test_every_picture_of_a_how_to_is_taken_by_the_same_command_and_a_strange_name_is_refused():
    assert shown_in_howtos() <= {shot.name for shot in SHOTS}
    with pytest.raises(CommandError, match="There is no picture no-such") as refused:
        call_command("screenshots", chromium=Path("/bin/true"), only=["no-such"])
    assert refused.value.returncode == 2
