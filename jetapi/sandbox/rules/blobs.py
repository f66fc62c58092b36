"""Bytes that are kept in pieces: uploads, as they come, and the errors of a file, as they are found."""

import hashlib
import json
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from ..kit.wire import dumps
from ..world import World, new_id

PIECE = 256 * 1024
GZIP = b"\x1f\x8b"
MARK = b"\0"  # in the place of bytes: they are kept in pieces, and here stands where


class Upload(NamedTuple):
    """Where an upload's bytes are, their digest, and how many they are about, unpacked."""

    at: str
    digest: str
    size: int


def stage(world: World, content: bytes) -> Upload:
    """Keep bytes piece by piece, each in a transaction of its own unless there is one around all of them."""
    at, digest = new_id(), hashlib.sha256()
    view = memoryview(content)
    for place, start in enumerate(range(0, len(content), PIECE)):
        piece = view[start : start + PIECE]
        digest.update(piece)
        add_piece(world, at, place, bytes(piece))
    size = int.from_bytes(content[-4:], "little") if content[:2] == GZIP else len(content)
    return Upload(at, digest.hexdigest(), size)


def add_piece(world: World, name: str, place: int, content: bytes) -> None:
    with world.store.transaction():
        world.store.run("INSERT INTO pieces VALUES (?, ?, ?)", name, place, content)


def pieces(world: World, name: str) -> Iterator[bytes]:
    for place in count():
        found = world.store.rows("SELECT content FROM pieces WHERE id=? AND place=?", name, place)
        if not found:
            return
        yield bytes(found[0][0])


def forget_pieces(world: World, name: str) -> None:
    world.store.run("DELETE FROM pieces WHERE id=?", name)


def keep(world: World, name: str, content: bytes) -> None:
    world.store.run("INSERT OR REPLACE INTO blobs VALUES (?, ?)", name, content)


def forget(world: World, name: str) -> None:
    world.store.run("DELETE FROM blobs WHERE id=?", name)


def point(world: World, name: str, upload: Upload) -> None:
    """Let a name mean an upload; one that it meant before stays, since a file may still be read from it."""
    keep(world, name, MARK + dumps(list(upload)).encode())


def upload_of(world: World, name: str) -> Upload | None:
    """Give the upload that a name means; bytes that were kept whole are taken apart first."""
    content = read(world, name)
    if content is None:
        return None
    if not content.startswith(MARK):
        point(world, name, stage(world, content))
        return upload_of(world, name)
    return Upload(*json.loads(content[1:]))


def read(world: World, name: str) -> bytes | None:
    found = world.store.rows("SELECT content FROM blobs WHERE id=?", name)
    return bytes(found[0][0]) if found else None


class Joined(NamedTuple):
    """A JSON object made of pieces, each of which holds some of its fields; its length in bytes comes first."""

    length: int
    parts: Iterator[bytes]


def joined(world: World, name: str) -> Joined | None:
    """Give an object that is kept in pieces."""
    sql = "SELECT COUNT(*), SUM(LENGTH(content)) FROM pieces WHERE id=?"
    [(number, length)] = world.store.rows(sql, name)
    return Joined(length + number + 1, _parts(world, name)) if number else None


def _parts(world: World, name: str) -> Iterator[bytes]:
    for place, piece in enumerate(pieces(world, name)):
        yield (b"," if place else b"{") + piece
    yield b"}"
