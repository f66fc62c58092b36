"""Nothing lies about that nobody uses: each name of a module is written somewhere else in the product, too."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jetbridge.home import PROJECT_ROOT

PRODUCT = ("catalog", "jetapi", "jetbridge", "orders", "returns")
# Django and Celery read these files by the names that stand in them.
READ_BY_NAME = {"settings.py", "celery_settings.py", "apps.py", "urls.py"}
# Python and Django ask for these; the last says what we refuse beyond Jet's own rules, for a test to hold us to it.
KNOWN = {"Command", "__dir__", "__getattr__", "STRICTER_ON_PURPOSE", "note_command"}  # the last by manage.py


def sources() -> list[Path]:
    paths = [path for folder in PRODUCT for path in (PROJECT_ROOT / folder).rglob("*.py")]
    return [path for path in paths if "migrations" not in path.parts]


def defined(path: Path) -> Iterator[str]:
    """Give the module's own names; what a decorator registers is used by it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_every_name_of_a_module_is_used_in_the_product():
    templates = list((PROJECT_ROOT / "templates").rglob("*.html"))
    words = Counter(
        word for path in [*sources(), *templates] for word in re.findall(r"\w+", path.read_text())
    )
    unused = {
        f"{path.relative_to(PROJECT_ROOT)}: {name}"
        for path in sources()
        if path.name not in READ_BY_NAME
        for name in defined(path)
        if words[name] == 1 and name not in KNOWN
    }

    assert unused == set()
