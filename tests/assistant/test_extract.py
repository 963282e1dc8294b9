"""The extractive writer: whole sentences of the documents, with what they need, and nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.assistant import Assistant
from assistant.draft import DraftClaim
from assistant.extract import _told_once, named
from assistant.model import Answer
from assistant.units import units_of
from assistant.verify import fault
from ingest.model import Metadata


def claim_of(assistant: Assistant, source: str, words: str) -> DraftClaim:
    unit = next(u for p in assistant.shelf.passages(source) for u in units_of(p) if words in u.text)
    return assistant.writer.claim(unit)


def test_a_sentence_that_points_back_brings_the_one_before(assistant: Assistant) -> None:
    text = claim_of(assistant, "heath-2017", "but now reaches over 13,000 children").text
    assert text.startswith("In their essay, Yasmeen Akhtar")
    assert text.endswith("but now reaches over 13,000 children across England.")


def test_a_sentence_that_stands_alone_comes_alone(assistant: Assistant) -> None:
    assert claim_of(assistant, "heath-2017", "Aik Saath runs").text == (
        "Aik Saath runs youth-led heritage projects in the diverse community of Slough."
    )


def test_context_is_of_the_same_paragraph_and_no_list_item(assistant: Assistant) -> None:
    for passage in assistant.shelf.passages():
        for unit in units_of(passage):
            if unit.item:
                assert assistant.writer.claim(unit).text == unit.text


def test_speech_comes_with_the_sentence_that_announces_it(assistant: Assistant) -> None:
    spoken = claim_of(assistant, "british-future-2018", "What I take from today")
    announced = claim_of(assistant, "british-future-2018", "Closing the conference")
    assert spoken == announced
    assert spoken.text.startswith("Closing the conference, British Future’s Director Sunder Katwala said:")
    assert spoken.text.endswith("not forgetting about this.”")


def test_who_she_is_stands_beside_her_words_and_not_in_them(assistant: Assistant) -> None:
    made = claim_of(assistant, "british-future-2018", "Promoting inter-group friendships, he said")
    assert "Hewstone" in made.about or "Hewstone" in made.text
    assert fault(made) is None


def test_every_statement_that_could_be_made_is_the_words_of_the_source(assistant: Assistant) -> None:
    for passage in assistant.shelf.passages():
        for unit in units_of(passage):
            assert fault(assistant.writer.claim(unit)) is None


@pytest.mark.parametrize(
    "question",
    [
        "Why is churn a problem?",
        "What has Scotland done about refugee integration?",
        "How do mentors help refugees?",
        "What did the MPs say about English classes?",
        "What builds trust between neighbours?",
        "What do the reports say about volunteers?",
        "What have councils done about rumours?",
    ],
)
def test_no_sentence_is_said_twice(assistant: Assistant, question: str) -> None:
    reply = assistant.json(assistant.ask(question))
    spans = [(c["passage_id"], q["start"], q["end"]) for c in reply["citations"] for q in c["quotes"]]
    for n, (passage, start, end) in enumerate(spans):
        for other, first, last in spans[n + 1 :]:
            assert passage != other or end <= first or last <= start


def test_a_sentence_that_announces_a_list_brings_its_items(assistant: Assistant) -> None:
    reply = assistant.json(assistant.ask("What characteristics underpinned good practice in the CRE study?"))
    items = [claim["text"].split()[0] for claim in reply["claims"] if claim["item"]]
    assert items == ["strategic", "effective", "proactive"]


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (Metadata("A long title", short_title="CRE study", published="2007-03"), "CRE study, 2007"),
        (Metadata("Plans for 2018", published="2018"), "Plans for 2018"),
        (Metadata("Undated notes"), "Undated notes"),
    ],
)
def test_how_a_source_is_named(about: Metadata, words: str) -> None:
    assert named(about) == words


def test_what_is_marked_in_a_sentence_stays_marked_when_it_comes_along_with_another(assistant: Assistant) -> None:
    text = "The project is run by Hill Trust. It meets on Mondays."
    passage = replace(assistant.shelf.passages()[0], text=text)
    one = DraftClaim(text[:33], ((passage, 0, 33),), spans=((22, 32),))
    both = DraftClaim(text, ((passage, 0, len(text)),), spans=((46, 53),))
    for claims in ([one, both], [both, one]):
        (told,) = _told_once(claims)
        assert [told.text[start:end] for start, end in told.spans] == ["Hill Trust", "Mondays"]


def test_the_name_that_answers_is_marked_in_the_sentence_that_gives_it(assistant: Assistant) -> None:
    reply = assistant.ask("Which university worked with the Welsh Refugee Council?")
    assert isinstance(reply, Answer)
    marked = [claim.text[start:end] for claim in reply.claims for start, end in claim.spans]
    assert marked == ["University of South Wales"]
