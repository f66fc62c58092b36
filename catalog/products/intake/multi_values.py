"""Takes cells apart that hold several values: one splitter for all of them, given the separator once."""

import re
from collections.abc import Callable, Collection, Iterator

from catalog.products.models.categories import names_of

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|svg|avif|jfif)(?:[?#].*)?", re.IGNORECASE)
_LONGEST_EXAMPLE = 200
_CODE = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*\s*=")
# Where another child of a configurable product may begin, and a value in quotes.
_CHILD = re.compile(r"\|(?=\s*sku\s*=)", re.IGNORECASE)
_QUOTES = re.compile(r"=\s*\"")
# What stores set in place of Magento's comma; the longer one first.
OTHERS = ("|||", "||", "|")
# Between whole paths and images, which show by themselves where they begin, others are seen as well.
MORE = (*OTHERS, ";", "^", "\n")


def _nothing_known() -> Collection[str]:
    return ()


class Splitter:
    """
    Splits the cells of one file.

    A separator within a value differs from one between two by what a value starts with: a path at a known root, an
    image with a scheme, a slash or behind another's ending, a pair with its code. A value in quotes is one.
    """

    def __init__(
        self, separator: str = ",", *, roots: Callable[[], Collection[str]] = _nothing_known
    ) -> None:
        self.separator = separator
        self._roots = roots
        # Examples of cells of which nothing shows which values they hold, by how they were read.
        self.doubts: dict[str, str] = {}

    def paths(self, cell: str) -> list[str]:
        """Return the category paths of a cell as they stand."""
        separator = self._used(cell, _share_a_root, MORE)
        cut = _pieces(cell, separator)
        pieces = _filled(cut)
        if len(pieces) == 1:
            return [text for text, _ in pieces]
        rooted = any("/" in text.replace("\\/", "") for text, _ in pieces)
        known = {_root(pieces[0][0])}

        def begins(text: str, before: str) -> bool:
            if not rooted:
                if text[:1].isspace():
                    self.doubts.setdefault("name", f"{before}{separator}{text}")
                return not text[:1].isspace()
            if _root(text) in known:
                return True
            if text[:1].isspace():
                return False
            if _root(text) in self._roots():
                return True
            self.doubts.setdefault("name", f"{before}{separator}{text}")
            return False

        return list(_joined(cut[cut.index(pieces[0]) :], separator, begins))

    def first_path(self, cell: str) -> str:
        """Return the path with which a cell begins, as far as its first separator."""
        return _pieces(cell, self.separator)[0][0]

    def images(self, cell: str) -> list[str]:
        """Return the images of a cell: paths or whole addresses."""
        own = self._images(cell, self.separator)
        other = self._used(cell, _are_images, MORE)
        if other == self.separator:
            return own
        found = self._images(cell, other)
        # A name may hold what other files set between two: what the comma parts well is parted by it.
        return own if len(own) >= max(2, len(found)) and all(map(_is_whole, own)) else found

    def _images(self, cell: str, separator: str) -> list[str]:
        cut = _pieces(cell, separator)
        pieces = _filled(cut)
        whole = bool(_SCHEME.match(pieces[0][0].strip()))
        endings = any(_ends(text) for text, _ in pieces)

        def begins(text: str, before: str) -> bool:
            text = text.strip()
            if _SCHEME.match(text):
                return True
            if whole:
                # Behind an address a path may only begin where the address has ended.
                return _ends(before) and (text.startswith("/") or _ends(text))
            return text.startswith("/") or _ends(before) or not endings

        found = (text.strip() for text in _joined(cut[cut.index(pieces[0]) :], separator, begins))
        return [text for text in found if text]

    def labels(self, cell: str, count: int) -> list[str]:
        """Return the labels of so many images; none, and a doubt, where their number does not fit."""
        separator = (
            self.separator
            if self.separator in cell
            else self._used(cell, lambda parts: len(parts) == count, MORE)
        )
        pieces = _pieces(cell, separator)
        if len(pieces) != count:
            joined = list(_joined(pieces, separator, lambda text, _: not text[:1].isspace()))
            if len(joined) == count:
                return [text.strip() for text in joined]
            self.doubts.setdefault("labels", cell[:_LONGEST_EXAMPLE])
            return []
        return [text.strip() for text, _ in pieces]

    def pairs(self, cell: str) -> list[tuple[str, str]]:
        """Return the code=value pairs of a cell, codes in lower case."""
        separator = self._used(cell, lambda parts: all(_CODE.match(part) for part in parts))
        # What stands in quotes behind the = is one value.
        pieces = _joined(
            _pieces(cell, separator, behind="="), separator, lambda text, _: bool(_CODE.match(text))
        )
        halves = (piece.partition("=") for piece in pieces if "=" in piece)
        return [(code.strip().lower(), _unquoted(value.strip())) for code, _, value in halves]

    def children(self, cell: str) -> list[str]:
        """Return the variations of a cell; what looks like the next one within quotes is a value's."""
        found, begin, place = [], 0, 0
        for bar in _CHILD.finditer(cell):
            while place <= bar.start() and (quotes := _QUOTES.search(cell, place, bar.start())):
                end = _quoted_end(cell, quotes.end() - 1, self.separator, "|")
                place = end if end >= 0 else quotes.end()
            if place <= bar.start():
                found.append(cell[begin : bar.start()])
                begin = place = bar.end()
        return [*found, cell[begin:]]

    def separator_of_pairs(self, cell: str) -> str:
        """Return what stands between the attributes of a cell: as given, or ||| where that joins pairs."""
        if self.separator == "," and "|||" in cell:
            parts = cell.split("|||")
            # Options may be joined by it as well; then no code follows. Within quotes it is a value's own.
            within = _QUOTES.search(cell) is not None and any(part.count('"') % 2 for part in parts)
            if len(parts) > 1 and not within and all(_CODE.match(part) for part in parts):
                return "|||"
        return self.separator

    def _used(self, cell: str, fits: Callable[[list[str]], bool], others: Collection[str] = OTHERS) -> str:
        """Return the separator of a cell: another than the comma where the file uses one and nobody said so."""
        if self.separator == "," and '"' not in cell:
            for other in others:
                if other in cell:
                    parts = [part for part in cell.split(other) if part.strip()]
                    if len(parts) > 1 and fits(parts):
                        return other
        return self.separator


def _filled(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Leave out what stands between two separators with nothing between them; behind a / it is a name's own sign."""
    before = ["", *(text for text, _ in pieces)]
    kept = [
        piece for piece, last in zip(pieces, before, strict=False) if piece[0].strip() or last.endswith("/")
    ]
    return kept or pieces[:1]


def _share_a_root(parts: list[str]) -> bool:
    """Return whether another path begins as the first one does; a name may hold the sign that stands between."""
    roots = [_root(part) for part in parts]
    return roots.count(roots[0]) > 1 and ("/" in parts[0] or len(set(roots)) == 1)


def _root(path: str) -> str:
    return names_of(path)[0].lower()


def _ends(text: str) -> bool:
    text = text.strip()
    return any(found.end() == len(text) for found in _PICTURE.finditer(text))


def _are_images(parts: list[str]) -> bool:
    """Return whether each part is a whole image: of a name that holds the sign, a piece lacks ending or name."""
    if any(map(_ends, parts)):
        return all(_SCHEME.match(part.strip()) or (_ends(part) and _has_name(part)) for part in parts)
    return all(_SCHEME.match(part.strip()) or part.strip().startswith("/") for part in parts)


def _is_whole(text: str) -> bool:
    return _ends(text) and bool(text.startswith("/") or _SCHEME.match(text))


def _has_name(path: str) -> bool:
    return not path.strip().rpartition("/")[2].startswith(".")


def _pieces(cell: str, separator: str, *, behind: str = "") -> list[tuple[str, bool]]:
    """Cut a cell at each separator outside quotes; with each piece whether it stood in quotes."""
    if '"' not in cell:
        return [(text, False) for text in cell.split(separator)]
    found: list[tuple[str, bool]] = []
    place = 0
    while place <= len(cell):
        start = _value_start(cell, place, separator, behind)
        end = _quoted_end(cell, start, separator)
        if end >= 0:
            text = cell[place:end] if behind else cell[start + 1 : end - 1].replace('""', '"')
            found.append((text, True))
            place = end + len(separator)
            continue
        stop = cell.find(separator, place)
        stop = len(cell) if stop < 0 else stop
        found.append((cell[place:stop], False))
        place = stop + len(separator)
    return found


def _value_start(cell: str, place: int, separator: str, behind: str) -> int:
    """Return where the value of the piece that begins here stands: behind its blanks, or behind its =."""
    if behind:
        stop = cell.find(separator, place)
        equals = cell.find(behind, place, stop if stop >= 0 else len(cell))
        if equals < 0:
            return place
        place = equals + 1
    while place < len(cell) and cell[place].isspace():
        place += 1
    return place


def _quoted_end(cell: str, start: int, *follow: str) -> int:
    """Return where the quotes that begin here have ended, or -1: no quotes, or not around a whole value."""
    if not cell.startswith('"', start):
        return -1
    close = cell.find('"', start + 1)
    while close >= 0 and cell.startswith('"', close + 1):
        close = cell.find('"', close + 2)
    if close < 0:
        return -1
    end = close + 1
    return end if end == len(cell) or cell.startswith(follow, end) else -1


def _joined(
    pieces: list[tuple[str, bool]], separator: str, begins: Callable[[str, str], bool]
) -> Iterator[str]:
    """Join pieces that begin no value to what stands before them; nothing between two separators begins none."""
    current, is_quoted = pieces[0]
    gap = separator
    for text, quoted in pieces[1:]:
        if not text.strip() and not quoted and not current.endswith("/"):
            gap += text + separator
            continue
        if quoted or is_quoted or begins(text, current):
            yield current
            current, is_quoted = text, quoted
        else:
            current = f"{current}{gap}{text}"
        gap = separator
    yield current


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('""', '"')
    return value


def quoted(value: str) -> str:
    """Return a value that is read back as one, whatever it holds."""
    return '"' + value.replace('"', '""') + '"'
