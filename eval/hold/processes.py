"""Processes that experiments start, talk with and kill. A child prints one JSON value a line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds for one child


def start(module: str, task: str, **given: Any) -> subprocess.Popen[str]:
    """One of the tasks of a module of this package, in a process group of its own."""
    command = [sys.executable, "-X", "faulthandler", "-m", f"eval.hold.{module}", task, json.dumps(given)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def kill(child: subprocess.Popen[str]) -> None:
    """With all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def serve(tasks: Mapping[str, Callable[..., None]]) -> None:
    """In the child: carry out what it was started for."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell makes what it starts in the background deaf to it
    tasks[sys.argv[1]](**json.loads(sys.argv[2]))


def say(value: object) -> None:
    print(json.dumps(value), flush=True)
