"""Static files without a step before the start: named by their content, kept by browsers, packed once a process."""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

# What an address says of its file, and how long one that says it may be kept.
VERSION = "v"
FOR_EVER = "max-age=31536000, public, immutable"
# Pictures and fonts are packed already; below this a packet saves nothing.
PACKABLE = (".css", ".js", ".svg", ".json", ".txt", ".map")
SMALLEST = 1_000
_packed: dict[tuple[str, float], bytes] = {}


@lru_cache(maxsize=4096)
def version_of(name: str) -> str:
    """Return a short digest of a static file's content, or nothing where there is no such file."""
    path = finders.find(name)
    return sha256(Path(path).read_bytes()).hexdigest()[:12] if isinstance(path, str) else ""


class VersionedStorage(StaticFilesStorage):
    """Addresses that change with the content of the file."""

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the file's address with its version."""
        address = str(super().url(name))
        version = version_of(name) if name and "?" not in name and "#" not in name else ""
        return f"{address}?{VERSION}={version}" if version else address


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves files from the packages: packed where the browser takes that, kept for ever under their version."""

    def serve(self, static_file: Any, request: HttpRequest) -> Any:
        """Answer with a file, or that it is unchanged."""
        response: Any = super().serve(static_file, request)
        name = request.path_info.removeprefix(self.static_prefix)
        asked = request.GET.get(VERSION)
        if asked and asked == version_of(name):
            response["Cache-Control"] = FOR_EVER
        if name.endswith(PACKABLE):
            patch_vary_headers(response, ("Accept-Encoding",))
            if response.status_code == 200 and request.method == "GET" and _takes_gzip(request):
                return _pack(response, name)
        return response


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "") and "Range" not in request.headers


def _pack(response: Any, name: str) -> Any:
    path = finders.find(name)
    if not isinstance(path, str):
        return response
    found = Path(path).stat()
    if found.st_size < SMALLEST:
        return response
    key = (path, found.st_mtime)
    if key not in _packed:
        _packed[key] = gzip.compress(Path(path).read_bytes(), 9, mtime=0)
    response.close()
    packed = HttpResponse(_packed[key])
    for header, value in response.headers.items():
        packed[header] = value
    packed["Content-Encoding"], packed["Content-Length"] = "gzip", str(len(_packed[key]))
    return packed
