"""What people read is said in the glossary's words: on screens, in documents, in comments and docstrings."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from jetbridge.home import PROJECT_ROOT

ROOMS = ("jetbridge", "catalog", "orders", "returns")
# What was said before, and what is said now.
RETIRED = {
    r"will (not )?go\b(?! live)": "Will be sent, Skipped",
    r"already so\b": "No change needed",
    r"stopped ones": "Retry blocked products",
    r"told apart": "Varies by",
    r"\b(un)?tick(s|ed|ing)?\b": "checkbox: select it, clear it",
    r"nobody would be left": "At least one active user must be able to manage users",
    r"jobs fail\b": "Jobs are failing",
    r"does not serve us": "Jet is unavailable",
    r"answered within (15|2 hours)": "Acknowledged within",
    r"as a command\b": "Run from the command line",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bdeeds?\b": "action",
    r"\bwish(es|ed)?\b": "what is pending",
    r"\blets? people in\b": "manage users",
    r"\bcategorys\b": "categories",
    # Whose a thing at Jet is, no row says: after a restore it may be our own.
    r"(outside this panel|without (your|an) answer of ours|without your answer\.|not by us|never sent by us"
    r"|somebody else (changed|answered|shipped)|without this database)": "this panel has no record of it",
}
# Retired everywhere, in comments, docstrings, documents and scripts too, and what is said now.
DIALECT = {
    r"\bwish(es|ed)?\b": "what is pending, a choice",
    r"\bwant(s|ed|ing)?\b": "queue, require, choose, need",
    r"\b(tell(s|ing)?|told)\b": "send, report, notify, show, return; to tell apart: distinguish",
    r"\b(worded|wording)\b": "write, build",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bdeeds?\b": "action",
    r"\bjudg(e|es|ed|ing|ement)\b": "check, process, settle",
    r"\bpin(s|ned|ning)?\b": "record",
    r"\bways? out\b": "fix",
    r"\bsigns? of life\b": "heartbeat",
    r"\blets? (other )?people in\b": "manage users",
    r"\bask(s|ed)? jet\b(?!'s| to)": "refresh from Jet, check with Jet, fetch",
    r"\bas a command\b(?! (line|names))": "on the command line",
    r"\bstandings?\b(?! (in|alone|there))": "eligibility",
}
# The word is kept for Jet's review, which no room below the listings knows.
OURS = {r"\bverdicts?\b": "result"}
OUR_ROOMS = ("catalog/products/", "catalog/mapping/", "catalog/rules/")
# Another's words, and what is stored or published under an old one.
PASSED = (
    r"no longer (need/)?want", r"raw\.tell\b", r"demo-wanted", r'former = \{"wanted"', r'"mended": fixed',
    r"mended with a sewing kit", r"standing order", r"jet_verdict|, and the verdict, stand|with their verdict;",
)  # fmt: skip
# As Django makes a plural of what ends otherwise: categorys, boxs, fetchs.
WRONG_PLURAL = re.compile(r"([^aeiou]y|[sxz]|[cs]h)s$")
PASSES = re.compile("|".join(PASSED), re.IGNORECASE)
READ = {".py", ".html", ".txt", ".md", ".js", ".css"}
# Jet's own document, and the rules that look for the words.
NOT_OURS = {"docs/jet-api.md", ".ci/house_words.py", ".ci/house_facets.py"}
PATTERN = re.compile("|".join(f"(?:{word})" for word in RETIRED), re.IGNORECASE)


def texts_of_python(path: Path) -> Iterator[tuple[int, str]]:
    """Give the sentences of a module: literals with a blank in them, docstrings left out."""
    tree = ast.parse(path.read_text())
    skipped = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):  # docstrings, and bare strings under a constant
            skipped |= {id(each.value) for each in body if isinstance(each, ast.Expr)}
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "compile"
        ):
            skipped |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped
        if is_text and " " in node.value:
            yield node.lineno, node.value


def texts_of_template(path: Path) -> Iterator[tuple[int, str]]:
    """Give a template's lines without what the engine and the browser read of them."""
    whole = path.read_text()
    for gone in (
        r"{% comment %}.*?{% endcomment %}",
        r"{#.*?#}",
        r"{%.*?%}",
        r"{{.*?}}",
        r"<script.*?</script>",
        r"<style.*?</style>",
    ):
        whole = re.sub(gone, lambda found: "\n" * found.group().count("\n"), whole, flags=re.DOTALL)
    yield from enumerate(
        re.sub(r"\b(class|id|name|href|data-[\w-]+|hx-[\w-]+)=\"[^\"]*\"", "", whole).splitlines(), 1
    )


def found() -> list[str]:
    """Return each place where a retired word is said."""
    # What the demo sells may be mended with a sewing kit.
    passed = ("migrations", "goods.py")
    modules = [
        path
        for room in ROOMS
        for path in (PROJECT_ROOT / room).rglob("*.py")
        if not any(part in path.parts for part in passed)
    ]
    pages = [
        *(PROJECT_ROOT / "templates").rglob("*.html"),
        *(PROJECT_ROOT / "jetbridge").rglob("howto/texts/*.md"),
    ]
    places = []
    for path in (*modules, *pages):
        texts = texts_of_python(path) if path.suffix == ".py" else texts_of_template(path)
        places += [
            f"{path.relative_to(PROJECT_ROOT)}:{line}: {text.strip()[:160]}"
            for line, text in texts
            if PATTERN.search(text)
        ]
    return places


