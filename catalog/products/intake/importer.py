"""Reads a product file from its first row to its last: chunk by chunk into the store, or into a preview."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from catalog.products.intake.advanced_prices import AdvancedPriceFile
from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.headers import Header, read_header
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.product_files import ProductFile
from catalog.products.intake.records import Record, RecordReader, sniff_delimiter
from catalog.products.intake.reports import ImportReport, UnreadableFile
from catalog.products.intake.runs import FileRun
from catalog.products.intake.sources import Source, open_source
from catalog.products.intake.stock_sources import StockSourceFile
from jetbridge.jobs.queue import nudged_once

RUNS: Mapping[FileKind, type[FileRun]] = {
    FileKind.PRODUCTS: ProductFile,
    FileKind.OLD_PRODUCTS: ProductFile,
    FileKind.STOCK_SOURCES: StockSourceFile,
    FileKind.ADVANCED_PRICES: AdvancedPriceFile,
}
Progress = Callable[[ImportReport, int], None]


def import_products(
    *, path: Path, options: ImportOptions | None = None, progress: Progress | None = None
) -> ImportReport:
    """
    Import a file of products, of their stock by source or of advanced prices.

    With dry_run say what importing it would do, and write nothing.

    progress is called after each chunk with the report so far and the percent of the file that is read;
    what it raises ends the import between two chunks. Importing a file again changes nothing.

    :raises UnreadableFile: the file as a whole cannot be read, or holds what is not imported
    """
    options = options or ImportOptions()
    with open_source(path) as source:
        header, records = _open_records(source, options.delimiter)
        run = RUNS[header.kind](header, options)
        with (
            BadRows(options.bad_rows, header.given) as bad,
            tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
            nudged_once(),
        ):
            run.bad_rows, run.spool = bad, spool
            for _ in run.chunks(records):
                if progress:
                    progress(run.report, source.percent())
        run.report.notices += source.notices()
    if not run.report.rows:
        raise UnreadableFile("The file has a header but no rows below it.")
    return run.report


def _open_records(source: Source, delimiter: str) -> tuple[Header, Iterator[Record]]:
    first = next(source.lines, "")
    delimiter = delimiter or sniff_delimiter(first)
    lines = _with_first(first, source.lines)
    reader = RecordReader(lines, delimiter)
    records = iter(reader)
    header_record = next(records, None)
    if header_record is None or header_record.problem:
        why = header_record.problem if header_record else ""
        raise UnreadableFile(f"The header in line 1 cannot be read. {why}".strip())
    header = read_header(header_record.cells)
    reader.width = header.width
    return header, records


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
