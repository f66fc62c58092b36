"""What `make house` measures: each function reads one figure from the code, and the names behind it."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

import house_facets
from house_graph import Imports, called, cycles, deepest_chain, only, origin, parents, reaches
from house_source import Module, Source, is_inside, lines_below
from house_words import repeating_docstrings

CLAIM = "claimed_until"
CLAIM_IN_SQL = re.compile(rf"\b{CLAIM}\s*=(?!=)")
# What takes the field's name to look rows up, not to write it.
READERS = {"filter", "exclude", "get", "Q", "alias", "annotate", "aggregate"}
ADDRESSES = {"reverse", "reverse_lazy", "redirect", "render"}
SHOWN = 12


@dataclass(frozen=True)
class Finding:
    """A figure, None where the code it is about is not there, and what makes it as high as it is."""

    figure: float | None
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class House:
    """All that a measure may look at."""

    source: Source
    imports: Imports

    @property
    def client(self) -> str:
        return str(self.source.settings.get("client", ""))

    def is_client(self, name: str) -> bool:
        """Say whether a module is of the client: what it lends without a word of the other side is not."""
        lent = self.source.settings.get("lent", [])
        return is_inside(name, self.client) and not any(is_inside(name, each) for each in lent)

    def ours(self) -> Iterator[Module]:
        """Give the modules of the panel: all but the client of the other side."""
        return (each for each in self.source.modules.values() if not is_inside(each.name, self.client))

    def may_open(self, module: Module) -> bool:
        """Say whether a module may speak to the client: it lies in a package `jet`, or is core's one opener."""
        return "jet" in module.packages or module.name == self.source.settings.get("opener")


def chain(house: House) -> Finding:
    """Return the deepest import chain of all product code."""
    return _chain([deepest_chain(house.imports.between_nodes)])


def services_chain(house: House) -> Finding:
    """Return the deepest chain inside one room's `services`, its subpackages included."""
    return _chain([_chain_inside(house, each) for each in house.source.packages_named("services")])


def intake_chain(house: House) -> Finding:
    """Return the deepest chain inside the CSV intake."""
    names: list[str] = house.source.settings.get("intake", [])
    packages = [each for name in names for each in house.source.packages_named(name)]
    return _chain([_chain_inside(house, each) for each in packages])


def _chain_inside(house: House, package: str) -> list[tuple[str, ...]]:
    inside = [each.name for each in house.source.inside(package)]
    return deepest_chain(only(house.imports.between_nodes, inside))


def _chain(chains: list[list[tuple[str, ...]]]) -> Finding:
    steps = max(chains, key=len, default=[])
    return Finding(len(steps) or None, [" <-> ".join(step) for step in steps])


def stands_on(house: House) -> Finding:
    """Return the median of what a module stands on, directly or through others."""
    found = reaches(house.imports.between_nodes)
    return Finding(median(found.values()), _largest(found))


def cycle_count(house: House) -> Finding:
    """Return the cycles of imports, those inside a `models` package too."""
    found = cycles(house.imports.between_nodes)
    for package in house.source.packages_named("models"):
        inside = [each.name for each in house.source.inside(package)]
        found += cycles(only(house.imports.between_modules, inside))
    return Finding(len(found), [" <-> ".join(group) for group in found])


def senders(house: House) -> Finding:
    """Return the modules that write who sends something now; those of a package `outbox` are one place."""
    found = {each.name: "outbox" in each.packages for each in house.ours() if _is_sender(each)}
    outside = [name for name, is_outbox in found.items() if not is_outbox]
    return Finding(len(outside) + any(found.values()) or None, sorted(found))


def _is_sender(module: Module) -> bool:
    return any(_claims(node) for node in module.nodes if id(node) not in module.prose)


def _claims(node: ast.AST) -> bool:
    """Say whether a piece of code gives the claim a value: an update, an assignment, a mapping, SQL."""
    if isinstance(node, ast.Call):
        named = {each.arg for each in node.keywords} if called(node) not in READERS else set()
        set_by_name = called(node) == "setattr" and any(_is_claim(each) for each in node.args)
        return CLAIM in named or set_by_name
    if isinstance(node, ast.Dict):
        return any(_is_claim(key) for key in node.keys)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(_is_claim(inner) for each in targets for inner in ast.walk(each))
    text = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(text, str) and bool(CLAIM_IN_SQL.search(text))


