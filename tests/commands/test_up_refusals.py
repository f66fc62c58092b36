"""What stands in the way of `manage.py up`: one clear line each, and nothing started."""

import os
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from jetbridge.home import PROJECT_ROOT
from tests.commands.installations import Installation


def test_a_home_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    installation = Installation(tmp_path / "file" / "home")

    answer = installation.manage("up")

    assert answer.returncode == 2
    assert answer.stderr.strip().endswith(f"The folder {installation.home} cannot be made: Not a directory.")
    assert len(answer.stderr.strip().splitlines()) == 1


def test_a_read_only_home_is_refused_in_one_line(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    start = [sys.executable, "manage.py", "up"]
    if os.geteuid() == 0:  # root may write everywhere but on a read-only mount
        mount = f"mount -t tmpfs -o ro none {shlex.quote(str(home))} && exec {shlex.join(start)}"
        start = ["unshare", "--mount", "sh", "-c", mount]
        if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:
            pytest.skip("root, and no mount of its own to be had: every folder is writable")

    answer = subprocess.run(
        start, cwd=PROJECT_ROOT, env=Installation(home).env, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 2
    assert answer.stderr.strip() == (
        f"JetBridge cannot start. The folder {home} is read-only. Set JETBRIDGE_HOME to a folder you may write."
    )


def test_a_database_that_does_not_answer_is_refused_in_one_line(tmp_path: Path):
    installation = Installation(tmp_path / "home", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    answer = installation.manage(*installation.up_arguments())

    assert answer.returncode == 1
    assert answer.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in answer.stderr


def test_one_port_for_two_parts_is_wrong_usage(tmp_path: Path):
    answer = Installation(tmp_path / "home").manage("up", "--port", "8210", "--sandbox-port", "8210")

    assert answer.returncode == 2
    assert answer.stderr.strip() == "Panel, sandbox and store need different ports."


def test_an_old_python_is_told_so_before_anything_is_imported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(str(PROJECT_ROOT / "manage.py"), run_name="__main__")

    assert str(refusal.value).startswith("JetBridge needs Python 3.11 or newer; this is ")
