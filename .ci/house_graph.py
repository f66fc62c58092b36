"""Who stands on whom: imports as the code writes them, and the chains, cycles and reaches that follow."""

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property

from house_source import Module, Source, is_inside

Arrows = dict[str, set[str]]
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


class Imports:
    """The arrows between modules; those that only type checkers follow are arrows like any other."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def between_modules(self) -> Arrows:
        """Return what each module imports of the project, package by package as Python would load it."""
        modules = self.source.modules.values()
        return {each.name: self._with_parents(each, self.named(each)) for each in modules}

    @cached_property
    def between_nodes(self) -> Arrows:
        """
        Return the same arrows with each `models` package as one node, and foreign keys given as strings.

        Tables point at each other by nature; what counts is which other code they, and their users, stand on.
        """
        arrows: Arrows = {}
        for name, targets in self.between_modules.items():
            node = node_of(name)
            related = self._related(self.source.modules[name])
            arrows.setdefault(node, set()).update({node_of(each) for each in targets | related} - {node})
        return arrows

    def named(self, module: Module, skipped: Container[ast.AST] = ()) -> set[str]:
        """Return the modules that its import statements name, without the packages above them."""
        found: set[str] = set()
        for node in module.nodes:
            if node in skipped:
                continue
            if isinstance(node, ast.Import):
                found.update(self._known(alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = origin(module, node)
                found.update(self._known(f"{base}.{alias.name}") for alias in node.names)
        return found - {"", module.name}

    def _known(self, name: str) -> str:
        """Return the module that a dotted name leads to: itself, or the package or module that holds it."""
        while name and name not in self.source.modules:
            name = name.rpartition(".")[0]
        return name

    def _with_parents(self, module: Module, targets: set[str]) -> set[str]:
        """Add the packages that Python loads on the way to a target, where loading them imports something."""
        found = set(targets)
        for target in targets:
            for parent in parents(target):
                if parent in self._loading and not is_inside(module.name, parent):
                    found.add(parent)
        return found - {module.name}

    @cached_property
    def _loading(self) -> set[str]:
        """Return the packages whose `__init__` imports when it runs; for type checkers alone is not running."""
        packages = (each for each in self.source.modules.values() if each.is_package)
        return {each.name for each in packages if self.named(each, _typing_only(each))}

    @cached_property
    def _tables(self) -> dict[tuple[str, str], str]:
        """Map an app's label and a model's name to the module that holds the class."""
        tables = (each for each in self.source.modules.values() if "models" in each.name.split("."))
        return {(label, node.name): module.name for module in tables for label, node in self._classes(module)}

    def _classes(self, module: Module) -> Iterator[tuple[str, ast.ClassDef]]:
        """Give the module's classes, each with the app label that it has as a table."""
        room = self.source.room_of(module.name)
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                yield _constant(_meta(node), "app_label") or self._labels.get(room, room), node

    @cached_property
    def _labels(self) -> dict[str, str]:
        """Map each room to the label of its app: the one that it names, or the last word of the package."""
        found = {}
        for room in self.source.rooms:
            classes = (
                each
                for each in self.source.modules[f"{room}.apps"].tree.body
                if isinstance(each, ast.ClassDef)
            )
            named = [label for each in classes if (label := _constant(each.body, "label"))]
            found[room] = named[0] if named else room.rpartition(".")[2]
        return found

    def _related(self, module: Module) -> set[str]:
        """Return the modules of the tables that its relations name: "label.Model", or "Model" of its own app."""
        found = set()
        for own, node in self._classes(module):
            for name in _relations(node):
                label, model = name.rsplit(".", 1) if "." in name else (own, name)
                found.add(self._tables.get((label, model), ""))
        return found - {""}


def _relations(table: ast.ClassDef) -> Iterator[str]:
    """Give the models that a table's relations name by string."""
    for node in ast.walk(table):
        if isinstance(node, ast.Call) and called(node) in RELATIONS:
            keywords = [each.value for each in node.keywords if each.arg in ("to", "through")]
            for value in [*node.args[:1], *keywords]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def parents(name: str) -> list[str]:
    """Return the packages above a dotted name, outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def node_of(name: str) -> str:
    """Return the node that a module belongs to: the outermost package or module named `models`, or itself."""
    parts = name.split(".")
    return ".".join(parts[: parts.index("models") + 1]) if "models" in parts else name


def origin(module: Module, node: ast.ImportFrom) -> str:
    """Return the dotted name behind `from`, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    around = module.packages[: len(module.packages) - node.level + 1]
    return ".".join([*around, *([node.module] if node.module else [])])


def called(node: ast.Call) -> str:
    """Return the last word of what is called: `save` of `order.save()`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _typing_only(module: Module) -> set[ast.AST]:
    branches = (each for each in module.nodes if isinstance(each, ast.If))
    guarded = (each for each in branches if ast.unparse(each.test).endswith("TYPE_CHECKING"))
    return {inner for each in guarded for statement in each.body for inner in ast.walk(statement)}


def _meta(node: ast.ClassDef) -> list[ast.stmt]:
    inner = [each for each in node.body if isinstance(each, ast.ClassDef) and each.name == "Meta"]
    return inner[0].body if inner else []


def _constant(body: list[ast.stmt], name: str) -> str:
    """Return the string that a body assigns to the name, or nothing."""
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [each.id for each in node.targets if isinstance(each, ast.Name)]
            if name in names:
                return str(node.value.value)
    return ""


def only(arrows: Arrows, names: Iterable[str]) -> Arrows:
    """Return the arrows among some of the nodes."""
    kept = set(names)
    return {name: targets & kept for name, targets in arrows.items() if name in kept}


class _Tarjan:
    """Strongly connected components, each after everything that it points at."""

    def __init__(self, arrows: Mapping[str, set[str]]) -> None:
        self.arrows = arrows
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.found: list[tuple[str, ...]] = []
        for name in sorted(arrows):
            if name not in self.index:
                self._visit(name)

    def _visit(self, name: str) -> None:
        self.index[name] = self.low[name] = len(self.index)
        self.stack.append(name)
        for target in sorted(self.arrows.get(name, ())):
            if target not in self.index:
                self._visit(target)
            if target in self.stack:
                self.low[name] = min(self.low[name], self.low[target])
        if self.low[name] == self.index[name]:
            at = self.stack.index(name)
            self.found.append(tuple(sorted(self.stack[at:])))
            del self.stack[at:]


def components(arrows: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the nodes grouped by cycle, a node in none alone; each group after those that it stands on."""
    return _Tarjan(arrows).found


def cycles(arrows: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the groups of nodes that import one another in a circle."""
    return [group for group in components(arrows) if len(group) > 1]


def deepest_chain(arrows: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the longest walk downward, one step a node; the nodes of a cycle are one step together."""
    groups = components(arrows)
    home = {name: group for group in groups for name in group}
    below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for group in groups:
        lower = sorted({home[target] for name in group for target in arrows[name]} - {group})
        below[group] = [group, *max((below[each] for each in lower), key=len, default=[])]
    return max((below[each] for each in groups), key=len, default=[])


def reaches(arrows: Mapping[str, set[str]]) -> dict[str, int]:
    """Return how many other nodes each stands on, directly or through others."""
    below: dict[str, set[str]] = {}
    for group in components(arrows):
        together = set(group)
        for name in group:
            for target in arrows[name] - set(group):
                together |= below[target]
        below.update(dict.fromkeys(group, together))
    return {name: len(found) - 1 for name, found in below.items()}
