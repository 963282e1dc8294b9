"""Questions kept for the operator: off unless switched on, without anything about the person, and not for ever."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SettingsError
from assistant.model import Turn
from assistant.serving import OperationSettings
from assistant.web.question_log import QuestionLog, read_questions
from tests.web.callers import NO_LIMIT, client_for, settings
from tests.web.doubles import FakeAssistant

MISSED = "How long was the exhibition at Bentley Priory open?"
PERSONAL = "Can Mrs Adeyemi, who was refused asylum, phone 07700 900123 about employers?"


def asked(folder: Path | None, *questions: str) -> str:
    """Asks over HTTP; what the server's log says."""
    log = io.StringIO()
    operation = OperationSettings(question_log=folder, log_questions=True, log_level="info")
    client = client_for(settings("loopback", NO_LIMIT, operation=operation), log)
    for question in questions:
        body = {"question": question, "conversation": "c1"}
        assert client.post("/api/v1/ask", json=body, headers={"user-agent": "Amina"}).status_code == 200
    return log.getvalue()


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in sorted(folder.iterdir()) for line in file.read_text("utf-8").splitlines()]


def test_unless_a_folder_is_set_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked(None, MISSED)
    assert list(tmp_path.iterdir()) == []


def test_a_line_says_what_was_asked_and_what_came_of_it_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "questions"
    asked(folder, MISSED, "What do the reports want from employers in SW1A 1AA?")
    today = f"{date.today()}"
    assert lines(folder) == [
        {"on": today, "question": MISSED, "outcome": "not_in_documents", "reason": "attribute_missing"},
        {"on": today, "question": "What do the reports want from employers in [removed]?", "outcome": "answered"},
    ]
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / f"{today}.jsonl").stat().st_mode & 0o077 == 0


def test_of_a_question_about_somebody_no_word_is_kept_or_logged(tmp_path: Path) -> None:
    log = asked(tmp_path, PERSONAL, "Does my client qualify for settled status?")
    assert [(one["outcome"], one["withheld"]) for one in lines(tmp_path)] == [
        ("answered", True),
        ("out_of_scope", True),
    ]
    assert "Adeyemi" not in log + str(lines(tmp_path))


def test_a_follow_up_is_kept_in_the_words_it_was_searched_with(tmp_path: Path) -> None:
    assistant, log = FakeAssistant(), QuestionLog(tmp_path, 90)
    reply = assistant.ask(MISSED, [Turn("user", "What is at Bentley Priory?")])
    log.note("and how long?", True, reply)
    (found,) = read_questions(tmp_path)
    assert (found.question, found.searched) == ("and how long?", MISSED)


def test_what_is_older_than_it_may_be_is_deleted(tmp_path: Path) -> None:
    today, reply = [date(2026, 11, 1)], FakeAssistant().ask(MISSED)
    log = QuestionLog(tmp_path, 30, lambda: today[0])
    other = tmp_path / "notes.jsonl"
    other.write_text("mine")
    for _ in range(3):
        log.note(MISSED, False, reply)
        today[0] += timedelta(20)
    assert [one.on.day for one in read_questions(tmp_path)] == [21, 11]
    QuestionLog(tmp_path, 1, lambda: today[0])
    assert list(tmp_path.iterdir()) == [other]


def test_the_answer_comes_though_the_question_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / f"{date.today()}.jsonl").mkdir()
    assert "a question cannot be kept" in asked(tmp_path, MISSED)


def test_a_folder_that_is_none_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match=r"web\.operation\.question_log: .*/file cannot be a folder"):
        asked(tmp_path / "file", MISSED)
