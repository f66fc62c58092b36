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
    "mend": "fix", "mends": "fixes", "mended": "fixed",
    "deed": "action", "deeds": "actions",
    "beat": "heartbeat", "beats": "heartbeats", "beaten": "renewed",
    "judge": "apply_result", "judged": "answered", "judging": "applying", "pin": "read_errors",
    "pinned": "known errors",
    "standing": "eligibility", "standings": "eligibilities", "offering": "listing rule",
    "shop": "config", "material": "context", "materials": "contexts",
    "mending": "fixing",
}  # fmt: skip
# Several words that were one: looked for in a name without its underscores.
PHRASES = {
    "bulkrun": "mass action", "signoflife": "heartbeat", "cannotword": "PayloadError",
    "shellwords": "cli_command", "letpeoplein": "manage users", "addedup": "allocation", "givingup": "unreadable",
}  # fmt: skip
# Published, or another's, and where: Celery's beat, an attribute of what the demo sells.
PUBLISHED = {
    "beat": ("jetbridge/jobs/worker_steps.py",), "Beat": ("jetbridge/jobs/",), "BEAT": ("jetbridge/",),
    "beat_tables": ("jetbridge/jobs/",), "beat_scheduler": ("jetbridge/jobs/",),
    "beat_max_loop_interval": ("jetbridge/jobs/",), "BeatWatch": ("jetbridge/jobs/",),
    "material": ("jetbridge/desk/demo/",), "advance_bulk_runs": ("catalog/listings/tasks/", "orders/tasks.py"),
}  # fmt: skip
# A module is a topic or a plural; these are topics.
TOPICS = {"mapping", "rounding", "shipping", "wiring"}
SAY = RETIRED | PHRASES
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
    squeezed = "".join(columns).lower().replace("_", "")
    return (parts & RETIRED.keys()) | {phrase for phrase in PHRASES if phrase in squeezed}


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
                places.setdefault(word, set()).add(f"{place}: {name} (say {SAY[word]})")
    return places


def test_no_retired_word_stands_in_a_name():
    assert {word: sorted(names) for word, names in found().items()} == {}


def test_modules_are_topics_or_plurals_and_no_gerunds():
    names = {part.removesuffix(".py") for path in sources() for part in path.relative_to(PROJECT_ROOT).parts}

    assert {name for name in names if name.endswith("ing")} == TOPICS


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("class ShipmentWish: ...", {"wish"}),
        ("def want_upload(told): ...", {"want", "told"}),
        ("self.MENDED = call(beatFor=1)", {"mended", "beat"}),
        ("import queue as wanting_all", {"wanting"}),
        ("class BulkRunItem: is_letting_people_in = 1", {"bulkrun"}),
        ("x: int = 1\nstanding: int = 2", {"standing"}),
        ("heartbeat = wanton = mendable = 'wish'", set()),
    ],
)
def test_a_retired_word_is_found_in_each_kind_of_name(tmp_path, code, words):
    path = tmp_path / "module.py"
    path.write_text(code)

    assert {word for name in names_of(path) for word in retired_in(name)} == words


def test_what_is_published_is_passed_where_it_belongs_and_nowhere_else():
    place = "jetbridge/jobs/wiring.py"

    assert (retired_in("beat_tables", place), retired_in("beat_tables", "orders/x.py")) == (set(), {"beat"})
    assert retired_in("beat_tables__told", place) == {"told"}
