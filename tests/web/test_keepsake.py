"""What is taken away of a conversation: only what stands in the documents, whatever the browser gave back."""

from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest

from assistant.products.paper import Paragraph
from assistant.web.keepsake import conversation_paper
from assistant.web.records import read_records
from assistant.web.words import words
from tests.web.doubles import FakeAssistant

EMPLOYERS = "What do the reports want from employers?"


@pytest.fixture(scope="module")
def asked() -> FakeAssistant:
    return FakeAssistant()


def kept(asked: FakeAssistant, question: str) -> dict[str, Any]:
    return {"question": question, "on": "2026-11-21", "reply": copy.deepcopy(asked.json(asked.ask(question)))}


def taken(asked: FakeAssistant, *records: dict[str, Any]) -> str:
    paper = conversation_paper(read_records(list(records), 20), asked.shelf, words(), datetime.date(2026, 11, 22))
    lines = [piece.text for block in paper.blocks if isinstance(block, Paragraph) for piece in block.line]
    return "\n".join([*lines, *paper.notes.values()])


def test_what_stands_is_taken_along_with_its_source(asked: FakeAssistant) -> None:
    page = taken(asked, kept(asked, EMPLOYERS))
    assert "“Public authorities should work closely with employers" in page
    assert "Asked on 21 November 2026." in page and "Commission for Racial Equality" in page


def test_a_statement_that_nobody_made_is_left_out(asked: FakeAssistant) -> None:
    record = kept(asked, EMPLOYERS)
    record["reply"]["claims"][0]["text"] = "Public authorities should close every library."
    record["reply"]["claims"][1]["citations"] = [7]
    page = taken(asked, record)
    assert "library" not in page and "drawing more heavily" not in page
    assert "upskill or incentivise their local workforce" in page


def test_a_quotation_that_was_changed_carries_nothing(asked: FakeAssistant) -> None:
    record = kept(asked, EMPLOYERS)
    for citation in record["reply"]["citations"]:
        citation["quotes"][0]["text"] = "Cats bark"
    page = taken(asked, record)
    assert "Public authorities should" not in page and "Cats bark" not in page


def test_what_was_near_and_has_gone_leaves_no_empty_quotation(asked: FakeAssistant) -> None:
    record = kept(asked, "How long was the exhibition at Bentley Priory open?")
    assert "“culminating in an exhibition" in taken(asked, record)
    record["reply"]["related"][0]["passage_id"] = "gone"
    page = taken(asked, record)
    assert "“”" not in page and "culminating" not in page and "do not say how long" in page


@pytest.mark.parametrize("field", ["question", "on"])
def test_a_memory_with_half_a_character_in_it_is_not_ours(asked: FakeAssistant, field: str) -> None:
    record = kept(asked, EMPLOYERS)
    assert len(read_records([record], 20)) == 1
    assert read_records([record | {field: "\udc80"}], 20) == ()
    record["reply"]["citations"][0]["title"] = "\ud800"
    assert read_records([record], 20) == ()
