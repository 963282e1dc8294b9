"""Memory of a process that runs for months: little of it set apart, and what is not used any more given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_ARENAS = 2


def keep_together() -> None:
    """The C library keeps memory in as many places as it has seen threads, eight for each core at most, and a piece that is
    freed in one serves no other (man 3 mallopt). An index is opened, asked and let go of by many threads: with two places a
    server that changed its index nine times came to 950 MB and stayed there, else it was at 1,080 MB and growing. Heeded when
    it is asked before the first thread is started; Linux with glibc only."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """An index that nobody reads any more is full of references that go in circles, and the collector comes by seldom where
    there are so many objects. What it frees the C library keeps until it is asked (man 3 malloc_trim; Linux with glibc only,
    elsewhere nothing is asked)."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
