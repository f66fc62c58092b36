"""Finds every regular expression in the product's code by itself, with the way each is used."""

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jetbridge.home import PROJECT_ROOT

PACKAGES = ("jetbridge", "catalog", "orders", "returns", "jetapi")
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
DJANGO = {"RegexValidator", "RegexField", "re_path"}
Uses = dict[tuple[str, str], set[str]]


@dataclass(frozen=True)
class Expression:
    """One expression: where it stands, its text and flags, and what is asked with it."""

    place: str
    pattern: str
    flags: int
    methods: frozenset[str]

    @property
    def searches(self) -> bool:
        """Return whether it is tried at every character; so it is wherever its use is not seen."""
        return not self.methods or bool(self.methods - {"match", "fullmatch"})

    @property
    def to_the_end(self) -> bool:
        """Return whether it can still fail at the text's end when all of it has matched."""
        return "fullmatch" in self.methods


@cache
def modules() -> dict[str, ast.Module]:
    """Return the code of every module of the product that has to do with expressions, by file."""
    found = {}
    for path in sorted(path for package in PACKAGES for path in (PROJECT_ROOT / package).rglob("*.py")):
        text = path.read_text()
        if "migrations" not in path.parts and ("re." in text or any(name in text for name in DJANGO)):
            found[str(path.relative_to(PROJECT_ROOT))] = ast.parse(text)
    return found


# Other ways to an expression: by another name, from another library, or in the database.
ELSEWHERE = re.compile(
    r"^\s*(?:from re import|import re as|import .*\bre as|(?:from|import) (?:regex|re2|fnmatch|sre_\w+|_sre)\b)"
    r"|__i?regex\b|\bregexp_\w+|import_module\(\"re\"",
    re.MULTILINE,
)


def elsewhere() -> list[str]:
    """Return the modules that come to an expression in another way, in which nobody would see it."""
    return [
        str(path.relative_to(PROJECT_ROOT))
        for package in PACKAGES
        for path in sorted((PROJECT_ROOT / package).rglob("*.py"))
        if ELSEWHERE.search(path.read_text())
    ]


def expressions() -> list[Expression]:
    """Return all that modules hold once they are imported, and all that functions write out."""
    code = modules()
    uses = _uses(code)
    found = []
    for file, tree in code.items():
        for call in _calls(tree):
            if isinstance(pattern := _written(call), str) and _name(call) != "compile":
                methods = {_name(call)} & METHODS
                found.append(Expression(_place(file, call), pattern, _flags(call), frozenset(methods)))
        for name, held in _held(file, tree):
            methods = uses[(file if name.startswith("_") else "", name)]
            found.append(Expression(f"{file}: {name}", held.pattern, held.flags, frozenset(methods)))
    return found


def out_of_sight() -> list[str]:
    """Return the calls whose expression nobody sees before they run."""
    return [
        f"{file}: {ast.unparse(call)}"
        for file, tree in modules().items()
        for call in _late(tree)
        if _written(call) is None or _name(call) == "compile"
    ]


def _late(tree: ast.Module) -> set[ast.Call]:
    """Return the calls in functions: no module holds their expression when it is imported."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    return {call for node in ast.walk(tree) if isinstance(node, functions) for call in _calls(node)}


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Return the calls of the library and of what Django offers of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            (ast.unparse(node.func).startswith("re.") and _name(node) in {*METHODS, "compile"})
            or _name(node) in DJANGO
        ):
            yield node


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _place(file: str, call: ast.Call) -> str:
    return f"{file}: {ast.unparse(call)[:60]}"


def _written(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _flags(call: ast.Call) -> int:
    words = [ast.unparse(each.value) for each in call.keywords if each.arg == "flags"]
    return int(eval(words[0], {"re": re})) if words else 0


def _held(file: str, tree: ast.Module) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Return the expressions that a module holds under its own names, however deep in tuples and tables."""
    own = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    module = importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    for name in sorted(own & set(vars(module))):
        for held in _patterns(vars(module)[name]):
            yield name, held


def _patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _patterns([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _patterns(each)


def _uses(code: dict[str, ast.Module]) -> Uses:
    """Return what is asked of each name: private names count in their own file, others everywhere."""
    uses: Uses = defaultdict(set)
    for file, tree in code.items():
        for node in ast.walk(tree):
            asked = node.func if isinstance(node, ast.Call) else node
            if not isinstance(asked, ast.Attribute) or asked.attr not in METHODS:
                continue
            name = ast.unparse(asked.value).rpartition(".")[2]
            # With a place to begin at, it is asked again and again along the text, as a search does.
            again = isinstance(node, ast.Call) and asked.attr in {"match", "fullmatch"} and len(node.args) > 1
            uses[(file if name.startswith("_") else "", name)].add("search" if again else asked.attr)
    return uses
