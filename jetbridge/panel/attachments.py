"""The one way in which a file leaves the panel: its name, its kind, and cells that no spreadsheet calculates."""

from collections.abc import Iterable
from typing import IO, cast

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from jetbridge.core import spreadsheets

CSV = "text/csv; charset=utf-8"


def csv_file(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """Give a few rows as CSV, header first."""
    return _named(HttpResponse("".join(spreadsheets.csv_lines(rows)), content_type=CSV), name)


def csv_stream(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """Give rows as CSV without holding them all, header first."""
    return _named(StreamingHttpResponse(spreadsheets.csv_lines(rows), content_type=CSV), name)


def stored_csv(name: str, file: IO[bytes]) -> HttpResponse:
    """Stream a CSV that was written by `core.spreadsheets` and is kept on disk."""
    return _named(FileResponse(file, content_type=CSV), name)


def text_file(name: str, content: str | bytes, kind: str) -> HttpResponse:
    """Give a file that no spreadsheet opens: JSON, plain text, an archive."""
    return _named(HttpResponse(content, content_type=kind), name)


def _named(response: HttpResponseBase, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    # Streamed or not: Django's gates treat both alike.
    return cast("HttpResponse", response)
