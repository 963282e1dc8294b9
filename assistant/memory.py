"""Memory that is not used any more, given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """An index that nobody reads any more is full of references that go in circles, and the collector comes by seldom where
    there are so many objects. What it frees the C library keeps, in as many places as there have been threads, until it is
    asked (man 3 malloc_trim; Linux with glibc only, elsewhere nothing is asked)."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
