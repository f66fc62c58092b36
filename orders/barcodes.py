"""Code 128 as a drawing: the barcode of an order's number on its packing slip, which any scanner reads."""

from django.utils.safestring import SafeString, mark_safe

# Widths of bars and gaps in turn of each of the 103 signs, then of the three starts and the stop.
_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
_WIDTHS = tuple(_TABLE.split())
START_TEXT, START_PAIRS, STOP = 104, 105, 106
# Blank space that a scanner asks for on either side.
QUIET = 10
FIRST, LAST = " ", "~"


def signs(text: str) -> list[int]:
    """
    Return the signs of a text with start, check sign and stop: an even number of digits in pairs, else one a letter.

    :raises ValueError: nothing to write, or a letter outside ASCII
    """
    if not text or not all(FIRST <= letter <= LAST for letter in text):
        raise ValueError(f"“{text}” cannot be written as Code 128.")
    if text.isdigit() and len(text) % 2 == 0:
        found = [START_PAIRS, *(int(text[place : place + 2]) for place in range(0, len(text), 2))]
    else:
        found = [START_TEXT, *(ord(letter) - ord(FIRST) for letter in text)]
    check = found[0] + sum(place * sign for place, sign in enumerate(found[1:], start=1))
    return [*found, check % 103, STOP]


def svg(text: str, *, height: int = 26) -> SafeString:
    """Return the drawing, which scales without losing its proportions; nothing where a text cannot be written."""
    try:
        written = signs(text)
    except ValueError:
        return SafeString("")
    place, bars = QUIET, []
    for sign in written:
        for number, width in enumerate(map(int, _WIDTHS[sign])):
            if number % 2 == 0:
                bars.append(f"M{place} 0h{width}v{height}h-{width}z")
            place += width
    size = f'viewBox="0 0 {place + QUIET} {height}"'
    drawing = f'<path fill="#000" d="{"".join(bars)}"/>'
    # Numbers and our own words alone: the text itself does not stand in it.
    return mark_safe(  # noqa: S308
        f'<svg class="jo-barcode" xmlns="http://www.w3.org/2000/svg" {size} aria-hidden="true">{drawing}</svg>'
    )
