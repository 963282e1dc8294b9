"""`python app.py` as people run it: a process that serves, what it uses, and its end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import psutil
import tomlkit

from assistant.settings import HOME
from eval.errors import EvalError
from eval.hold.experiment import Run
from eval.hold.processes import PATIENCE, ROOT

_LOOK_EVERY = 0.05  # seconds
NO_LIMIT = {"person": "", "site": "", "reading": ""}  # all the people of an experiment come from one address


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the server's process: megabytes resident, those not of mapped files, threads, open files and sockets."""

    resident_mb: float
    own_mb: float
    threads: int
    files: int


def usage_of(process: psutil.Process) -> Usage:
    memory = process.memory_info()
    own = memory.rss - getattr(memory, "shared", 0)
    return Usage(round(memory.rss / 1e6, 1), round(own / 1e6, 1), process.num_threads(), process.num_fds())


class Indexing(Protocol):
    def wait(self, timeout: float) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""


class Served(Protocol):
    """A server that can be asked, watched, and given other documents."""

    @property
    def url(self) -> str: ...

    def usage(self) -> Usage: ...

    def index(self) -> Indexing: ...

    def said(self) -> str:
        """The end of what it and its helpers wrote to the log."""


@dataclass(frozen=True, slots=True)
class Service:
    url: str
    process: subprocess.Popen[bytes]
    settings: Path
    log: Path

    def usage(self) -> Usage:
        """Raises EvalError when the server is gone."""
        try:
            return usage_of(psutil.Process(self.process.pid))
        except psutil.Error as error:
            raise EvalError(f"The server is gone: {self.said()}") from error

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-800:] if self.log.is_file() else ""

    def index(self) -> subprocess.Popen[bytes]:
        """`python app.py index` beside it, on its way."""
        return _run("index", self.settings, self.log)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def write_settings(scratch: Path, corpus: Path, data: Path, **more: Mapping[str, Any]) -> Path:
    """A file of settings for a server on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = {"port": port, "rates": NO_LIMIT} | dict(more.get("web", {}))
    given = {"paths": {"corpus": str(corpus), "data": str(data)}, "web": web}
    file = scratch / f"settings-{port}.toml"
    file.write_text(tomlkit.dumps(given | {name: value for name, value in more.items() if name != "web"}))
    return file


def index_first(settings: Path, log: Path) -> None:
    """Raises EvalError when the documents cannot be brought in."""
    if _run("index", settings, log).wait(PATIENCE * 4):
        raise EvalError(f"The documents could not be brought in: {log.read_text(errors='replace')[-800:]}")


def own_shelf(run: Run) -> tuple[Path, Path]:
    """A copy of the five documents that an experiment may change, brought in; and the settings that name it."""
    corpus = run.scratch / "corpus"
    shutil.copytree(HOME / "corpus", corpus)
    settings = write_settings(run.scratch, corpus, run.scratch / "data")
    run.tell("bringing the documents in", 0, 0)
    index_first(settings, run.scratch / "log")
    return corpus, settings


def start(settings: Path, log: Path) -> Service:
    """Started, and perhaps not ready."""
    port = tomlkit.parse(settings.read_text())["web"]["port"]  # type: ignore[index]
    return Service(f"http://127.0.0.1:{port}", _run("serve", settings, log), settings, log)


def wait_until_ready(service: Service, patience: float = PATIENCE) -> None:
    """Raises EvalError when it is not ready in time."""
    until = time.monotonic() + patience
    while time.monotonic() < until and service.process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{service.url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(_LOOK_EVERY)
    raise EvalError(f"The server is not ready: {service.said()}")


@contextmanager
def serving(settings: Path, log: Path) -> Iterator[Service]:
    service = start(settings, log)
    try:
        wait_until_ready(service)
        yield service
    finally:
        service.kill()


def _run(command: str, settings: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "app.py", command, "--settings", str(settings)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
