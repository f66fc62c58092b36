"""Bytes of a CSV to numbered rows: encodings, delimiters, broken quotes; columns are found by header name."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.mapping.taxonomy.taxonomy_rows import ATTRIBUTES, CATEGORIES, LINKS, VALUES, BadRow

# The columns that distinguish the files and without which a file cannot be read; names as merchants' files have them.
REQUIRED = {
    CATEGORIES: ("id", "name", "parent_id"),
    ATTRIBUTES: ("id", "description", "free_text"),
    VALUES: ("attribute_id", "value"),
    LINKS: ("attribute_id", "category_id"),
}
DELIMITERS = ",;\t|"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNDECODABLE = "\N{REPLACEMENT CHARACTER}"

Row = tuple[int, list[str]]


class TaxonomyUnreadable(Exception):
    """Nothing of what was given can be read as Jet's taxonomy; the message is meant for a person."""


@dataclass
class Table:
    """One file: what kind of rows it holds, its columns, and where to put its bad rows."""

    name: str
    kind: str
    columns: dict[str, int]
    width: int
    delimiter: str
    lines: list[str]
    bad: list[BadRow]

    def reject(self, line: int, code: str, reason: str) -> None:
        self.bad.append(BadRow(self.name, line, code, reason))

    def rows(self) -> Iterator[Row]:
        """Yield each sound row with its line number; blank lines are passed over, broken ones rejected."""
        for number, line in enumerate(self.lines[1:], 2):
            if not line or line.isspace():
                continue
            cells = line.split(self.delimiter) if '"' not in line else self._quoted(number, line)
            if len(cells) == self.width and UNDECODABLE not in line and "\0" not in line:
                yield number, cells
            elif cells:
                self._broken(number, line, len(cells))

    def _quoted(self, number: int, line: str) -> list[str]:
        # One line at a time: an unclosed quote costs its own row, not all that follow.
        try:
            return next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except csv.Error:
            self.reject(number, "quote", "a quotation mark is not closed or stands in the wrong place")
            return []

    def _broken(self, number: int, line: str, count: int) -> None:
        if "\0" in line or UNDECODABLE in line:
            self.reject(number, "encoding", "it holds bytes that are no text")
        else:
            self.reject(number, "columns", f"it has {count} columns where the header has {self.width}")


def read_table(name: str, content: bytes, bad: list[BadRow]) -> Table | None:
    """
    Read a file's header; None (with a bad row saying so) when it is none of the four files.

    Encodings: UTF-8, UTF-16 with its mark, else Windows-1252.
    """
    lines = _decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for delimiter in DELIMITERS:
        header = next(csv.reader([lines[0].replace("\0", "")], delimiter=delimiter), [])
        names = [cell.strip().lower() for cell in header]
        kind = next((kind for kind, needed in REQUIRED.items() if set(needed) <= set(names)), None)
        if kind is None:
            continue
        doubled = sorted({each for each in names if each and names.count(each) > 1})
        if doubled:
            bad.append(
                BadRow(name, 1, "header", f"the column {', '.join(doubled)} stands twice; file left out")
            )
            return None
        return Table(name, kind, {each: i for i, each in enumerate(names)}, len(names), delimiter, lines, bad)
    bad.append(BadRow(name, 1, "header", f"no file of Jet's taxonomy has this header: {lines[0][:120]!r}"))
    return None


def _decode(content: bytes) -> str:
    if content.startswith(UTF16_MARKS):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
