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
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from assistant.serving import OperationSettings, OperatorSettings, WebSettings
from assistant.settings import PathSettings, Settings
from assistant.upkeep import Upkeep
from assistant.web import create_app
from assistant.web.server import listen
from tests.small_corpus import write_small_corpus
from tests.web.doubles import APPG_FILE, FakeAssistant, appg_pdf, wait_until

OPERATOR = "the-token-of-the-operator-0001"
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
    folder: Path

    @property
    def feedback(self) -> Path:
        return self.folder / "feedback.jsonl"

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"


@dataclass
class Seen:
    """What a page did behind the scenes."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="session")
def served(assistant: FakeAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With everything switched on that an operator may switch on: feedback, pages of PDF files, the operator's page."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    corpus = write_small_corpus(folder / "corpus")
    (corpus / APPG_FILE).write_bytes(appg_pdf())
    settings = WebSettings(
        port=port,
        questions_at_once=2,
        questions_waiting=8,
        feedback=folder / "feedback.jsonl",
        documents=corpus,
        operator=OperatorSettings(token=OPERATOR),  # type: ignore[arg-type]
        operation=OperationSettings(pause_folder=folder / "paused", notice_file=folder / "notice.txt"),
    )
    upkeep = Upkeep(Settings(paths=PathSettings(corpus=corpus, data=folder / "data")))
    app = create_app(assistant, settings, upkeep=upkeep)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 30), "the server did not start"
    yield Served(f"http://127.0.0.1:{port}/", assistant, folder)
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


@pytest.fixture(scope="module")
def contexts(browser: Any) -> Iterator[Any]:
    """A context for given options, the same each time: what was fetched once need not be fetched again."""
    made: dict[str, Any] = {}

    def context(options: dict[str, Any]) -> Any:
        key = repr(options)
        if key not in made:
            made[key] = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
            made[key].grant_permissions(["clipboard-read", "clipboard-write"])
        return made[key]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def page(contexts: Any, served: Served, seen: Seen, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The screen, loaded; `@pytest.mark.parametrize("page", [{...}], indirect=True)` sets the context's options."""
    opened = contexts(getattr(request, "param", {})).new_page()
    opened.set_default_timeout(30_000)
    opened.on("request", lambda made: seen.requests.append(made.url))
    opened.on("console", lambda line: line.type == "error" and seen.complaints.append(line.text))
    opened.on("pageerror", lambda error: seen.complaints.append(str(error)))
    opened.goto(served.url)
    opened.get_by_label("Your question").wait_for()
    opened.wait_for_function("document.querySelector('.cg-intro') && [...document.styleSheets].length > 2")
    yield opened
    opened.goto(f"{served.url}web/icon.svg")  # of the same origin, and nothing there writes it again
    opened.evaluate("localStorage.clear(); sessionStorage.clear()")
    opened.close()


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
