"""Jet's document as this project keeps it (docs/jet-api.md): its lists of words, for tests that hold code to them."""

import re

from jetbridge.home import PROJECT_ROOT

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]*\|$", re.MULTILINE)


def lists() -> dict[str, tuple[str, ...]]:
    """Return each list of the document by its name; older words are lists of their own."""
    document = (PROJECT_ROOT / "docs" / "jet-api.md").read_text()
    table = document.partition("\n## Lists of words\n")[2].partition("\n## ")[0]
    rows = [(name, tuple(words.split(" · "))) for name, words in ROW.findall(table)]
    return dict(rows[1:])  # the first one names the columns
