"""Docstrings that say no more than the name they stand under."""

import ast
import re
from collections.abc import Iterator

from house_source import Module

LONGEST = 6
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Words that add nothing to a name: articles, prepositions, and the verbs any function could start with.
# fmt: off
FILLERS = {
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "each", "every", "for", "from", "get",
    "give", "has", "have", "if", "in", "into", "is", "it", "its", "of", "on", "one", "or", "return",
    "returns", "say", "says", "tell", "tells", "that", "the", "their", "this", "to", "whether",
    "which", "with",
}
# fmt: on
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def repeating_docstrings(module: Module) -> Iterator[str]:
    """Give each short docstring whose words all stand in the name, the arguments or the class around it."""
    yield from _below(module.tree, module.name.rpartition(".")[2], module.name, set())


def _below(node: Documented, name: str, path: str, around: set[str]) -> Iterator[str]:
    known = around | _words(name)
    text = ast.get_docstring(node) or ""
    said = text.split()
    if 0 < len(said) <= LONGEST and _words(text) <= known | _arguments(node):
        yield f"{path}: {text}"
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            outer = known if isinstance(node, ast.ClassDef) else set()
            yield from _below(child, child.name, f"{path}.{child.name}", outer)


def _arguments(node: Documented) -> set[str]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return {word for each in given for word in _words(each.arg)}


def _words(text: str) -> set[str]:
    """
    Return the words of a text or a name that say something.

    Each stands by its stem, so that `names` and `naming` are one; the method GET is no filler.
    """
    found = WORD.findall(text.replace("'s", ""))
    return {_stem(each.lower()) for each in found if each.lower() not in FILLERS or each == "GET"}


def _stem(word: str) -> str:
    """Cut the endings of number and tense; what is left need be no word."""
    for ending in ("s", "ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
    return word