def lines_of_all() -> Iterator[tuple[str, int, str]]:
    """Give each line of the product that a person may read, code, style sheets and documents alike."""
    for folder in (*ROOMS, "jetapi", "templates", "bench", "docs", ".ci"):
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            place = str(path.relative_to(PROJECT_ROOT))
            if path.suffix in READ and "migrations" not in path.parts and place not in NOT_OURS:
                yield from (
                    (place, number, line) for number, line in enumerate(path.read_text().splitlines(), 1)
                )
    for name in ("README.md", "ARCHITECTURE.md", "Makefile", "manage.py"):
        yield from (
            (name, number, line)
            for number, line in enumerate((PROJECT_ROOT / name).read_text().splitlines(), 1)
        )
    newest = re.split(r"^## ", (PROJECT_ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1]
    yield from (("CHANGELOG.md", number, line) for number, line in enumerate(newest.splitlines(), 1))


def dialect_in(place: str, line: str) -> list[str]:
    """Return what to say instead of the retired words of a line; what is another's is passed."""
    said = PASSES.sub("", re.sub(r"`[^`]+`", "", line) if place.endswith(".md") else line)
    words = DIALECT | (OURS if place.startswith(OUR_ROOMS) else {})
    return [instead for word, instead in words.items() if re.search(word, said, re.IGNORECASE)]


def test_no_retired_word_stands_in_any_line():
    found = [
        f"{place}:{number}: {line.strip()[:160]} (say {', '.join(instead)})"
        for place, number, line in lines_of_all()
        if (instead := dialect_in(place, line))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("place", "line", "says"),
    [
        ("orders/x.py", "# What Jet was told.", 1),
        ("orders/x.py", '"No longer want this item",', 0),
        ("catalog/rules/x.py", '"""Keep the verdict."""', 1),
        ("catalog/listings/x.py", '"""Keep the verdict."""', 0),
        ("templates/x.html", "<button>Ask Jet now</button> asks Jet's support", 1),
        ("docs/x.md", "a wanton sign of life wishes", 2),
    ],
)
def test_retired_words_are_found_in_any_line_and_others_words_passed(place, line, says):
    assert len(dialect_in(place, line)) == says


# What stands behind a number in sentences; "1 products" is no English.
THINGS = (
    "attributes categories changes days differences entries figures files images lines links mappings "
    "minutes options orders pages people prices problems processes products refunds returns rows settings SKUs "
    "units values words"
)
COUNTED = re.compile(rf"( (?!of |in |to |and |from )[a-z-]+)? ({'|'.join(THINGS.split())})\b")
IN_TEMPLATE = re.compile(rf"\{{\{{ (?P<number>[^}}]*) \}}\}}{COUNTED.pattern}(?!\{{)")
# Numbers that are never one: limits (and lengths beyond them), ages, and what the code before has seen to be more.
NEVER_ONE = re.compile(
    r"[A-Z]{3}|limit|low|high|count_most|\bleast\b|counted_most|log_days|change\.resent|^minutes$|lost\)|jet_ids\)|^free"
    r"|^count$|^counted\b|^report.failed$|^most_lines$|^shipped|found\.words"
)


def pairs_of(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Give what each formatted text puts in, and the text behind it."""
    for node in (each for each in ast.walk(tree) if isinstance(each, ast.JoinedStr)):
        for value, text in itertools.pairwise(node.values):
            if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                yield node.lineno, ast.unparse(value.value), text.value


def bare_counts() -> list[str]:
    """Return each sentence that puts a noun in the plural behind a number, whatever the number is."""
    found = []
    for path in (path for room in ROOMS for path in sorted((PROJECT_ROOT / room).rglob("*.py"))):
        if "migrations" not in path.parts:
            found += [
                f"{path.relative_to(PROJECT_ROOT)}:{line}: {number}{text[:30]}"
                for line, number, text in pairs_of(ast.parse(path.read_text()))
                if COUNTED.match(text) and not NEVER_ONE.search(number)
            ]
    for path in sorted((PROJECT_ROOT / "templates").rglob("*.html")):
        found += [
            f"{path.relative_to(PROJECT_ROOT)}: {each.group()}"
            for each in IN_TEMPLATE.finditer(path.read_text())
            if not NEVER_ONE.search(each["number"])
        ]
    return found


def test_a_noun_behind_a_number_is_in_its_number():
    assert bare_counts() == []


def test_no_retired_word_is_read_by_people():
    assert found() == []


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('"""Mend it."""\nX = "Mend what Jet named."', ["Mend what Jet named."]),
        ('def f():\n    """Wish for it."""\n    return f"{x} will go."', [" will go."]),
        ('import re\nX = re.compile("told apart by")', []),
        ('X = {"wish": 1}', []),
    ],
)
def test_only_sentences_are_read_and_no_docstrings(tmp_path, code, texts):
    path = tmp_path / "module.py"
    path.write_text(code)

    assert [text for _, text in texts_of_python(path) if PATTERN.search(text)] == texts


def test_the_plural_of_a_table_is_english():
    names = {model._meta.label: str(model._meta.verbose_name_plural) for model in apps.get_models()}

    wrong = {label: name for label, name in names.items() if WRONG_PLURAL.search(name)}

    assert wrong == {}
