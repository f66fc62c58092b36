"""The demo store's pictures: one plain drawing a family, in the product's color."""

from pathlib import Path

from jetbridge.desk.demo.goods import COLORS

SHAPES = Path(__file__).parent / "shapes"
_DRAWN_IN = COLORS["Natural"]
_COLORS = {name.lower(): value for name, value in COLORS.items()}


def picture(shape: str, color: str) -> str:
    """
    Return a drawing as SVG in a color of the store, or in its own when the color is none of them.

    :raises KeyError: there is no such drawing
    """
    if shape not in {path.stem for path in SHAPES.glob("*.svg")}:
        raise KeyError(shape)
    drawing = (SHAPES / f"{shape}.svg").read_text()
    return drawing.replace(f'color="{_DRAWN_IN}"', f'color="{_COLORS.get(color.lower(), _DRAWN_IN)}"', 1)
