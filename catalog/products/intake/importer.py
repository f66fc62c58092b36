"""Reads a product file from its first row to its last: chunk by chunk into the store, or into a preview."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from catalog.products.intake.advanced_prices import AdvancedPriceFile
from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.product_files import ProductFile
from catalog.products.intake.reports import ImportReport, UnreadableFile
from catalog.products.intake.runs import FileRun
from catalog.products.intake.stock_sources import StockSourceFile
from catalog.products.intake.surveys import Survey, open_table
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
    survey = Survey(path, options)
    with open_table(path, options.delimiter) as (source, header, records):
        run = RUNS[header.kind](header, options, survey.evidence)
        with (
            BadRows(options.bad_rows, header.given) as bad,
            tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
            nudged_once(),
        ):
            run.bad_rows, run.spool = bad, spool
            for _ in run.chunks(records):
                if progress:
                    progress(run.report, source.percent())
        run.report.notices += [*source.notices(), *run.remarks()]
        run.report.readings += run.notations.readings()
    if not run.report.rows:
        raise UnreadableFile("The file has a header but no rows below it.")
    return run.report
