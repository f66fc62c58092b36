"""The documentation's pictures: what is missing is named, and the README shows none that is not taken."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from jetbridge.desk.screenshots import SHOTS, shown_in_howtos

README = Path(settings.BASE_DIR) / "README.md"


def test_without_chromium_one_line_says_so():
    with pytest.raises(CommandError, match="There is no Chromium at /no/such/chromium"):
        call_command("screenshots", chromium=Path("/no/such/chromium"))


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
