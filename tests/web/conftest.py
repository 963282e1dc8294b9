"""A browser found or installed once, the application with a known assistant, and a page that reports what it did."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from assistant.serving import WebSettings
from assistant.web import create_app
from assistant.web.server import listen
from tests.web.doubles import FakeAssistant, wait_until

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_INSTALL_SECONDS = 300


@dataclass
class Served:
    """A server on a port of its own."""

    url: str
    assistant: FakeAssistant


@dataclass
class Seen:
    """What a page did behind the scenes."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="session")
def served(assistant: FakeAssistant) -> Iterator[Served]:
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = create_app(assistant, WebSettings(port=port, questions_at_once=2, questions_waiting=8))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 30), "the server did not start"
    yield Served(f"http://127.0.0.1:{port}/", assistant)
    assistant.gate.set()
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """For one module: while Playwright's synchronous API is open, no other test can run an event loop."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = browser_program()
    with playwright.sync_playwright() as driver:
        try:
            started = driver.chromium.launch(executable_path=program, args=_ARGS)
        except playwright.Error as error:
            pytest.skip(f"the browser does not start: {str(error).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Any, served: Served, seen: Seen, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The screen, loaded; `@pytest.mark.parametrize("page", [{...}], indirect=True)` sets the context's options."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.on("request", lambda made: seen.requests.append(made.url))
    opened.on("console", lambda line: line.type == "error" and seen.complaints.append(line.text))
    opened.on("pageerror", lambda error: seen.complaints.append(str(error)))
    opened.goto(served.url)
    opened.get_by_label("Your question").wait_for()
    opened.wait_for_function("document.querySelector('.cg-intro') && [...document.styleSheets].length > 2")
    yield opened
    context.close()


@functools.cache
def browser_program() -> str | None:
    """A Chromium on this machine, else one installed now; None for Playwright's own. Skips, saying why, where none is."""
    for install in (lambda: True, _with_apt):
        if install() and (found := _on_path()):
            return found
    if _run([sys.executable, "-m", "playwright", "install", "chromium"]):
        return None
    pytest.skip("no Chromium on PATH, and neither apt-get nor Playwright could install one")


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _with_apt() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return _run(["apt-get", "update", "-q"]) and _run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    )


def _run(command: list[str]) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=quiet, capture_output=True, timeout=_INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
