"""Code is named in the glossary's words: no name of a module, class, function or variable has a retired one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jetbridge.home import PROJECT_ROOT

PRODUCT = ("catalog", "jetapi", "jetbridge", "orders", "returns")
# What was said before, as a part of a name, and what is said now.
RETIRED = {
    "wish": "delivery, draft, choice", "wishes": "deliveries, drafts, choices", "wished": "queued",
    "want": "queue_...", "wants": "queue_...", "wanted": "pending, queued, chosen", "wanting": "readers",
    "told": "sent, reported, source", "tell": "notify, report, announce", "teller": "notifier",
    "worded": "built", "wording": "payload", "worder": "builder",
    "mend": "fix", "mends": "fixes", "mended": "fixed", "mending": "fixing",
    "deed": "action", "deeds": "actions",
    "beat": "heartbeat", "beats": "heartbeats", "beaten": "renewed",
    "judge": "apply_result", "judged": "answered", "judging": "applying", "pin": "read_errors",
    "pinned": "known errors",
    "standing": "eligibility", "standings": "eligibilities", "offering": "listing rule",
    "shop": "config", "material": "context", "materials": "contexts",
}  # fmt: skip
# Published, or another's, and where: columns, keys, Celery's beat, an attribute of what the demo sells.
PUBLISHED = {
    "archive_wanted": ("catalog/listings/",), "status_wanted_at": ("catalog/listings/",),
    "told_at": ("catalog/listings/",), "mail_wanted_at": ("jetbridge/inbox/",), "wanted_at": ("jetbridge/inbox/",),
    "wording": ("jetbridge/inbox/",), "offering": ("catalog/products/", "catalog/rules/", "jetbridge/desk/services/"),
    "beat": ("jetbridge/jobs/worker_steps.py",), "Beat": ("jetbridge/jobs/",), "BEAT": ("jetbridge/",),
    "beat_tables": ("jetbridge/jobs/",), "beat_scheduler": ("jetbridge/jobs/",),
    "beat_max_loop_interval": ("jetbridge/jobs/",), "BeatWatch": ("jetbridge/jobs/",),
    "deed": ("jetbridge/panel/admin/",), "deeds": ("orders/admin/",), "material": ("jetbridge/desk/demo/",),
}  # fmt: skip
# What is left of the old words, with how many names have each. Only ever less.
LEFT: dict[str, int] = {}
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def names_of(path: Path) -> Iterator[str]:
    """Give each name that a module makes: its own, classes, functions, arguments, variables, attributes."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str(name)):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def retired_in(name: str, place: str = "") -> set[str]:
    """Return the retired words of a name; a lookup's columns are looked at one by one."""
    columns = [
        each for each in name.split("__") if not place.startswith(PUBLISHED.get(each.strip("_"), (" ",)))
    ]
    parts = {part.lower() for column in columns for part in PART.findall(column)}
    return parts & RETIRED.keys()


def sources() -> list[Path]:
    paths = [path for folder in PRODUCT for path in (PROJECT_ROOT / folder).rglob("*.py")]
    return [path for path in paths if "migrations" not in path.parts]


def found() -> dict[str, set[str]]:
    """Return where a retired word stands in a name of the product: each name, by its word."""
    places: dict[str, set[str]] = {}
    for path in sources():
        place = str(path.relative_to(PROJECT_ROOT))
        for name in names_of(path):
            for word in retired_in(name, place):
                places.setdefault(word, set()).add(f"{place}: {name} (say {RETIRED[word]})")
    return places


def test_no_retired_word_stands_in_a_name():
    places = found()

    assert {word: sorted(names) for word, names in places.items() if len(names) > LEFT.get(word, 0)} == {}
    # What was taken away stays away.
    assert {word: count for word, count in LEFT.items() if len(places.get(word, ())) < count} == {}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("class ShipmentWish: ...", {"wish"}),
        ("def want_upload(told): ...", {"want", "told"}),
        ("self.MENDED = call(beatFor=1)", {"mended", "beat"}),
        ("import queue as wanting_all", {"wanting"}),
        ("x: int = 1\nstanding: int = 2", {"standing"}),
        ("heartbeat = wanton = mendable = 'wish'", set()),
    ],
)
def test_a_retired_word_is_found_in_each_kind_of_name(tmp_path, code, words):
    path = tmp_path / "module.py"
    path.write_text(code)

    assert {word for name in names_of(path) for word in retired_in(name)} == words


def test_what_is_published_is_passed_where_it_belongs_and_nowhere_else():
    lookup, place = "listing__archive_wanted", "catalog/listings/models/listings.py"

    assert (retired_in(lookup, place), retired_in(lookup, "orders/models.py")) == (set(), {"wanted"})
    assert retired_in("offering__told", "catalog/rules/x.py") == {"told"}
