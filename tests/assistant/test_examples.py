"""Examples that are asked for: initiatives that fit and are not told yet join the answer, in the source's words."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from assistant.draft import Draft, DraftClaim
from assistant.examples import with_initiatives
from assistant.initiatives import Entry, Initiatives
from assistant.model import Answer
from assistant.reading import read_question
from assistant.settings import AnswerSettings
from index.open import OpenIndex

CAFES = Entry(
    id="cafes",
    name="Language cafés",
    kind="case",
    does="Evenings of talk at small tables without teachers",
    needs=("practising English", "meeting neighbours"),
    source="harbour-2013",
    quote="People sit at small tables with a topic",
)


@pytest.fixture(scope="module")
def initiatives(small_index: OpenIndex) -> Initiatives:
    return Initiatives([CAFES], small_index.searcher)


def added(initiatives: Initiatives, question: str, draft: Draft | None = None) -> list[DraftClaim]:
    before = draft or Draft(())
    after = with_initiatives(before, read_question(question, initiatives.shelf), initiatives)
    return list(after.claims[len(before.claims) :])


@pytest.mark.parametrize(
    ("question", "joins"),
    [
        ("Can you give an example of people practising English with neighbours?", True),
        ("Are there any projects for practising English by talk at small tables?", True),
        ("Can you give an example of a submarine?", False),
        ("How much does a language café cost?", False),
        ("Any examples?", False),
    ],
)
def test_it_joins_where_examples_are_asked_for_and_it_fits(
    initiatives: Initiatives, question: str, joins: bool
) -> None:
    claims = added(initiatives, question)
    assert [claim.group for claim in claims] == (
        ["Language cafés in Harbour Town, 2013: Language cafés"] if joins else []
    )
    assert all(claim.text.startswith(CAFES.quote) for claim in claims)


def test_what_is_told_already_is_not_told_again(initiatives: Initiatives) -> None:
    passage = initiatives.all[0].passage
    told = Draft((DraftClaim(passage.text[:20], ((passage, 0, 20),)),))
    assert added(initiatives, "Can you give an example of people practising English with neighbours?", told) == []


def test_what_was_only_proposed_is_no_example(small_index: OpenIndex) -> None:
    proposed = Initiatives([CAFES.model_copy(update={"kind": "proposal"})], small_index.searcher)
    assert added(proposed, "Can you give an example of people practising English with neighbours?") == []


def test_an_answer_cites_it_like_any_other_statement(small_index: OpenIndex) -> None:
    assistant = Assistant(small_index.searcher, AnswerSettings(), initiatives=[CAFES])
    reply = assistant.ask("Are there projects where people practise English by talk at small tables?")
    assert isinstance(reply, Answer)
    assert any(CAFES.quote in claim.text for claim in reply.claims)
    assert {q.passage.id for c in reply.claims for q in c.quotes} == {c.passage.id for c in reply.citations}
