"""Behind another web server: whom to believe, the path prefix, and the operator's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from typer.testing import CliRunner

import app
from assistant.web import credentials
from tests.web.callers import HOST, QUESTION, TOKEN, bearer, client_for, settings

TRUSTED = {"trusted_proxies": ("10.0.0.1/32", "127.0.0.1/32")}


@pytest.fixture(scope="module")
def prefixed() -> TestClient:
    return client_for(settings("everyone", access=TRUSTED, prefix="/common-ground", screen=True))


@pytest.mark.parametrize("prefix", ["", "/common-ground"], ids=["taken off", "left on"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/embed", "/embed.js", "/web/chat.js", "/api/v1/sources", "/config"])
def test_the_prefix_may_be_taken_off_in_front_or_left_on(prefixed: TestClient, prefix: str, path: str) -> None:
    assert prefixed.get(prefix + path).status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/info", "/monitoring", "/docs", "/login"])
def test_a_closed_route_stays_closed_below_the_prefix(prefixed: TestClient, path: str) -> None:
    assert prefixed.get(f"/common-ground{path}").status_code == 404
    assert prefixed.get(f"/common-ground/common-ground{path}").status_code == 404
    assert prefixed.get(f"/common-ground//{path}").status_code == 404


def test_the_screen_and_the_description_know_their_address(prefixed: TestClient) -> None:
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
    through = TestClient(prefixed.app, base_url=f"http://{HOST}", client=("10.0.0.1", 1))
    assert through.get("/common-ground/config", headers=headers).json()["root"] == f"https://{HOST}/common-ground"
    assert through.get("/common-ground/openapi.json").json()["servers"] == [{"url": "/common-ground"}]
    assert through.get("/common-ground", follow_redirects=False).headers["location"] == "/common-ground/"
    body = {"messages": [{"role": "user", "content": QUESTION["question"]}]}
    made = through.post("/common-ground/v1/chat/completions", json=body, headers=headers).json()
    url = made["choices"][0]["message"]["annotations"][0]["url_citation"]["url"]
    assert url.startswith(f"https://{HOST}/common-ground/read/ippr-2007?")


def test_forwarding_headers_are_believed_from_the_trusted_alone(prefixed: TestClient) -> None:
    stranger = TestClient(prefixed.app, base_url=f"http://{HOST}", client=("10.0.0.9", 1))
    forged = {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "x-gradio-server": "https://evil.example",
    }
    for client in (stranger, prefixed):
        root = client.get("/common-ground/config", headers=forged).json()["root"]
        assert "evil" not in root
    assert stranger.get("/common-ground/config", headers=forged).json()["root"].startswith("http://")


def test_people_behind_a_trusted_server_are_told_apart() -> None:
    from assistant.access import RateSettings

    client = client_for(settings("everyone", RateSettings(person="1/minute"), access=TRUSTED))

    def ask(address: str) -> int:
        return int(client.post("/api/v1/ask", json=QUESTION, headers={"x-forwarded-for": address}).status_code)

    assert [ask("203.0.113.7"), ask("203.0.113.7"), ask("203.0.113.8")] == [200, 429, 200]
    # What stands before the address that the trusted server saw is what a stranger wrote.
    assert ask("203.0.113.9, 203.0.113.7") == 429


@pytest.mark.parametrize("prefix", ["common-ground", "/a b", "/common-ground/", "/<script>", "/../x?"])
def test_a_prefix_is_a_path(prefix: str) -> None:
    with pytest.raises(ValidationError):
        settings("everyone", prefix=prefix)


# commands


def run(*words: str, settings_file: Path | None = None, **more: Any) -> Any:
    given = ["--settings", str(settings_file)] if settings_file else []
    return CliRunner().invoke(app.app, [*words, *given], **more)


def settings_file(folder: Path, data: Path) -> Path:
    file = folder / "settings.toml"
    access = f'[web.access]\nrule = "token"\ntoken = "{TOKEN}"\n'
    file.write_text(f'[paths]\ndata = "{data}"\n{access}', encoding="utf-8")
    return file


def test_pausing_by_command_is_what_the_server_looks_for(tmp_path: Path) -> None:
    file = settings_file(tmp_path, tmp_path)
    paused = run("pause", "Back at noon.", settings_file=file)
    assert paused.exit_code == 0 and "paused" in paused.output
    made = settings("loopback").pausing_in(tmp_path / "paused")
    assert client_for(made).post("/api/v1/ask", json=QUESTION).json()["detail"] == "Back at noon."
    assert "Answering again." in run("resume", settings_file=file).output
    assert "Nothing was paused." in run("resume", settings_file=file).output
    assert run("pause", "--site", "../x", settings_file=file).exit_code == 1


def test_a_password_is_turned_into_an_entry_and_not_shown() -> None:
    said = run("password", input="correct horse\ncorrect horse\n")
    assert "correct" not in said.output
    assert credentials.is_password("correct horse", said.stdout.strip().splitlines()[-1])


def test_doctor_tells_nothing_of_a_secret(tmp_path: Path) -> None:
    said = run("doctor", settings_file=settings_file(tmp_path, tmp_path / "data"))
    assert "python app.py index" in said.output
    assert TOKEN not in said.output


def test_a_bearer_token_works_below_the_prefix_too() -> None:
    client = client_for(settings("token", prefix="/common-ground"))
    assert client.get("/common-ground/api/v1/sources").status_code == 401
    assert client.get("/common-ground/api/v1/sources", headers=bearer(TOKEN)).status_code == 200
