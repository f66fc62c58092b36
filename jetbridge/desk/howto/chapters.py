"""
The text of a how-to: a small part of Markdown.

    # Title
    ![What the picture shows](picture)
    When you need it, in a paragraph or two.
    ## Heading
    1. A step; **bold** is a word of the panel, `mono` something to type.
    - A point; [words](page), [words](error:CODE) and [words](howto:chapter) are links.
    - {often:JOB} is how often that job runs, as the schedule has it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from jetbridge.core.texts import OFTEN

Kind = Literal["text", "steps", "points"]
PICTURE = re.compile(r"!\[(?P<alt>[^\[\]]+)\]\((?P<name>[\w-]+)\)")
MARK = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|`(?P<mono>[^`]+)`|\[(?P<words>[^\[\]]+)\]\((?P<to>[^\[)]+)\)")
STEP = re.compile(r"\d+\. ")


@dataclass(frozen=True)
class Block:
    """Lines of one kind: a paragraph each, a numbered step each, or a point each."""

    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What stands under one heading; the first part has none."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """One how-to; pictures are pairs of file name and what it shows."""

    key: str
    title: str
    pictures: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    @property
    def lead(self) -> str:
        """Its first paragraph: when one needs it."""
        return self.parts[0].blocks[0].lines[0]

    @property
    def lines(self) -> list[str]:
        """All its lines, as they were written."""
        return [line for part in self.parts for block in part.blocks for line in block.lines]

    @property
    def text(self) -> str:
        """All its words, for a search."""
        headings = [part.title for part in self.parts]
        return " ".join([self.title, *headings, *map(plain, self.lines)]).lower()


def plain(line: str) -> str:
    """Return a line without its marks."""
    return OFTEN.sub("", MARK.sub(lambda found: found["bold"] or found["mono"] or found["words"], line))


def read(key: str, source: str) -> Chapter:
    """
    Read a chapter's file.

    :raises ValueError: it does not begin with a title, or has no first paragraph
    """
    title, _, body = source.strip().partition("\n")
    pictures = tuple((found["name"], found["alt"]) for found in PICTURE.finditer(body))
    sections = re.split(r"^## ", PICTURE.sub("", body), flags=re.MULTILINE)
    parts = tuple(_part(f"\n{text}" if number == 0 else text) for number, text in enumerate(sections))
    if not title.startswith("# ") or not parts[0].blocks:
        raise ValueError(
            f"{key}: a chapter begins with “# Title” and a paragraph that says when one needs it."
        )
    return Chapter(key, title[2:].strip(), pictures, parts)


def _part(text: str) -> Part:
    title, _, body = text.partition("\n")
    blocks: list[Block] = []
    for line in _joined(body):
        kind: Kind = "steps" if STEP.match(line) else "points" if line.startswith("- ") else "text"
        words = line if kind == "text" else line.split(" ", 1)[1]
        if blocks and blocks[-1].kind == kind:
            words_so_far = blocks.pop().lines
            blocks.append(Block(kind, (*words_so_far, words)))
        else:
            blocks.append(Block(kind, (words,)))
    return Part(title.strip(), tuple(blocks))


def _joined(body: str) -> list[str]:
    """Put wrapped lines together: what is not a new point, step or paragraph goes on with the last line."""
    lines: list[str] = []
    fresh = True
    for line in map(str.strip, body.splitlines()):
        if line and not fresh and not STEP.match(line) and not line.startswith("- "):
            lines[-1] += f" {line}"
        elif line:
            lines.append(line)
        fresh = not line
    return lines
