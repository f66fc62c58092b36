"""The how-tos: one short chapter a task, read from the text files beside this; offline and easy to edit."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jetbridge.desk.howto.chapters import Chapter, read

FOLDER = Path(__file__).parent / "texts"

# What stands above them -> the chapters' file names, in the order in which a merchant meets them.
GROUPS: dict[str, tuple[str, ...]] = {
    "Setting up": (
        "dashboard",
        "keys",
        "store",
        "taxonomy",
        "category-mapping",
        "attribute-mapping",
        "sandbox",
    ),
    "Products": (
        "product-import",
        "product-edit",
        "validation",
        "upload",
        "rejected-files",
        "archive",
        "price-and-stock",
        "drift",
        "exceptions",
        "vanished",
    ),
    "Orders and money": (
        "orders",
        "shipping",
        "store-orders",
        "cancelling",
        "failed-orders",
        "returns",
        "refunds",
        "settlements",
    ),
    "Keeping it running": (
        "cron-status",
        "api-log",
        "notifications",
        "people",
        "personal-data",
        "backup",
        "support",
    ),
}


@cache
def all_chapters() -> dict[str, Chapter]:
    """Return every chapter by its key; the files are read once."""
    keys = [key for names in GROUPS.values() for key in names]
    return {key: read(key, (FOLDER / f"{key}.md").read_text(encoding="utf-8")) for key in keys}


def search(text: str) -> Iterator[Chapter]:
    """Give the chapters that hold every word, those first that have them in the title."""
    words = text.lower().split()
    found = [each for each in all_chapters().values() if words and all(word in each.text for word in words)]
    yield from sorted(found, key=lambda each: not all(word in each.title.lower() for word in words))
