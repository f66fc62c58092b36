"""Ceilings, aims and ratchets: what `make check` lets pass, on a house with one cycle and on the project itself."""

import tomllib
from pathlib import Path

import pytest
from house_measures import MEASURES

from tests.house.small_houses import SCRIPT, build, run

PROJECT = SCRIPT.parent.parent
CYCLE = {"a/x.py": "import a.y", "a/y.py": "import a.x"}


def test_the_project_keeps_its_ceilings() -> None:
    answer = run(PROJECT, "--check")

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_measure_has_a_ceiling_or_an_aim_in_the_project() -> None:
    limits = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["house"]["measures"]

    assert {key for key, each in limits.items() if "ceiling" in each or "aim" in each} == set(MEASURES)


def test_the_check_fails_above_a_ceiling_and_names_what_is_behind_it(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="cycles = { ceiling = 0 }")

    answer = run(tmp_path, "--check", "--verbose")

    assert answer.returncode == 1
    assert "1, the ceiling is 0" in answer.stdout
    assert "    a.x <-> a.y" in answer.stdout


def test_the_check_passes_at_the_ratchet_while_the_table_says_over(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="cycles = { ceiling = 0, ratchet = 1 }")

    assert run(tmp_path, "--check").returncode == 0
    assert "over, ratchet 1" in run(tmp_path).stdout


def test_the_check_fails_above_the_ratchet(tmp_path: Path) -> None:
    build(
        tmp_path,
        {**CYCLE, "b/x.py": "import b.y", "b/y.py": "import b.x"},
        measures="cycles = { ceiling = 0, ratchet = 1 }",
    )

    answer = run(tmp_path, "--check")

    assert answer.returncode == 1
    assert "it may only fall" in answer.stdout


@pytest.mark.parametrize(
    ("limits", "advice"),
    [
        ("ceiling = 0, ratchet = 3", "lower the ratchet from 3 to 1"),
        ("ceiling = 1, ratchet = 3", "remove the ratchet"),
    ],
)
def test_the_check_says_when_a_ratchet_can_follow(tmp_path: Path, limits: str, advice: str) -> None:
    build(tmp_path, CYCLE, measures=f"cycles = {{ {limits} }}")

    answer = run(tmp_path, "--check")

    assert answer.returncode == 0
    assert advice in answer.stdout


def test_a_ratchet_that_reached_its_ceiling_must_go(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="cycles = { ceiling = 2, ratchet = 2 }")

    answer = run(tmp_path, "--check")

    assert answer.returncode == 1
    assert "remove the ratchet" in answer.stdout


def test_an_aim_is_printed_and_never_fails(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="cycles = { aim = 0 }")

    assert run(tmp_path, "--check").returncode == 0


def test_a_ceiling_for_code_that_moved_away_fails(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="orders_services = { ceiling = 18 }")

    answer = run(tmp_path, "--check")

    assert answer.returncode == 1
    assert "not there any more" in answer.stdout


def test_a_ceiling_that_nothing_measures_is_refused(tmp_path: Path) -> None:
    build(tmp_path, CYCLE, measures="circles = { ceiling = 0 }")

    assert "names what nothing measures: circles" in run(tmp_path, "--check").stderr
