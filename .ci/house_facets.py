"""Who names a facet: it is named in its own file, and everybody else asks the registry for what it can do."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from house_graph import Imports, called
from house_source import Module, Source

# What a facet's class says of itself, and how a piece of code is known to be about that.
ABOUT = {
    "name": re.compile(r"(^|_)facets?(_|$)", re.IGNORECASE),
    "figure": re.compile(r"(^|_)figure(_|$)", re.IGNORECASE),
    "file_kind": re.compile(r"(^|_)kind(_|$)", re.IGNORECASE),
}
# What turns a name into the facet, by itself or as one of the registry's.
LOOKUPS = {"name": {"named"}, "figure": set[str](), "file_kind": {"of_file"}}
REGISTRY = "registry"
IN_SQL = r"\bfacet\s*(?:=|<>|!=|in\s*\()\s*'(?:{names})'"
IN_TEMPLATE = r"facet[\w.]*\s*(?:==|!=|in)\s*[\"'](?:{names})[\"']"


@dataclass
class Names:
    """What facets are called: as facets, as figures of the drift report, as kinds of files; each with its modules."""

    owners: dict[str, dict[str, set[str]]] = field(default_factory=lambda: {each: {} for each in ABOUT})
    modules: set[str] = field(default_factory=set)

    def of_others(self, what: str, module: str) -> set[str]:
        """Return the names that a module has no say in."""
        return {name for name, owners in self.owners[what].items() if module not in owners}


def names_in(source: Source) -> Names:
    """Read what facets call themselves from the classes of packages named `facets`."""
    found = Names()
    for module in source.modules.values():
        if "facets" in module.packages:
            for node in module.nodes:
                for what, name in _said(node) if isinstance(node, ast.ClassDef) else ():
                    found.owners[what].setdefault(name, set()).add(module.name)
                    if what == "name":
                        found.modules.add(module.name)
    return found


def _said(facet: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Give what a class assigns to the attributes that name a facet: `name, label = "price", "Price"`, a word."""
    for node in facet.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for one, value in _pairs(target, node.value):
                if isinstance(one, ast.Name) and one.id in ABOUT:
                    first = value.args[0] if isinstance(value, ast.Call) and value.args else value
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield one.id, first.value


def _pairs(target: ast.expr, value: ast.expr) -> Iterable[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return zip(target.elts, value.elts, strict=False)
    return [(target, value)]


def count(source: Source, imports: Imports, modules: Iterable[Module]) -> Counter[str]:
    """Count the places that name a facet outside its own file, by module and by template."""
    names, found = names_in(source), Counter[str]()
    for module in modules:
        if module.name not in names.modules:
            aliases = _aliases(module)
            found[module.name] += sum(_picks_member(node, aliases) for node in module.nodes)
        found[module.name] += len(imports.named(module) & names.modules - {module.name})
        found[module.name] += len(_literals(module, names))
    known = "|".join(map(re.escape, names.owners["name"]))
    for path in source.root.rglob("templates/**/*.html") if known else ():
        reported = re.findall(IN_TEMPLATE.format(names=known), path.read_text())
        found[str(path.relative_to(source.root))] += len(reported)
    return +found


def _aliases(module: Module) -> set[str]:
    """Return what the module calls the class: its name, and what an import made of it."""
    imported = (each for node in module.nodes if isinstance(node, ast.ImportFrom) for each in node.names)
    return {"Facet"} | {each.asname or each.name for each in imported if each.name == "Facet"}


def _picks_member(node: ast.AST, aliases: set[str]) -> bool:
    """Say whether a piece of code picks one out of the class: `Facet.PRICE`, `Facet("price")`, `Facet["PRICE"]`."""

    def is_facet(each: ast.AST) -> bool:
        if isinstance(each, ast.Attribute):
            return each.attr == "Facet"
        return isinstance(each, ast.Name) and each.id in aliases

    if isinstance(node, ast.Attribute):
        return node.attr.isupper() and is_facet(node.value)
    if isinstance(node, ast.Call):
        return bool(node.args) and isinstance(node.args[0], ast.Constant) and is_facet(node.func)
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and is_facet(node.value)


def _literals(module: Module, names: Names) -> set[int]:
    """Return the places of strings that name another's facet where code is about facets, figures or files."""
    found: set[int] = set()
    for what, words in ABOUT.items():
        foreign = names.of_others(what, module.name)
        for node in module.nodes:
            for part in filter(None, _about(node, words, LOOKUPS[what])):
                found |= {id(each) for each in ast.walk(part) if _is_one(each, foreign)}
    foreign = names.of_others("name", module.name)
    sql = re.compile(IN_SQL.format(names="|".join(map(re.escape, foreign))), re.IGNORECASE)
    for node in module.nodes:
        keys = _keys(node)
        if isinstance(node, ast.Constant) and id(node) not in module.prose:
            found |= {id(node)} if foreign and sql.search(str(node.value)) else set()
        elif len(keys) > 1 and all(_is_one(each, foreign) for each in keys):
            # A table of facets, whatever it is called.
            found |= {id(each) for each in keys}
    return found


def _is_one(node: ast.AST | None, names: set[str]) -> bool:
    return isinstance(node, ast.Constant) and node.value in names


def _keys(node: ast.AST) -> list[ast.expr | None]:
    if isinstance(node, ast.Dict):
        return list(node.keys)
    return list(node.elts) if isinstance(node, ast.List | ast.Tuple | ast.Set) else []


def _tells(node: ast.AST | None, words: re.Pattern[str]) -> bool:
    """Say whether a name, an attribute, an argument or a key is called after what the words are about."""
    named = {ast.Attribute: "attr", ast.Name: "id", ast.arg: "arg", ast.keyword: "arg", ast.Constant: "value"}
    return bool(words.search(str(getattr(node, named.get(type(node), ""), ""))))


def _about(node: ast.AST, words: re.Pattern[str], lookups: set[str]) -> Iterable[ast.AST | None]:
    """Return the parts of a piece of code in which a string would stand for what the words are about."""
    match node:
        case ast.keyword():
            return [node.value] if _tells(node, words) else ()
        case ast.Compare():
            sides = [node.left, *node.comparators]
            return sides if any(_tells(each, words) for each in sides) else ()
        case ast.Call():
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            looks_up = called(node) in lookups and (owner is None or ast.unparse(owner).endswith(REGISTRY))
            return node.args if looks_up or _tells(owner, words) else ()
        case ast.Assign():
            return [node.value] if any(_tells(each, words) for each in node.targets) else ()
        case ast.AnnAssign():
            return [node.value, node.annotation] if _tells(node.target, words) else ()
        case ast.Subscript():
            return [node.slice] if _tells(node.value, words) else ()
        case ast.Match():
            return node.cases if _tells(node.subject, words) else ()
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [value for key, value in pairs if _tells(key, words)]
        case ast.arguments():
            return [value for argument, value in _defaults(node) if _tells(argument, words)]
    return ()


def _defaults(node: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    places = [*node.posonlyargs, *node.args]
    yield from zip(places[len(places) - len(node.defaults) :], node.defaults, strict=True)
    yield from zip(node.kwonlyargs, node.kw_defaults, strict=True)
