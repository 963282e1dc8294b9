"""Start the child that parses one file, read what it says, and end it whatever it does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.child import OUT_OF_MEMORY, TOO_DEEP
from ingest.errors import UnreadableFile
from ingest.settings import IngestSettings

_ROOT = str(Path(__file__).resolve().parent.parent)
# The package without its front door, which would import every reader: a child needs one.
_START = """
import sys, types
package = types.ModuleType("ingest")
package.__path__ = [sys.argv[1] + "/ingest"]
sys.modules["ingest"] = package
from ingest.child import main
main(sys.argv[2])
"""
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL")  # of our environment: secrets stay here


@dataclass(frozen=True, slots=True)
class Task:
    """What the child is told. `first` and `engine` concern PDF: see `pdfpages.pages_of`. With the engine "picture" it draws
    the page `first` and marks the `quotes` on it: see `pdfpicture`."""

    media_type: str
    memory_mb: int
    cpu_seconds: int
    max_pages: int
    page_seconds: float
    first: int = 1
    engine: str = "both"
    quotes: tuple[str, ...] = ()


def task_for(
    media_type: str, settings: IngestSettings, first: int = 1, engine: str = "both", quotes: tuple[str, ...] = ()
) -> Task:
    seconds = max(1.0, settings.cpu_seconds / 4)
    return Task(
        media_type, settings.memory_mb, settings.cpu_seconds, settings.max_pages, seconds, first, engine, quotes
    )


class ChildFailed(Exception):
    """The child ended before it was done. The message says why, in words for the person."""


def messages(
    task: Task, file: Path, settings: IngestSettings, wall_seconds: float | None = None
) -> Iterator[dict[str, Any]]:
    """What the child says about the file, until it is done. ChildFailed if it ends before; what it said until then
    stands."""
    wall_seconds = settings.wall_seconds if wall_seconds is None else wall_seconds
    with tempfile.TemporaryDirectory() as empty, file.open("rb") as data:
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, _ROOT, json.dumps(asdict(task))],
            stdin=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
        )
        late = threading.Event()
        clock = threading.Timer(wall_seconds, _too_late, [child, late])
        clock.start()
        started = time.monotonic()
        try:
            finished = yield from _until_done(child, settings)
            if not finished:
                spent = time.monotonic() - started
                raise ChildFailed(_why(child.wait(), late.is_set() or spent >= settings.cpu_seconds * 0.9))
        finally:
            clock.cancel()
            _end(child)
            child.communicate()


def _until_done(child: subprocess.Popen[bytes], settings: IngestSettings) -> Generator[dict[str, Any], None, bool]:
    """Its messages; whether it came to the end of them."""
    left = settings.max_text_mb * 4_000_000  # JSON around the text takes room too
    assert child.stdout is not None
    while line := child.stdout.readline(left + 1):
        left -= len(line)
        if left < 0:
            raise ChildFailed(f"it gives more than {settings.max_text_mb} MB of text")
        message = _understood(line)
        if message is None:
            return False
        if message.get("done"):
            return True
        if "refused" in message:
            raise UnreadableFile(*message["refused"])
        yield message
    return False


def _understood(line: bytes) -> dict[str, Any] | None:
    """None for the half of a line that a dying child leaves."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _why(status: int, slow: bool) -> str:
    killed = status in (-signal.SIGKILL, -getattr(signal, "SIGXCPU", 24)) if os.name == "posix" else slow
    if killed and slow:
        return "reading it takes too long"
    if killed or status == OUT_OF_MEMORY:
        return "reading it needs too much memory"
    return "its parts are nested too deep" if status == TOO_DEEP else "the reader broke down on it"


def _too_late(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child and all it may have started. Once it has been waited for, its number may be another's."""
    if child.poll() is not None:
        return
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        return
