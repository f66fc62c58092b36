"""`manage.py import_taxonomy DIR`: reads Jet's taxonomy files, skips and reports bad rows, stores the rest."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services import taxonomy_imports
from catalog.mapping.taxonomy import zip_files
from catalog.mapping.taxonomy.files import TaxonomyUnreadable
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted

KINDS = ("categories", "attributes", "values", "links")


class Command(PanelCommand):
    """Imports at once; --dry-run says what would change."""

    help = "Import Jet's taxonomy from a folder of CSV files (or a zip of them)."
    refusals = (TaxonomyUnreadable, PermissionError)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", help="Folder with Jet's CSV files, or a zip of them.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change; change nothing.")

    def handle(self, *, folder: str, dry_run: bool, **_: Any) -> None:
        step = taxonomy_imports.preview_files if dry_run else taxonomy_imports.import_files
        row = step(files=_files(Path(folder)), source=folder)
        self.finish(_summary(row, dry_run), _text(row, dry_run))


def _files(folder: Path) -> dict[str, bytes]:
    paths = [folder]
    if folder.is_dir():
        paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in {".csv", ".zip"}]
    return zip_files.as_files({path.name: files.read(path) for path in paths})


def _summary(row: TaxonomyImport, dry_run: bool) -> dict[str, Any]:
    errors = [
        {"file": file, "line": line, "code": code, "reason": reason}
        for file, line, code, reason in row.errors
    ]
    more = {"dry_run": True, "difference": row.difference} if dry_run else {}
    counts = {kind: getattr(row, kind) for kind in KINDS}
    return {**counts, "skipped": row.skipped, "errors": errors, **more}


def _text(row: TaxonomyImport, dry_run: bool) -> str:
    verb = "Would read" if dry_run else "Stored"
    lines = [
        f"{verb} {counted(row.categories, 'category')}, {counted(row.attributes, 'attribute')}, "
        f"{counted(row.values, 'value')}, "
        f"{counted(row.links, 'link')}."
    ]
    lines += [
        f"  {kind}: "
        + ", ".join(f"{count:,} {word}" for word, count in row.difference[kind].items() if word != "samples")
        for kind in KINDS
        if kind in row.difference
    ]
    if row.skipped:
        lines.append(f"Skipped {counted(row.skipped, 'row')}:")
    causes = Counter((file, code) for file, _, code, _ in row.errors)
    first = {(file, code): (line, reason) for file, line, code, reason in reversed(row.errors)}
    for (file, code), count in causes.most_common():
        line, reason = first[file, code]
        lines.append(f"  {file}: {count:,} x {code}, first in line {line}: {reason}")
    if row.message:
        lines.append(row.message)
    return "\n".join(lines)
