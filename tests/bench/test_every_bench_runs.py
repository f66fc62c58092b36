"""Every benchmark runs to its result, at a size at which the figures mean nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.installations import START, Installation

ROOT = Path(__file__).resolve().parents[2]
BENCHES = sorted(path.stem for path in (ROOT / "bench").glob("*.py"))
# How a benchmark says that what it reads is not on this machine.
WITHOUT_INPUT = 2


@pytest.fixture(scope="session")
def migrated_home(homes, tmp_path_factory):
    """Each benchmark's installations begin as copies of this one."""
    return homes.migrated(Installation(tmp_path_factory.mktemp("bench") / "home")).home


def run(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "jetbridge.settings", **environment},
        capture_output=True,
        text=True,
        timeout=START,
        check=False,
    )


@pytest.mark.parametrize("name", BENCHES)
def test_a_benchmark_prints_its_result(name, migrated_home):
    done = run(f"bench/{name}.py", JETBRIDGE_BENCH_TINY="1", JETBRIDGE_BENCH_HOME=str(migrated_home))

    if done.returncode == WITHOUT_INPUT:
        pytest.skip(f"without its input: {done.stdout}{done.stderr}")
    assert re.search(rf"^bench {name}: \d[\d.]* \(aim [\d.]+\)$", done.stdout, re.M), (
        done.stderr or done.stdout
    )
