"""`make setup`: what stands in its way is one clear line, and a second time there is nothing to do."""

import subprocess
from pathlib import Path

import pytest

from jetbridge.home import PROJECT_ROOT


def pretend_python(folder: Path, body: str) -> Path:
    """Return an interpreter that does only this."""
    fake = folder / "python3"
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(0o755)
    return fake


def make_venv(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(PROJECT_ROOT / ".ci" / "make-venv"), str(folder / "venv"), "requirements.lock"],
        cwd=PROJECT_ROOT, env={"PATH": "/usr/bin:/bin", "PYTHON_BIN": str(python)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_old_python_is_refused_by_name(tmp_path: Path):
    old = pretend_python(tmp_path, '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')

    answer = make_venv(tmp_path, old)

    assert answer.returncode == 1
    assert answer.stderr == "JetBridge needs Python 3.11 or newer; found here: Python 3.9.2.\n"
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_says_what_to_install(tmp_path: Path):
    bare = pretend_python(tmp_path, '[ "$1" = -c ] && exit 0; echo "ensurepip is not available"; exit 1')

    answer = make_venv(tmp_path, bare)

    assert answer.returncode == 1
    assert "apt-get install python3-venv" in answer.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "target", ["help", "setup", "setup-dev", "run", "worker", "beat", "test", "check", "bench"]
)
def test_every_target_that_people_use_stands_in_the_help(target: str):
    answer = subprocess.run(["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)

    assert f"make {target} " in answer.stdout
