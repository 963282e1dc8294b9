"""Feedback over HTTP: off unless switched on, stored line by line, and without anybody's personal data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.serving import WebSettings
from assistant.web import create_app
from tests.web.doubles import FakeAssistant

BODY = {
    "question": "Who barks?",
    "outcome": "answered",
    "helpful": False,
    "reasons": ["out_of_date"],
    "words": "Dogs no longer do.",
    "citations": [{"source_id": "heath-2017", "passage_id": "x", "quotes": ["Cats purr."]}],
}


def client(**settings: object) -> TestClient:
    app = create_app(FakeAssistant(), WebSettings(screen=False, **settings))
    return TestClient(app, base_url="http://127.0.0.1")


def test_without_a_file_there_is_nowhere_to_send_it() -> None:
    assert client().post("/api/v1/feedback", json=BODY).status_code == 404


def test_it_is_kept_a_line_each_with_its_day(tmp_path: Path) -> None:
    file = tmp_path / "new" / "feedback.jsonl"
    for _ in range(2):
        assert client(feedback=file).post("/api/v1/feedback", json=BODY).status_code == 201
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == 2 and lines[0].pop("on") and lines[0] == BODY


@pytest.mark.parametrize("change", [{"reasons": ["ugly"]}, {"words": "x" * 2001}, {"name": "Ann"}, {"question": ""}])
def test_what_it_does_not_know_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "feedback.jsonl"
    assert client(feedback=file).post("/api/v1/feedback", json={**BODY, **change}).status_code == 422
    assert not file.exists()


def test_personal_data_is_not_stored(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    reply = client(feedback=file).post("/api/v1/feedback", json={**BODY, "words": "Ask ann@example.org"})
    assert reply.status_code == 422 and "personal data" in reply.json()["detail"]
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    reply = client(feedback=tmp_path / "file" / "feedback.jsonl").post("/api/v1/feedback", json=BODY)
    assert reply.status_code == 507 and "cannot be stored" in reply.json()["detail"]
