"""
The time of our taxonomy import beside the bare work: parsing the four real files and inserting the same rows.

The bare side checks nothing it need not check to insert: csv.reader, then one executemany a table in one transaction,
on the same database with the same indexes. Ours also finds duplicates, rounded ids and dead links, compares with
what is stored, keeps the version before and writes history. Run: `python bench/import_taxonomy.py`.
"""

import csv
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from support.sizes import furnish, sized

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES", ROOT.parent / "shared" / "data"))
FOLDER = SAMPLES / "jet_taxonomy"
AIM = 0.25
RUNS = sized(3, 1)
COUNTS = (3575, 177, 5738, 10912)

if __name__ == "__main__" and FOLDER.is_dir():
    sys.path.insert(0, str(ROOT))
    home = tempfile.TemporaryDirectory(prefix="jetbridge-bench-")
    furnish(home.name)
    os.environ |= {
        "JETBRIDGE_HOME": home.name,
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "jetbridge.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from catalog.mapping.models import JetAttribute, JetAttributeValue, JetCategory, JetCategoryAttribute
    from catalog.mapping.services import taxonomy_imports

Files = dict[str, bytes]


def rows_of(files: Files, name: str) -> list[list[str]]:
    """Parse one file, header left out."""
    text = files[name].decode("cp1252" if name == "Jet_Taxonomy.csv" else "utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def bare(files: Files) -> None:
    """Parse, keep what can be inserted, insert."""
    categories, attributes, values, links = (
        rows_of(files, f"Jet_Taxonomy{part}.csv")
        for part in ("", "_attribute", "_attribute_value", "_mapping")
    )
    known = {row[0] for row in categories}
    sound = {row[0] for row in attributes if row[0].isdigit()}
    paths: dict[str, str] = {"0": ""}
    for row in categories:
        paths[row[0]] = f"{paths[row[2]]} > {row[1]}" if paths.get(row[2]) else row[1]
    with transaction.atomic(), connection.cursor() as cursor:
        insert(cursor, JetCategory, ("jet_id", "name", "level", "tax_code", "active", "path", "is_demo"),
               [(int(r[0]), r[1], int(r[4]), r[5], True, paths[r[0]], False) for r in categories])  # fmt: skip
        reported = [row for row in attributes if row[0] in sound]
        insert(cursor, JetAttribute, ("jet_id", "name", "display_name", "kind", "variant", "retired", "is_demo"),
               [(int(r[0]), r[1], r[2], int(r[6]), r[9] == "1", False, False) for r in reported])  # fmt: skip
        category_keys = dict(JetCategory.objects.values_list("jet_id", "pk"))
        attribute_keys = dict(JetAttribute.objects.values_list("jet_id", "pk"))
        distinct = {(r[1], r[2]): "" if r[3] == "NULL" else r[3] for r in values if r[1] in sound}
        insert(cursor, JetAttributeValue, ("attribute_id", "value", "unit", "retired"),
               [(attribute_keys[int(key)], word, unit, False) for (key, word), unit in distinct.items()])  # fmt: skip
        pairs = {(r[1], r[0]) for r in links if r[0] in sound and r[1] in known}
        insert(cursor, JetCategoryAttribute, ("category_id", "attribute_id", "active"),
               [(category_keys[int(c)], attribute_keys[int(a)], True) for c, a in pairs])  # fmt: skip


def insert(cursor, model, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """One executemany."""
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})", rows)


def ours(files: Files) -> None:
    """Import as the command does."""
    taxonomy_imports.import_files(files=files, source="bench")


def timed(side: Callable[[Files], None], files: Files) -> float:
    """Run one side on empty tables and check what it stored."""
    tables = (JetCategoryAttribute, JetAttributeValue, JetAttribute, JetCategory)
    for model in tables:
        model.objects.all().delete()
    started = time.perf_counter()
    side(files)
    took = time.perf_counter() - started
    stored = tuple(model.objects.count() for model in reversed(tables))
    counts = (stored[0], stored[1], stored[2], stored[3])
    if counts != COUNTS:
        raise SystemExit(f"{side.__name__} stored {counts}, not {COUNTS}")
    return took


def main() -> int:
    """Measure both sides in turn; exit 2 without the input."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not here; JETBRIDGE_SAMPLES names the folder of the inputs.", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    files = {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}
    ratios = []
    for number in range(1, RUNS + 1):
        first, second = timed(bare, files), timed(ours, files)
        ratios.append(first / second)
        print(f"run {number}: bare {first:.2f} s, ours {second:.2f} s ({second / first:.1f} times)")
    home.cleanup()
    print(f"bench import_taxonomy: {min(ratios):.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
