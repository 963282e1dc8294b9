"""A document that the person chose is the only one that is quoted, however many documents the question is about."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from assistant.model import Answer
from index.model import Filters


@pytest.mark.parametrize(
    "question",
    [
        "What do the reports want from employers?",
        "How do the APPG and the British Academy differ on language?",
        "Compare what each report says about children and schools.",
    ],
)
def test_only_the_chosen_document_is_quoted(assistant: Assistant, question: str) -> None:
    reply = assistant.ask(question, filters=Filters(sources=frozenset({"appg-2017"})))
    quoted = reply.citations if isinstance(reply, Answer) else reply.nearest
    assert {citation.passage.source_id for citation in quoted} <= {"appg-2017"}


def test_a_search_for_reading_keeps_to_the_filters_and_to_its_number(assistant: Assistant) -> None:
    hits = assistant.search("employers", Filters(sources=frozenset({"ippr-2007"})), most=3)
    assert len(hits) == 3
    assert {hit.passage.source_id for hit in hits} == {"ippr-2007"}
    assert assistant.search("   ") == []
