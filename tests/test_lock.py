"""requirements.lock: everything by hash, nothing from a named server, for all supported Pythons."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from jetbridge.home import PROJECT_ROOT

LOCK = (PROJECT_ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())


def locked() -> dict[str, list[Requirement]]:
    entries: dict[str, list[Requirement]] = {}
    for line in LOCK.splitlines():
        if line and not line.startswith((" ", "#", "-")):
            requirement = Requirement(line.rstrip(" \\"))
            entries.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return entries


def wanted() -> list[Requirement]:
    names = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    return [Requirement(name) for name in names]


def test_the_lock_names_no_server():
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", LOCK)


def test_every_package_is_pinned_and_has_hashes():
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    packages = [block for block in blocks if not block.startswith("#")]

    assert all(re.match(r"[A-Za-z0-9._\[\],-]+==", block) for block in packages)
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []


def test_what_the_project_asks_for_is_what_is_locked():
    entries = locked()
    astray = [
        str(requirement)
        for requirement in wanted()
        if not any(
            requirement.specifier.contains(next(iter(entry.specifier)).version)
            for entry in entries.get(canonicalize_name(requirement.name), [])
        )
    ]

    assert astray == []


def test_each_supported_python_gets_exactly_one_version_of_each_package():
    doubled = [
        (name, version)
        for name, entries in locked().items()
        for version in ("3.11", "3.12", "3.13")
        if sum(entry.marker is None or entry.marker.evaluate(_python(version)) for entry in entries) > 1
    ]

    assert doubled == []


def _python(version: str) -> dict[str, str]:
    return {"python_version": version, "python_full_version": f"{version}.0"}
