"""The two locks: by hash, from no named server, for all supported Pythons, and the panel's without tools."""

import ast
import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from jetbridge.home import PROJECT_ROOT

RUNTIME, TOOLS = "requirements.lock", "requirements-dev.lock"
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())
ASKED = {RUNTIME: PROJECT["project"]["dependencies"], TOOLS: PROJECT["dependency-groups"]["dev"]}
PRODUCT = ("catalog", "jetapi", "jetbridge", "orders", "returns")
# What may be left out where it does not apply: an older Python, Windows.
ELSEWHERE = [
    {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system, "os_name": name}
    for python in ("3.11", "3.12", "3.13")
    for system, name in (("linux", "posix"), ("darwin", "posix"), ("win32", "nt"))
]

both = pytest.mark.parametrize("lock", [RUNTIME, TOOLS])


def text(lock: str) -> str:
    return (PROJECT_ROOT / lock).read_text()


def blocks(lock: str) -> list[str]:
    """Return the lines of each package: its pin and its hashes."""
    return [block for block in re.split(r"\n(?=\S)", text(lock).strip()) if not block.startswith("#")]


def locked(lock: str) -> dict[str, list[Requirement]]:
    entries: dict[str, list[Requirement]] = {}
    for block in blocks(lock):
        requirement = Requirement(block.splitlines()[0].rstrip(" \\"))
        entries.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return entries


def pinned(lock: str) -> dict[str, set[str]]:
    """Return what each package may be installed from: its pins and the hashes of its files."""
    files: dict[str, set[str]] = {}
    for block in blocks(lock):
        name = canonicalize_name(block.partition("==")[0])
        files.setdefault(name, set()).update([block.split()[0], *re.findall(r"--hash=\S+", block)])
    return files


def needed(asked: list[str]) -> set[str]:
    """Return the names of everything that these stand on, on any supported Python and system."""
    waiting, seen, names = [Requirement(line) for line in asked], set(), set()
    while waiting:
        requirement = waiting.pop()
        names.add(canonicalize_name(requirement.name))
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        try:
            below = [Requirement(line) for line in distribution(requirement.name).requires or []]
        except PackageNotFoundError:
            continue  # for another system or Python than this one
        waiting += [one for one in below if _applies(one, requirement.extras or {""})]
    return names


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**where, "extra": extra}) for where in ELSEWHERE for extra in extras
    )


@both
def test_a_lock_names_no_server(lock: str):
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text(lock))


@both
def test_every_package_is_pinned_and_has_hashes(lock: str):
    packages = blocks(lock)

    assert all(re.match(r"[A-Za-z0-9._\[\],-]+==", block) for block in packages)
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


@both
def test_what_the_project_asks_for_is_what_is_locked(lock: str):
    entries = locked(lock)
    astray = [
        str(requirement)
        for requirement in map(Requirement, ASKED[lock])
        if not any(
            requirement.specifier.contains(next(iter(entry.specifier)).version)
            for entry in entries.get(canonicalize_name(requirement.name), [])
        )
    ]

    assert astray == []


@both
def test_each_supported_python_gets_exactly_one_version_of_each_package(lock: str):
    doubled = [
        name
        for name, entries in locked(lock).items()
        for where in ELSEWHERE
        if sum(entry.marker is None or entry.marker.evaluate(where) for entry in entries) > 1
    ]

    assert doubled == []


def test_the_panels_lock_holds_what_it_stands_on_and_nothing_else():
    assert locked(RUNTIME).keys() == needed(ASKED[RUNTIME])


def test_what_both_locks_name_is_the_same_file_in_both():
    panel, tools = pinned(RUNTIME), pinned(TOOLS)
    shared = panel.keys() & tools.keys()

    assert "django" in shared
    assert [name for name in shared if panel[name] != tools[name]] == []


def test_the_panel_imports_only_what_its_own_lock_carries():
    homes, carried = packages_distributions(), locked(RUNTIME).keys()
    stray = {
        (str(path.relative_to(PROJECT_ROOT)), name)
        for path in _sources()
        for name in _imported(path)
        if name in homes and not {canonicalize_name(home) for home in homes[name]} & carried
    }

    assert stray == set()


def _sources() -> list[Path]:
    return [path for folder in PRODUCT for path in (PROJECT_ROOT / folder).rglob("*.py")]


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.partition(".")[0] for name in names}


def test_the_image_carries_no_tools():
    asked = (PROJECT_ROOT / "Dockerfile").read_text()
    left_out = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()

    assert TOOLS not in asked
    assert TOOLS in left_out
