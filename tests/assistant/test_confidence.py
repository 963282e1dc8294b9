"""How likely it is that the documents speak to a question at all."""

from __future__ import annotations

import pytest

from assistant.assemble import open_assistant
from assistant.assistant import Assistant
from assistant.confidence import chance
from assistant.reading import read_question
from assistant.settings import Settings

NEAR = [
    "How do mentors help refugees?",
    "What should public authorities do about housing?",
    "Why is churn a problem?",
    "What did Rushmoor do about Facebook?",
    "Who pays for case studies?",
]
FAR = [
    "What is quantum computing?",
    "How do I bake bread?",
    "What is the capital gains tax rate?",
    "Which mortgage is best for a first home?",
    "How do volcanoes erupt?",
]


def likely(assistant: Assistant, question: str) -> float:
    return assistant.find(read_question(question, assistant.shelf.metadata)).chance


@pytest.mark.parametrize("question", NEAR)
def test_a_question_on_the_shelf_is_likely(assistant: Assistant, question: str) -> None:
    assert likely(assistant, question) > 0.5


@pytest.mark.parametrize("question", FAR)
def test_a_question_off_the_shelf_is_unlikely(assistant: Assistant, question: str) -> None:
    assert likely(assistant, question) < assistant.settings.refuse_below


@pytest.mark.parametrize(
    "sign", [{"questions": 0.0}, {"questions": 1.0}, {"late": 0.0, "meaning": -1.0}, {"late": 1.0, "meaning": 1.0}]
)
def test_a_chance_is_between_none_and_one(sign: dict[str, float]) -> None:
    assert 0.0 <= chance(sign) <= 1.0


@pytest.mark.parametrize("sign", ["questions", "late", "meaning"])
def test_a_better_sign_makes_it_likelier(sign: str) -> None:
    known = {"late": 0.4, "meaning": 0.4}
    low, high = chance(known | {sign: 0.3}), chance(known | {sign: 0.5})
    assert low < high


def test_an_added_document_is_not_judged_by_its_neighbours_questions(small_settings: Settings) -> None:
    """Westmoor has no predicted questions; the documents beside it have."""
    with open_assistant(small_settings) as small:
        assert likely(small, "How far did complaints about overcrowded houses fall in Westmoor?") > 0.5
