"""What leaves for a spreadsheet: no cell of it is taken for a formula, whoever wrote the text."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime

# What begins a formula, in half-width, full-width and small forms; spreadsheets read them alike.
_OPENERS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b")
# What a spreadsheet passes over before it decides: blanks, controls, marks without width.
_PASSED_OVER = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u200c\u200d\u2060\u3000\ufeff"
_QUOTE = "'"


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers stay numbers."""
    # What looks as if it had been made safe is made so as well, or it would come back as something else.
    return f"{_QUOTE}{text}" if _is_formula(text) or _is_guarded(text) else text


def original_cell(text: str) -> str:
    """Return what a cell held before `safe_cell`, for a file that comes back."""
    return text[1:] if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    core = text.lstrip(_QUOTE)
    return core != text and (_is_formula(core) or core[:1] in _OPENERS)


def words_of(value: object) -> str:
    """Return a value as a cell's text: nothing for None, moments by the second."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Return the lines of a CSV file, one by one, every cell of them safe."""
    writer = csv.writer(_Line())
    return (writer.writerow([safe_cell(words_of(value)) for value in row]) for row in rows)


def csv_line(row: Iterable[object]) -> str:
    """Return one line of a CSV file, every cell of it safe."""
    return next(csv_lines([row]))


def _is_formula(text: str) -> bool:
    if text.lstrip(_PASSED_OVER)[:1] not in _OPENERS:
        # A tab or a line's end in front hides what follows from some readers only.
        return text[:1] in ("\t", "\r", "\n")
    return not _is_number(text)


def _is_number(text: str) -> bool:
    digits = text[1:] if text[:1] in ("+", "-") else text
    return digits.isascii() and all(part.isdigit() for part in digits.replace(",", ".").split("."))


class _Line:
    """Gives a written row back instead of keeping it."""

    def write(self, text: str) -> str:
        return text