def _is_claim(node: ast.AST | None) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == CLAIM
    return isinstance(node, ast.Constant) and node.value == CLAIM


def facet_names(house: House) -> Finding:
    """Return how often a facet is named outside its own file."""
    found = house_facets.count(house.source, house.imports, house.ours())
    return Finding(found.total(), _largest(found, shown=len(found)))


def client_importers(house: House) -> Finding:
    """Return the modules that import the client of the other side, for type checkers too."""
    found = _importers(house)
    return Finding(len(found), [each.name for each in found])


def client_importers_elsewhere(house: House) -> Finding:
    """Return those of them that lie in no package `jet` and are not core's one opener."""
    found = [each.name for each in _importers(house) if not house.may_open(each)]
    return Finding(len(found), found)


def _importers(house: House) -> list[Module]:
    named = ((each, house.imports.named(each)) for each in house.ours())
    return [each for each, targets in named if any(house.is_client(name) for name in targets)]


def handed_on(house: House) -> Finding:
    """Return the client's names that a module takes from another module of ours that had imported them."""
    theirs = {each.name: _names_from(each, house) for each in house.ours()}
    found = []
    for module in house.ours():
        local = _imported(module)
        taken = {*local.values(), *_attributes(module, local)}
        owned = (each.rpartition(".") for each in taken)
        found += [f"{module.name}: {base}.{name}" for base, _, name in owned if name in theirs.get(base, ())]
    return Finding(len(found), sorted(found))


def _names_from(module: Module, house: House) -> set[str]:
    """Return the module's names for what it imports from the client."""
    found: set[str] = set()
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and house.is_client(origin(module, node)):
            found.update(each.asname or each.name for each in node.names)
        elif isinstance(node, ast.Import):
            found.update(each.asname for each in node.names if each.asname and house.is_client(each.name))
    return found


def _imported(module: Module) -> dict[str, str]:
    """Map each name that the module imports from somewhere to where it comes from."""
    found = {}
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom):
            base = origin(module, node)
            found.update({each.asname or each.name: f"{base}.{each.name}" for each in node.names})
    return found


def _attributes(module: Module, local: dict[str, str]) -> set[str]:
    """Return what the module reads as an attribute of something imported: `jet.JetError`."""
    read = ((node.value, node.attr) for node in module.nodes if isinstance(node, ast.Attribute))
    return {
        f"{local[value.id]}.{attr}"
        for value, attr in read
        if isinstance(value, ast.Name) and value.id in local
    }


def outside_layers(house: House) -> Finding:
    """
    Return the direct children of rooms and containers that no layers contract names.

    A root that is no room of its own must stand in a layer itself.
    """
    layers, containers = _layers(house.source)
    rooms = set(house.source.rooms)
    apart = [root for root in house.source.roots if root not in rooms | layers]
    around = {each for name in house.source.modules for each in parents(name)}
    laid_out = rooms | containers
    children = {each for each in {*house.source.modules, *around} if each.rpartition(".")[0] in laid_out}
    missing = sorted([*apart, *children - layers])
    return Finding(len(missing), missing)


def _layers(source: Source) -> tuple[set[str], set[str]]:
    """Return the full names that stand in a layer, and the packages whose children are laid out."""
    layers: set[str] = set()
    containers: set[str] = set()
    for contract in source.contracts.get("contracts", []):
        named = contract.get("layers", []) if contract["type"] == "layers" else []
        tails = [tail.strip(" ()") for layer in named for tail in re.split("[|:]", layer)]
        inside: list[str] = contract.get("containers", [])
        containers.update(inside if named else [])
        layers.update(f"{container}.{tail}" for container in inside for tail in tails)
        layers.update([] if inside else tails)
    return layers, containers


def services_naming_pages(house: House) -> Finding:
    """Return the services that name an address, a template or an admin page."""
    found = []
    for module in house.source.modules.values():
        reasons = [reason for node in module.nodes if (reason := _page(node, module.prose))]
        if "services" in module.packages and reasons:
            found.append(f"{module.name}: {', '.join(dict.fromkeys(reasons))}")
    return Finding(len(found), found)


