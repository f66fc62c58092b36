"""The companion module for Magento, as an archive that is unpacked in the store's `app/code`."""

import io
import zipfile
from pathlib import Path

FILES = Path(__file__).parent / "magento" / "module"
NAME = "jetbridge-link.zip"
# One and the same archive each time, whenever the files were written here.
WRITTEN = (2026, 1, 1, 0, 0, 0)


def archive() -> bytes:
    """Return the module's files in one ZIP, byte for byte the same each time."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(FILES.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(FILES).as_posix(), WRITTEN)
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return found.getvalue()
