"""Which pictures are taken for a logo: read from their own bytes, never from their names."""

import struct

MOST_BYTES = 300_000
MOST_PIXELS = 3_000
_PNG, _GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
# Marks of JPEG behind which height and width stand; the others of their range are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Marks without a length.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


class NotALogo(Exception):
    """The file is no picture that a slip can show; the message says why."""


def media_type(data: bytes) -> str:
    """
    Return what kind of picture it is.

    :raises NotALogo: no PNG, JPEG or GIF, not whole, or too large
    """
    if len(data) > MOST_BYTES:
        raise NotALogo(f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} are taken.")
    kind, width, height, is_whole = _read(data)
    if not is_whole or not width or not height:
        raise NotALogo(f"This {kind} is not whole.")
    if max(width, height) > MOST_PIXELS:
        raise NotALogo(
            f"The picture has {width} x {height} pixels; at most {MOST_PIXELS:,} each way are taken."
        )
    return f"image/{kind.lower()}"


def _read(data: bytes) -> tuple[str, int, int, bool]:
    """Return kind, width and height of a picture, and whether its end is there."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return "PNG", *struct.unpack(">II", data[16:24]), data[-8:-4] == b"IEND"
    if data.startswith(_GIF) and len(data) >= 10:
        return "GIF", *struct.unpack("<HH", data[6:10]), data.endswith(b";")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG", *_size_of_jpeg(data), data.endswith(b"\xff\xd9")
    raise NotALogo("Use a PNG, JPEG or GIF.")


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Return width and height as the first frame says them; nothing where there is none."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        mark = data[place + 1]
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        # A fill byte, a mark alone, or a block with its length behind the mark.
        length = struct.unpack(">H", data[place + 2 : place + 4])[0]
        place += 1 if mark == 0xFF else 2 if mark in _BARE else 2 + max(length, 2)
    return 0, 0
