"""A product's images as the addresses that Jet fetches them from. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote

from catalog.products.models import ProductImage

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%")
_ENCODED = re.compile(r"[A-Za-z0-9_.~:/?#\[\]@!$&'()*+,;=%-]*")
# Jet has this many slots for further images.
SLOTS = 8


@dataclass(frozen=True)
class ImageUrls:
    """The main image, the swatch, and further images in their order; an empty text where there is none."""

    main: str = ""
    swatch: str = ""
    others: tuple[str, ...] = ()
    left_out: int = 0


class Picture(NamedTuple):
    """What of an image's row decides its slot."""

    path: str
    position: int
    is_main: bool
    is_swatch: bool
    hidden: bool


def image_urls(images: Iterable[ProductImage | Picture], base_url: str) -> ImageUrls:
    """Sort images into Jet's slots; hidden ones stay at home, those beyond the slots are counted as left out."""
    rows = sorted(images, key=lambda image: (not image.is_main, image.position, image.path))
    # A swatch that is nothing else is hidden from the product page; it is still the swatch.
    swatch = next((absolute(row.path, base_url) for row in rows if row.is_swatch), "")
    shown = [absolute(row.path, base_url) for row in rows if row.is_main or not row.hidden]
    main, others = (shown[0], tuple(shown[1:])) if shown else ("", ())
    return ImageUrls(main, swatch, others[:SLOTS], max(len(others) - SLOTS, 0))


def absolute(path: str, base_url: str) -> str:
    """Put the base in front of a relative path; without a base the path stays as it is and is no address."""
    if "%" in path:
        path = _PERCENT.sub(_coded, path)
    if path.startswith("//"):
        path = f"https:{path}"
    if path.lower().startswith(("http://", "https://")):
        # Most addresses need no encoding, which is seen sooner than they are encoded.
        return path if _ENCODED.fullmatch(path) else quote(path, safe=":/?#[]@!$&'()*+,;=%~")
    if not base_url:
        return path
    return f"{base_url.rstrip('/')}/{quote(path.lstrip('/'), safe='/%~')}"


def _coded(found: re.Match[str]) -> str:
    """A % that begins no code, or codes that make no signs ("100%baumwolle"), are the name's own."""
    signs = unquote(found[0])
    return (
        found[0]
        if len(found[0]) > 1 and signs.isprintable() and "\ufffd" not in signs
        else found[0].replace("%", "%25")
    )
