"""Indexing in a process of its own, begun, followed and stopped from within a server: answers go on meanwhile."""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import NoReturn

from assistant.errors import AssistantError
from assistant.report import as_lines
from assistant.settings import Settings
from index.build import BuildReport
from index.errors import IndexProblem
from ingest.errors import IngestError

_GRACE = 5.0  # seconds from the wish to stop until it is no longer a wish
_NICER = 5  # answers come before indexing


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it stands. `total` is 0 when what is done cannot be counted; `lines` say what was done, `fault` why not."""

    began: str = ""
    ended: str = ""
    what: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    lines: tuple[str, ...] = ()
    fault: str = ""

    @property
    def running(self) -> bool:
        return bool(self.began) and not self.ended


class Indexing:
    """At most one run at a time. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._run = Run()
        self._child: SpawnProcess | None = None
        self._stopped = False

    @property
    def run(self) -> Run:
        """The one that is running, else the last one."""
        return self._run

    def start(self) -> bool:
        """False when one is running already."""
        with self._lock:
            if self._run.running:
                return False
            context = multiprocessing.get_context("spawn")  # a fork would take the server's threads and locks along
            ours, theirs = context.Pipe(duplex=False)
            self._child = context.Process(target=_index, args=(self._settings, theirs), name="index", daemon=True)
            self._run, self._stopped = Run(began=_now(), what="starting"), False
            self._child.start()
            theirs.close()
            threading.Thread(target=self._follow, args=(self._child, ours), name="follow-indexing", daemon=True).start()
            return True

    def stop(self) -> bool:
        """False when there is nothing to stop. What was finished is kept, and what served goes on serving."""
        with self._lock:
            child = self._child
            if not self._run.running or child is None:
                return False
            self._stopped = True
        child.terminate()
        threading.Timer(_GRACE, child.kill).start()  # which does nothing to one that has ended
        return True

    def _follow(self, child: SpawnProcess, news: Connection) -> None:
        last = Run()
        with news, contextlib.suppress(EOFError, OSError):
            while not isinstance(item := news.recv(), Run):
                what, done, total, unit = item
                self._run = replace(self._run, what=what, done=done, total=total, unit=unit)
            last = item
        child.join()
        if not (last.lines or last.fault):
            last = Run(fault=_STOPPED if self._stopped else _DIED.format(code=child.exitcode))
        self._run = replace(last, began=self._run.began, ended=_now())


_STOPPED = "Stopped. What was finished is kept, and the next run goes on from there."
_DIED = (
    "It ended before it was done (exit status {code}): there may be too little memory or disk. What was finished is "
    "kept. Try again; if it happens again, run python app.py index and read what it says."
)


def _index(settings: Settings, news: Connection) -> None:
    """The child: progress, and at last a Run, through the pipe."""
    signal.signal(signal.SIGTERM, _end)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICER)
    from assistant.assemble import update_index  # slow: brings Chroma

    def tell(what: str, done: int, total: int, unit: str = "") -> None:
        with contextlib.suppress(OSError):  # the server has gone: what is begun is finished all the same
            news.send((what, done, total, unit))

    try:
        report: BuildReport = update_index(settings, tell)
        last = Run(lines=tuple(as_lines(report)))
    except (AssistantError, IndexProblem, IngestError) as error:
        last = Run(fault=str(error))
    with contextlib.suppress(OSError):
        news.send(last)


def _end(*_: object) -> NoReturn:
    sys.exit(143)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
