"""Reads a product file from its first row to its last: chunk by chunk into the store, or into a preview."""

import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from pathlib import Path

from catalog.products import ownership
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
    with nudged_once(), closing(steps(path=path, options=options)) as chunks:
        for report, percent in chunks:
            if progress:
                progress(report, percent)
    return report


def steps(
    *, path: Path, options: ImportOptions | None = None, pause: Callable[[], None] = lambda: None
) -> Generator[tuple[ImportReport, int]]:
    """
    Import a file chunk by chunk; give the report so far and the percent that is read, at the end those of all of it.

    Other files may be imported between two chunks, and in a pause while the file as a whole is looked through.

    :raises UnreadableFile: as `import_products` does
    """
    try:
        yield from _steps(path, options or ImportOptions(), pause)
    except MemoryError:
        raise UnreadableFile(
            "The file needs more memory than there is, so that its import was ended. Split it, or save it as CSV."
        ) from None


def _steps(
    path: Path, options: ImportOptions, pause: Callable[[], None]
) -> Generator[tuple[ImportReport, int]]:
    survey = Survey(path, options, pause)
    with open_table(path, options.delimiter) as (source, header, records):
        run = RUNS[header.kind](header, options, survey.evidence)
        if ownership.is_linked() and not run.brings_ours:
            raise UnreadableFile(ownership.FILE)
        with (
            BadRows(options.bad_rows, header.given) as bad,
            tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
        ):
            run.bad_rows, run.spool = bad, spool
            for _ in run.chunks(records):
                run.check()
                yield run.report, min(source.percent(), 99)
        run.report.notices += [*source.notices(), *run.remarks()]
        run.report.readings += run.notations.readings()
    if not run.report.rows:
        raise UnreadableFile("The file has a header but no rows below it.")
    yield run.report, 100
