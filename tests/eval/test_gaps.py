import json

import numpy as np
import pytest

from assistant.guards import without_personal_data
from eval.errors import CaseError
from eval.gaps import LogLine, gaps, read_log

TOPICS = ("visa", "housing", "boats")


def encode(texts):
    """One axis a topic: questions on one topic are alike, others are not."""
    return np.array([[float(topic in text) for topic in TOPICS] for text in texts], dtype=np.float32)


def line(question, outcome="not_in_documents"):
    return LogLine(question=question, outcome=outcome)


def test_unanswered_questions_are_grouped_largest_first():
    log = [line("How do I get a visa?"), line("What does a visa cost?"), line("Is a visa needed for work?")]
    log += [line("Who pays for housing?"), line("Which housing is there?"), line("What about boats?")]
    log += [line("What is integration?", "answered"), line("Will it rain?", "out_of_scope")]
    found = gaps(log, encode)
    assert (found.asked, found.unanswered, found.alone) == (8, 6, 1)
    assert [theme.questions for theme in found.themes] == [3, 2]
    assert "visa" in found.themes[0].words
    assert "What does a visa cost?" in found.themes[0].examples


def test_a_question_asked_twice_counts_twice_and_is_shown_once():
    found = gaps([line("Which housing is there?")] * 2, encode)
    assert found.themes[0].questions == 2
    assert found.themes[0].examples == ("Which housing is there?",)


def test_nothing_unanswered_is_no_theme():
    assert gaps([line("What is integration?", "answered")], encode).themes == ()


@pytest.mark.parametrize(
    "private",
    ["jo.bloggs@example.org", "07700 900123", "SW1A 1AA", "QQ 12 34 56 C", "Mrs Ada Byron", "https://example.org/me"],
)
def test_what_looks_like_a_persons_data_is_removed(private):
    assert without_personal_data(f"Can {private} get a place in class?") == "Can [removed] get a place in class?"


def test_figures_and_years_stay():
    assert without_personal_data("Why 1,700 newcomers in 2016?") == "Why 1,700 newcomers in 2016?"


def test_outcomes_of_a_run_are_a_log_too(tmp_path):
    path = tmp_path / "outcomes.jsonl"
    path.write_text(json.dumps({"id": "a", "reply": {"question": "Why?", "outcome": "answered"}}) + "\n")
    assert [(one.asked, one.came_of_it) for one in read_log(path)] == [("Why?", "answered")]
    path.write_text('{"question": "Why?"}\n')
    with pytest.raises(CaseError, match="line 1: expected a question and an outcome"):
        read_log(path)


def test_the_folder_that_a_server_keeps_is_a_log(tmp_path):
    with pytest.raises(CaseError, match="no question was kept yet"):
        read_log(tmp_path)
    told = {"on": "2026-11-22", "outcome": "not_in_documents"}
    followed = {**told, "question": "and in Wales?", "searched": "Who pays for housing in Wales?"}
    (tmp_path / "2026-11-22.jsonl").write_text(json.dumps(followed) + "\n")
    (tmp_path / "2026-11-21.jsonl").write_text(json.dumps({**told, "withheld": True}) + "\n")
    log = read_log(tmp_path)
    assert [(one.asked, one.withheld) for one in log] == [("", True), ("Who pays for housing in Wales?", False)]
    found = gaps(log, encode)
    assert (found.asked, found.withheld, found.unanswered, found.alone) == (2, 1, 1, 1)
