"""Every benchmark runs to its result, at a size at which the figures mean nothing, and names what there is."""

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.installations import START, Installation

ROOT = Path(__file__).resolve().parents[2]
BENCHES = sorted(path.stem for path in (ROOT / "bench").glob("*.py"))
FILES = sorted((ROOT / "bench").rglob("*.py"))
OURS = ("jetbridge", "catalog", "orders", "returns", "jetapi")
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


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_benchmark_names_of_ours_is_there(file: Path):
    """What a tiny run may not meet: a module that moved, a function with another name, another argument."""
    tree = ast.parse(file.read_text())
    known = dict(imported(tree))

    assert [name for name, found in known.items() if found is MISSING] == []
    assert list(strange_uses(tree, known)) == []


MISSING = object()


def imported(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Yield each name that a file takes from us, with what stands behind it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                if not hasattr(module, alias.name):
                    try:
                        importlib.import_module(f"{node.module}.{alias.name}")
                    except ModuleNotFoundError:
                        yield alias.asname or alias.name, MISSING
                        continue
                yield alias.asname or alias.name, getattr(module, alias.name)


def strange_uses(tree: ast.Module, known: dict[str, object]) -> Iterator[str]:
    """Yield what is asked of those names and is not there, and calls that would not bind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and seen(node, known) is MISSING:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and inspect.isfunction(function := seen(node.func, known)):
            problem = unbound(node, function)
            if problem:
                yield f"line {node.lineno}: {ast.unparse(node)}: {problem}"


def seen(node: ast.expr, known: dict[str, object]) -> object:
    """Return what an expression stands for, as far as modules and classes lead; None beyond."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = seen(node.value, known)
        if inspect.ismodule(owner) or inspect.isclass(owner):
            return getattr(owner, node.attr, MISSING)
    return None


def unbound(call: ast.Call, function: object) -> str:
    """Return why a function would not take these arguments; nothing where it would, or stars hide them."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(
        not each.arg for each in call.keywords
    ):
        return ""
    try:
        inspect.signature(function).bind(*call.args, **{str(each.arg): each for each in call.keywords})  # type: ignore[arg-type]
    except TypeError as problem:
        return str(problem)
    return ""
