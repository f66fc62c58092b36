"""`manage.py check --deploy` in the environment of a deployment behind HTTPS."""

import subprocess
import sys
from pathlib import Path

from tests.commands.installations import Installation


def test_the_deployment_checks_are_clean_behind_https(tmp_path: Path):
    installation = Installation(tmp_path / "home", JETBRIDGE_HTTPS="1")

    answer = installation.manage("check", "--deploy", "--fail-level", "WARNING")

    assert answer.returncode == 0, answer.stderr
    assert "System check identified no issues (0 silenced)." in answer.stdout


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path):
    installation = Installation(tmp_path / "home")

    installation.manage("check")
    first = (installation.home / "secret_key").read_text()
    installation.manage("check")

    assert (installation.home / "secret_key").read_text() == first
    assert {(installation.home / name).stat().st_mode & 0o777 for name in ("secret_key", "field_keys")} == {
        0o600
    }


def test_a_container_asks_the_panel_how_it_feels(tmp_path: Path):
    answer = subprocess.run(
        [sys.executable, "jetbridge/healthy.py", "http://127.0.0.1:9/healthz"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert answer.stderr.startswith("http://127.0.0.1:9/healthz: ")
