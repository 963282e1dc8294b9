"""Why there is no answer: each reason has its outcome and its words."""

from __future__ import annotations

import pytest

from assistant.answer_types import AnswerType
from assistant.model import Outcome, Reason
from assistant.refusals import dated, outcome_of, words_for

OUTCOMES = {
    Reason.NOTHING_FOUND: Outcome.NOT_IN_DOCUMENTS,
    Reason.WEAK_EVIDENCE: Outcome.NOT_IN_DOCUMENTS,
    Reason.NAME_NOT_IN_DOCUMENTS: Outcome.NOT_IN_DOCUMENTS,
    Reason.ATTRIBUTE_MISSING: Outcome.NOT_IN_DOCUMENTS,
    Reason.NOT_SUPPORTED: Outcome.NOT_IN_DOCUMENTS,
    Reason.FILTER_EXCLUDES_ALL: Outcome.NOT_IN_DOCUMENTS,
    Reason.PERSONAL_CASE: Outcome.OUT_OF_SCOPE,
    Reason.OFF_TOPIC: Outcome.OUT_OF_SCOPE,
    Reason.OTHER_LANGUAGE: Outcome.OUT_OF_SCOPE,
    Reason.INSTRUCTIONS: Outcome.DECLINED,
    Reason.EMPTY_QUESTION: Outcome.NEEDS_CLARIFICATION,
    Reason.TOO_LONG: Outcome.NEEDS_CLARIFICATION,
    Reason.AMBIGUOUS: Outcome.NEEDS_CLARIFICATION,
    Reason.INDEX_MISSING: Outcome.NOT_IN_DOCUMENTS,
}


def test_every_reason_is_listed_here() -> None:
    assert set(OUTCOMES) == set(Reason)


@pytest.mark.parametrize(("reason", "outcome"), OUTCOMES.items())
def test_the_outcome_of_a_reason(reason: Reason, outcome: Outcome) -> None:
    assert outcome_of(reason) is outcome


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_whole_sentences(reason: Reason) -> None:
    said = words_for(reason, ["Atlantis"], [AnswerType.COUNT])
    assert said[0].isupper()
    assert said.rstrip(")").endswith(".")
    assert "_" not in said


def test_the_names_that_are_missing_are_said() -> None:
    said = words_for(Reason.NAME_NOT_IN_DOCUMENTS, ["Leeds", "Atlantis"])
    assert said == "The documents do not mention Leeds or Atlantis in connection with this."


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (AnswerType.AMOUNT, "cost"),
        (AnswerType.SHARE, "share"),
        (AnswerType.COUNT, "how many"),
        (AnswerType.DURATION, "how long"),
        (AnswerType.FREQUENCY, "how often"),
        (AnswerType.DATE, "when"),
        (AnswerType.AGE, "age"),
        (AnswerType.PERSON, "who"),
        (AnswerType.ORGANISATION, "organisation"),
        (AnswerType.PLACE, "where"),
    ],
)
def test_the_part_that_is_missing_is_said(asked: AnswerType, words: str) -> None:
    said = words_for(Reason.ATTRIBUTE_MISSING, types=[asked])
    assert said.startswith("The documents do not say")
    assert words in said


def test_a_missing_part_that_has_no_type_is_said_plainly() -> None:
    assert words_for(Reason.ATTRIBUTE_MISSING) == "The documents do not answer this."


def test_a_personal_case_is_sent_to_a_registered_adviser() -> None:
    assert "registered or exempt" in words_for(Reason.PERSONAL_CASE)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When was the APPG report published?", True),
        ("When did it come out?", True),
        ("How old is the British Future document?", True),
        ("How recent is this report?", True),
        ("What year did the CRE study come out?", True),
        ("What is the date of the CRE study?", True),
        ("What is the publication date of the CRE study?", True),
        ("When does the CRE study say the race relations act was passed?", False),
        ("When did the ippr report say the commission was founded?", False),
        ("When does the CRE study say the White Paper was published?", False),
        ("How old were the people in the CRE study?", False),
        ("How recent were the arrivals that the report speaks of?", False),
        ("When did Time Together begin?", False),
        ("What does the report say about rumours?", False),
    ],
)
def test_who_asks_how_old_a_document_is_hears_what_the_shelf_knows(question: str, told: bool) -> None:
    said = dated(question, ["APPG interim report, 2017"])
    assert said == ("In the catalogue of the shelf it stands as: APPG interim report, 2017." if told else "")
    assert dated(question, []) == ""
