"""The child process that parses one stranger's file: the file on standard input, JSON lines on standard output.

A file is a program that somebody else wrote. So it is parsed where it can do no harm: limits on memory, time and open
files, nothing may be written, no connection or further process may be opened, and all that comes back is text.
`isolation` starts it and reads what it says.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any

from ingest.kinds import EPUB, HTML, PDF, WORD

OUT_OF_MEMORY = 77  # exit statuses
TOO_DEEP = 78
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.system", "os.posix_spawn")


def main(arguments: str) -> None:
    """`arguments` is JSON: see `isolation.Task`."""
    task = json.loads(arguments)
    out = _only_way_out()
    _limit(task)
    sys.addaudithook(_refuse)
    try:
        for message in _messages(task, sys.stdin.buffer):
            out.write(json.dumps(message) + "\n")
            out.flush()
        out.write('{"done": true}\n')
        out.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # without the clearing up that would need memory again
    except RecursionError:
        os._exit(TOO_DEEP)


def _only_way_out() -> IO[str]:
    """Standard output, for us alone: what a library prints must not be taken for a message."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _limit(task: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and byte cap remain
        return
    memory = task["memory_mb"] * 1024 * 1024
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, task["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, ceiling = resource.getrlimit(kind)
        most = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS refuses some
            continue
    os.nice(5)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed here")


def _messages(task: dict[str, Any], stdin: IO[bytes]) -> Iterator[dict[str, Any]]:
    data = stdin.read()
    if task["engine"] == "picture":
        from ingest.pdfpicture import picture_of

        return picture_of(data, task["first"], task["quotes"])
    if task["media_type"] == PDF:
        from ingest.pdfpages import pages_of

        return pages_of(io.BytesIO(data), task["first"], task["engine"], task["max_pages"], task["page_seconds"])
    return iter(_whole(task["media_type"], data))


def _whole(media_type: str, data: bytes) -> Iterable[dict[str, Any]]:
    """Formats without pages give one message."""
    from ingest.errors import UnreadableFile
    from ingest.wire import to_wire

    try:
        return [{"content": to_wire(_readers()[media_type](data))}]
    except UnreadableFile as error:
        return [{"refused": (error.reason, error.advice)}]


def _readers() -> dict[str, Any]:
    # Each parser is imported by the one child that needs it.
    def html(data: bytes) -> Any:
        from ingest.webpage import read_html

        return read_html(data)

    def word(data: bytes) -> Any:
        from ingest.word import read_word

        return read_word(data)

    def epub(data: bytes) -> Any:
        from ingest.epub import read_epub

        return read_epub(data)

    return {HTML: html, WORD: word, EPUB: epub}
