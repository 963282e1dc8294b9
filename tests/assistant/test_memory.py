"""How the C library keeps memory is asked for, and it heeds it."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

COUNT = """
import ctypes, threading
import app  # with all that it has loaded by then
from assistant.memory import keep_together
{ask}
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
together = threading.Barrier(12)

def take():
    libc.malloc(4000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(12)]
[one.start() for one in threads], [one.join() for one in threads]
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="only glibc tells where memory is kept")
def test_twelve_threads_keep_memory_in_two_places() -> None:
    def places(ask: str) -> int:
        program = [sys.executable, "-c", COUNT.format(ask=ask)]
        return subprocess.run(program, capture_output=True, text=True, check=True).stdout.count("<heap nr=")

    assert places("keep_together()") <= 2 < places("")
