"""What readers said becomes cases that somebody still has to look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.errors import CaseError
from eval.feedback import TO_REVIEW, cases_to_review
from eval.load import read_cases

CITED = [{"source_id": "heath-2017", "passage_id": "x", "quotes": ["Cats purr."]}]


def said(question: str, helpful: bool, **more: object) -> str:
    line = {"on": "2026-11-21", "question": question, "outcome": "answered", "helpful": helpful, "citations": CITED}
    return json.dumps({**line, **more})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [
        said("Do cats purr?", True),
        said("do  cats purr?", True),
        said("Do dogs purr?", False, reasons=["should_have_refused"], words="They bark."),
        said("Who barks?", False, outcome="not_in_documents", reasons=["did_not_answer"], citations=[]),
    ]
    path = tmp_path / "feedback.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_unhelpful_come_first_and_each_question_once(file: Path) -> None:
    assert [case.question for case in cases_to_review(file)] == ["Do dogs purr?", "Who barks?", "do  cats purr?"]


def test_what_helped_is_gold_and_what_should_have_been_refused_is_not_answerable(file: Path) -> None:
    dogs, barks, cats = cases_to_review(file)
    assert (dogs.answerable, dogs.gold_quotes, dogs.kind) == (False, (), "unanswerable")
    assert "They bark." in dogs.note
    assert barks.must_contain == ((TO_REVIEW,),)
    assert (cats.gold_sources, cats.gold_quotes) == (("heath-2017",), ("Cats purr.",))


def test_the_command_writes_cases_that_can_be_read_and_overwrites_nothing(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "cases.jsonl"
    first = CliRunner().invoke(app, ["feedback", str(file), "--out", str(out)])
    assert first.exit_code == 0, first.output
    assert len(read_cases([out])) == 3
    again = CliRunner().invoke(app, ["feedback", str(file), "--out", str(out)])
    assert again.exit_code != 0


def test_a_line_that_is_no_feedback_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text('{"question": "Who?"}', encoding="utf-8")
    with pytest.raises(CaseError, match="line 1"):
        cases_to_review(path)