def _page(node: ast.AST, prose: set[int]) -> str:
    """Return how a piece of code names a page, or nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
        is_page = node.value.startswith(("/admin", "admin:")) or ".html" in node.value
        return repr(node.value) if is_page else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ADDRESSES:
        return f"{node.func.id}()"
    names = []
    if isinstance(node, ast.Import):
        names = [each.name for each in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
    pages = [each for each in names if each in ("django.urls", "django.shortcuts")]
    return pages[0] if pages else ""


def orders_services(house: House) -> Finding:
    """Return the modules in the services of orders, at any depth."""
    found = [each.name for each in house.source.inside("orders.services") if not each.is_package]
    return Finding(len(found) or None, found)


def catalog_loose(house: House) -> Finding:
    """Return the modules that lie in catalog itself, in none of its packages."""
    inside = (each for each in house.source.inside("catalog") if not each.is_package)
    found = [each.name for each in inside if each.package == "catalog"]
    return Finding(len(found) or None, found)


def file_lines(house: House) -> Finding:
    """Return the lines of the longest file."""
    found = {each.name: each.lines for each in house.source.modules.values()}
    return Finding(max(found.values()), _largest(found))


def function_lines(house: House) -> Finding:
    """Return the lines of the longest function, without its decorators."""
    found = {}
    for module in house.source.modules.values():
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{module.name}.{node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    return Finding(max(found.values(), default=0), _largest(found))


def docstrings(house: House) -> Finding:
    """Return the docstrings of six words or fewer that say nothing but the name again."""
    found = [each for module in house.source.modules.values() for each in repeating_docstrings(module)]
    return Finding(len(found), found)


def catalog_room_lines(house: House) -> Finding:
    """Return the lines of catalog's largest room; a module belongs to the innermost room around it."""
    sizes: Counter[str] = Counter()
    for module in house.source.inside("catalog"):
        sizes[house.source.room_of(module.name)] += module.lines
    return Finding(max(sizes.values(), default=None), _largest(sizes))


def product_lines(house: House) -> Finding:
    """Return the lines of all product code, without migrations, with the lines of each room."""
    sizes: Counter[str] = Counter()
    for module in house.source.modules.values():
        sizes[house.source.room_of(module.name)] += module.lines
    return Finding(sizes.total(), _largest(sizes, shown=len(sizes)))


def test_lines(house: House) -> Finding:
    """Return the lines of all tests."""
    return Finding(lines_below(house.source.root / "tests"))


def _largest(figures: Counter[str] | dict[str, int], shown: int = SHOWN) -> list[str]:
    ordered = sorted(figures.items(), key=lambda item: (-item[1], item[0]))
    return [f"{name}: {figure:,}" for name, figure in ordered[:shown]]


# In the order of the table; the key is the name in pyproject.toml.
MEASURES: dict[str, tuple[str, Callable[[House], Finding]]] = {
    "chain": ("deepest import chain", chain),
    "services_chain": ("deepest chain inside one room's services", services_chain),
    "intake_chain": ("deepest chain inside the CSV intake", intake_chain),
    "stands_on": ("modules that a module stands on, median", stands_on),
    "senders": ("places that claim or settle something sent", senders),
    "facet_names": ("facets named outside their own files", facet_names),
    "client_importers": ("modules importing the client", client_importers),
    "client_importers_elsewhere": ("... outside jet rooms and core's opener", client_importers_elsewhere),
    "handed_on": ("names of the client that are handed on", handed_on),
    "outside_layers": ("children of apps and rooms in no layer", outside_layers),
    "services_naming_pages": ("services that name a page or a template", services_naming_pages),
    "orders_services": ("modules in orders/services", orders_services),
    "catalog_loose": ("loose modules at catalog's root", catalog_loose),
    "cycles": ("import cycles", cycle_count),
    "file_lines": ("longest file, lines", file_lines),
    "function_lines": ("longest function, lines", function_lines),
    "catalog_room_lines": ("catalog's largest room, lines", catalog_room_lines),
    "docstrings": ("docstrings that only repeat a name", docstrings),
    "product_lines": ("product code without migrations, lines", product_lines),
    "test_lines": ("tests, lines", test_lines),
}
