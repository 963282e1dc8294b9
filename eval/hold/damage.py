"""What can happen to a file on disk, each kind by its name."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path, random.Random], None]
_FLIPPED = 64


def empty(file: Path, draw: random.Random) -> None:
    file.write_bytes(b"")


def half(file: Path, draw: random.Random) -> None:
    """As a copy that was broken off leaves it."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def last_byte(file: Path, draw: random.Random) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def flipped(file: Path, draw: random.Random) -> None:
    """One bit each of 64 bytes at random places."""
    content = bytearray(file.read_bytes())
    for _ in range(_FLIPPED if content else 0):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(bytes(content))


def deleted(file: Path, draw: random.Random) -> None:
    file.unlink()


KINDS: dict[str, Damage] = {
    "emptied": empty,
    "cut in half": half,
    "without its last byte": last_byte,
    "64 bits flipped": flipped,
    "deleted": deleted,
}
