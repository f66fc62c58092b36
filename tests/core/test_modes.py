"""Nobody else on the machine reads the home: whoever made its folder, whatever process writes into it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User as Person

from jetbridge import home
from jetbridge.core import people
from jetbridge.desk.supervision import first_run
from tests.commands.installations import FOREIGN

ROOT = Path(__file__).parents[2]


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def run(folder, *words, umask=0o022):
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    env = {**inherited, "JETBRIDGE_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "jetbridge.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, umask=umask
    )


def test_a_home_that_was_open_is_closed_with_one_line_and_what_is_made_in_it_is_too(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    (folder / "jetbridge.sqlite3").touch(mode=0o644)
    folder.chmod(0o755)

    first = run(folder, "migrate", "-v", "0")
    second = run(folder, "check")

    shown = [line for line in first.stderr.splitlines() if "open to other users" in line]
    assert len(shown) == 1
    assert "mode 755" in shown[0]
    assert "open to other users" not in second.stderr
    found = {path.name: mode_of(path) for path in [folder, *folder.iterdir()]}
    assert {name: mode for name, mode in found.items() if mode & home.OTHERS} == {}
    assert "jetbridge.sqlite3" in found


def test_a_folder_that_all_share_is_left_alone_and_named(tmp_path):
    tmp_path.chmod(0o1777)

    lines = home.close(tmp_path)

    assert mode_of(tmp_path) == 0o1777
    assert "shared by all users" in lines[0]


def test_files_that_are_not_the_panels_keep_their_mode(tmp_path):
    (tmp_path / "notes.txt").touch()
    (tmp_path / "notes.txt").chmod(0o644)
    (tmp_path / "secret_key").touch()
    (tmp_path / "secret_key").chmod(0o644)

    home.close(tmp_path)

    assert mode_of(tmp_path / "notes.txt") == 0o644
    assert mode_of(tmp_path / "secret_key") == 0o600


@pytest.mark.django_db
def test_the_first_password_is_asked_to_be_changed_until_it_is(client, settings, tmp_path):
    settings.JETBRIDGE_HOME = tmp_path
    password = first_run.make_admin()
    admin = Person.objects.get(username=first_run.ADMIN)
    other = Person.objects.create_superuser("bea", password="another one")
    client.force_login(admin)

    before = client.get("/admin/help/").text
    admin.set_password("a-long-quiet-river")
    admin.save()
    client.force_login(admin)
    after = client.get("/admin/help/").text

    assert password
    assert "You still use the first password." in before
    assert "first password" not in after
    assert not people.has_first_password(other)
