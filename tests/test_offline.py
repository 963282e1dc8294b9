"""Nothing leaves the machine: seen by running the program where there is no network, and by watching its system calls."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import HOME, Settings

ASK = [sys.executable, "app.py", "ask", "Who funds Inburgering?", "--json"]


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "COMMON_GROUND_PATHS__DATA": str(settings.paths.data)}


def can_run(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def test_a_question_is_answered_in_a_network_namespace_without_a_route(full_settings: Settings) -> None:
    if not can_run("unshare", "-rn", "true"):
        pytest.skip("this machine does not let us make a network namespace (unshare -rn)")
    done = subprocess.run(["unshare", "-rn", *ASK], capture_output=True, env=environment(full_settings), cwd=HOME)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["outcome"] == "answered"


def test_asking_attempts_no_connection_beyond_this_machine(full_settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    watch = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(log)]
    if not can_run(*watch, "true"):
        pytest.skip("strace is not here, or may not trace")
    done = subprocess.run([*watch, *ASK], capture_output=True, env=environment(full_settings), cwd=HOME)
    assert done.returncode == 0, done.stderr.decode()
    assert re.findall(r".*AF_INET6?\b.*", log.read_text()) == []
