"""The project's own source as syntax trees: which modules there are, in which room each lies, how long they are."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Module:
    """One file of product code."""

    name: str
    path: Path
    is_package: bool
    tree: ast.Module
    lines: int

    @property
    def packages(self) -> list[str]:
        """Return the names of the packages around it, outermost first; a package stands inside itself."""
        parts = self.name.split(".")
        return parts if self.is_package else parts[:-1]

    @property
    def package(self) -> str:
        """Return the innermost of them, dotted in full."""
        return ".".join(self.packages)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Return the whole tree, flat."""
        return list(ast.walk(self.tree))

    @cached_property
    def prose(self) -> set[int]:
        """Return the ids of the strings that stand as statements: docstrings, which no code reads."""
        alone = (node.value for node in self.nodes if isinstance(node, ast.Expr))
        return {id(value) for value in alone if isinstance(value, ast.Constant)}


class Source:
    """The packages that the import contracts name as roots, read once; migrations are left out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        tools = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
        self.contracts: dict[str, Any] = tools["importlinter"]
        self.settings: dict[str, Any] = tools["house"]
        self.roots: list[str] = self.contracts["root_packages"]

    @cached_property
    def modules(self) -> dict[str, Module]:
        """
        Read everything below the roots.

        :raises SyntaxError: a module is no Python
        """
        return {each.name: each for name in self.roots for each in self._read(name)}

    def _read(self, package: str) -> Iterator[Module]:
        for path in sorted((self.root / package).rglob("*.py")):
            parts = list(path.relative_to(self.root).with_suffix("").parts)
            if "migrations" in parts or "__pycache__" in parts:
                continue
            text = path.read_text()
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            yield Module(name, path, is_package, ast.parse(text, str(path)), text.count("\n"))

    @cached_property
    def rooms(self) -> list[str]:
        """Return the packages that are installed apps: those with an apps.py of their own."""
        return sorted(name.removesuffix(".apps") for name in self.modules if name.endswith(".apps"))

    def room_of(self, name: str) -> str:
        """Return the innermost room around a module; what no room holds belongs to its root."""
        around = [room for room in self.rooms if is_inside(name, room)]
        return max(around, key=len) if around else name.split(".")[0]

    def inside(self, package: str) -> list[Module]:
        """Return the package and everything below it."""
        return [each for each in self.modules.values() if is_inside(each.name, package)]

    def packages_named(self, name: str) -> list[str]:
        """Return every outermost package of that name."""
        found = set()
        for each in self.modules.values():
            if name in each.packages:
                found.add(".".join(each.packages[: each.packages.index(name) + 1]))
        return sorted(found)


def is_inside(name: str, package: str) -> bool:
    """Say whether a dotted name is the package or lies below it."""
    return name == package or name.startswith(f"{package}.")


def lines_below(folder: Path) -> int:
    """Count the lines of all Python files below a folder."""
    return sum(path.read_text().count("\n") for path in folder.rglob("*.py"))
