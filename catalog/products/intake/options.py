"""How a file is read, as a person or a command asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ImportOptions:
    """Whether anything is written, where bad rows go, and what the file itself may leave open."""

    dry_run: bool = False
    # Magento's multiple value separator, for all cells that hold several values.
    separator: str = ","
    delimiter: str = ""
    bad_rows: Path | None = None
    document: str = ""
    # The order of 05/03/2019, mdy or dmy, and the decimal sign, a point or a comma; empty: as the file shows it.
    dates: str = ""
    decimal: str = ""
    # Which stock sources make up a product's quantity; empty: those that counted before, at first all.
    sources: tuple[str, ...] = ()
    # New identifiers that look as if a spreadsheet had shortened them are really so.
    confirm_identifiers: bool = False


def chosen_readings(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices as they are kept with a file, or given to a command, as options of the import."""
    return {
        "dates": kept.get("dates", ""),
        "decimal": kept.get("decimal", ""),
        "sources": tuple(kept.get("sources", ())),
        "confirm_identifiers": bool(kept.get("confirm_identifiers")),
    }
