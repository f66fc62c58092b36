"""The error book: every check, status and error that the panel shows, with cause, fix and who must act; offline."""

from collections.abc import Iterator

from jetbridge.desk.error_book import (
    api_problems,
    calls,
    incoming_files,
    jet_statuses,
    job_outcomes,
    mass_actions,
    product_checks,
    trade,
)
from jetbridge.desk.error_book.entries import Entry

# Chapter -> its entries, in the order of a product's and an order's life.
CHAPTERS: dict[str, tuple[Entry, ...]] = {
    "Checks of a product": product_checks.ENTRIES,
    "Statuses at Jet": jet_statuses.STATUSES,
    "What Jet finds missing (sub-statuses)": jet_statuses.SUB_STATUSES,
    "Upload files": jet_statuses.FILE_STATUSES,
    "Mass actions": mass_actions.ENTRIES,
    "Differences between store and Jet": job_outcomes.DRIFTS,
    "Orders": trade.ORDER_CAUSES,
    "Oversold": trade.OVERSOLD,
    "Returns and refunds": trade.GIVEN_BACK,
    "Rows of product files": incoming_files.PRODUCT_ROWS,
    "Rows of Jet's taxonomy": incoming_files.TAXONOMY_ROWS,
    "Settings": job_outcomes.SETTINGS,
    "Runs of jobs": job_outcomes.OUTCOMES,
    "Calls and jobs": calls.ENTRIES,
    "Requests of programs (JSON API)": api_problems.ENTRIES,
}


def find(code: str) -> Entry | None:
    """Return the entry of a code; a field's fault has the one of that fault of any field."""
    name = code.strip().lower()
    known = {entry.code.lower(): entry for entries in CHAPTERS.values() for entry in entries}
    return known.get(name) or known.get(f"*.{name.rpartition('.')[2]}" if "." in name else "")


def chapter_of(code: str) -> list[tuple[str, list[Entry]]]:
    """Return the one entry of a code under its chapter, or nothing."""
    entry = find(code)
    return [(title, [entry]) for title, entries in CHAPTERS.items() if entry in entries]


def search(text: str) -> Iterator[tuple[str, list[Entry]]]:
    """Give the chapters with the entries that hold every word; without words, all of them."""
    exact, words = find(text), text.lower().split()
    for title, entries in CHAPTERS.items():
        found = [each for each in entries if each is exact or all(word in each.text for word in words)]
        if found:
            yield title, sorted(found, key=lambda each: each is not exact)
