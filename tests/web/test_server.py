"""Listening: where it may, what it says, how it stops; and what importing the web room costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.access import AccessSettings
from assistant.serving import WebSettings, is_loopback
from assistant.web.server import CannotServe, address, listen

ROOT = Path(__file__).parents[2]

SERVE = """
from assistant.web import serve
from assistant.serving import WebSettings
from tests.web.doubles import FakeAssistant
serve(FakeAssistant(), WebSettings(port=0), lambda words: print(words, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_only_loopback_is_served_unless_the_network_is_allowed(host: str) -> None:
    with pytest.raises(ValidationError, match="web.access.rule"):
        WebSettings(host=host)
    assert WebSettings(host=host, access=AccessSettings(rule="everyone")).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_known_in_its_forms(host: str) -> None:
    assert is_loopback(host)
    assert WebSettings(host=host).hosts[:3] == ["127.0.0.1", "localhost", "[::1]"]


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="prot"):
        WebSettings.model_validate({"prot": 7860})


def test_a_taken_port_is_told_with_the_next_step() -> None:
    taken = listen("127.0.0.1", 0)
    taken.listen()
    port = taken.getsockname()[1]
    with pytest.raises(CannotServe, match=f"Port {port} is in use.*COMMON_GROUND_WEB__PORT={port + 1}"):
        listen("127.0.0.1", port)
    taken.close()


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(CannotServe, match=r"Cannot listen on 192\.0\.2\.1 port 7860"):
        listen("192.0.2.1", 7860)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_the_address_that_is_said_can_be_opened(host: str, shown: str) -> None:
    assert address(host, 80) == shown


def test_it_says_its_address_once_it_answers_and_stops_quietly_under_an_open_page() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        said = server.stdout.readline()
        url = next(word for word in said.split() if word.startswith("http"))
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{url}/gradio_api/heartbeat/abc", timeout=10) as heartbeat:
            assert heartbeat.status == 200
            server.send_signal(signal.SIGINT)
            out, err = server.communicate(timeout=20)
    assert server.returncode == 0
    assert out.strip() == "ended"
    assert err == ""


def test_whoever_asks_at_the_command_line_does_not_load_the_screen() -> None:
    script = "import sys, assistant.web, assistant.serving; print({'gradio', 'fastapi', 'uvicorn'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "set()"
