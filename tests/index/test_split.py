"""Sections -> passages: whole sentences, never across a section, every word once."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from index.model import Passage
from index.sentences import sentences
from index.settings import SplitSettings
from index.split import passages_of, spans_of
from ingest import Document, Locator, Metadata, PageStart, Section
from ingest.model import SectionKind

SMALL = SplitSettings(target=20, most=30, box_most=40)


def section(text: str, kind: SectionKind = "text", ordinal: int = 0, **more: object) -> Section:
    return Section("s", ordinal, Locator(), text, kind, **more)  # type: ignore[arg-type]


def document(*sections: Section) -> Document:
    return Document("s", Metadata("A title"), "", sections)


def split(*sections: Section, settings: SplitSettings = SMALL) -> list[Passage]:
    return passages_of(document(*sections), settings)


def sentence(words: int, first: str = "Word") -> str:
    return " ".join([first, *["word"] * (words - 1)]) + "."


def plain(text: str) -> str:
    return " ".join(text.split())


# one section


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(sentence(9, f"Sentence{n}") for n in range(8))
    passages = split(section(text))
    assert len(passages) > 1
    assert plain(" ".join(p.text for p in passages)) == text
    assert all(p.text.startswith("Sentence") and p.text.endswith(".") for p in passages)


def test_a_sentence_longer_than_the_limit_stays_whole() -> None:
    text = f"{sentence(5)} {sentence(80, 'Long')} {sentence(5)}"
    assert any(sentence(80, "Long") in p.text for p in split(section(text)))


def test_a_long_paragraph_leaves_no_stub_behind() -> None:
    text = " ".join(sentence(8, f"Sentence{n}") for n in range(5))
    assert min(len(p.text.split()) for p in split(section(text))) >= 10


def test_small_paragraphs_are_gathered_up_to_the_target() -> None:
    text = "\n\n".join(sentence(8) for _ in range(6))
    assert [len(p.text.split()) for p in split(section(text))] == [16, 16, 16]


def test_a_small_rest_joins_the_passage_before_it() -> None:
    text = "\n\n".join([sentence(10), sentence(10), sentence(4)])
    assert [len(p.text.split()) for p in split(section(text))] == [24]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    listed = "They learned three lessons:\n\n• stay for years;\n• explain every leaflet;\n• invite the neighbours."
    passages = split(section(f"{sentence(15)}\n\n{listed}"))
    assert listed in [p.text for p in passages]


def test_an_introduction_is_never_alone_before_a_long_list() -> None:
    items = "\n".join(f"• {sentence(9, f'item{n}')}" for n in range(9))
    first, *_ = (p for p in split(section(f"They learned much:\n\n{items}")) if "They learned much:" in p.text)
    assert "item0" in first.text


def test_a_last_line_that_ends_in_a_colon_is_kept() -> None:
    assert split(section("What they said:"))[-1].text == "What they said:"


def test_a_box_is_whole_up_to_its_limit() -> None:
    text = "\n\n".join(sentence(9) for _ in range(4))  # 36 words, more than `most`, less than `box_most`
    assert [p.text for p in split(section(text, "case_study"))] == [text]
    assert len(split(section(text, "text"))) > 1


def test_a_box_beyond_its_limit_is_cut() -> None:
    text = "\n\n".join(sentence(9) for _ in range(5))
    assert len(split(section(text, "case_study"))) > 1


@pytest.mark.parametrize("text", ["", "  \n\n "])
def test_a_section_without_words_has_no_passage(text: str) -> None:
    assert split(section(text)) == []


# several sections, ids and places


def test_no_passage_crosses_a_section() -> None:
    passages = split(section(sentence(3, "One")), section(sentence(3, "Two"), ordinal=1))
    assert [(p.section, p.text) for p in passages] == [(0, "One word word."), (1, "Two word word.")]
    assert [p.order for p in passages] == [0, 1]


def test_an_id_is_made_of_source_and_words_alone() -> None:
    (passage,) = split(section("  The desk\nopened in May. "))
    assert passage.id == "s-" + hashlib.sha256(b"s\nThe desk opened in May.").hexdigest()[:12]


def test_ids_do_not_depend_on_what_else_is_in_the_document() -> None:
    kept = section(sentence(12, "Kept"), ordinal=1)
    before = split(section(sentence(12, "Old")), kept)
    after = split(section(sentence(25, "New")), replace(kept, ordinal=4))
    assert before[-1].id == after[-1].id


def test_the_same_words_twice_have_two_ids() -> None:
    twice = split(section(sentence(6)), section(sentence(6), ordinal=1))
    assert twice[1].id == f"{twice[0].id}-2"


def test_cuts_inside_a_passage_are_carried_over() -> None:
    text = f"{sentence(20)}\n\nWe met many people who live here now and like it well, as they told us."
    at = text.index(" who live")
    (_, second) = split(section(text, cuts=(3, at)))
    assert [second.text[:cut].split()[-1] for cut in second.cuts] == ["people"]


def test_a_passage_knows_the_page_of_its_first_and_of_its_last_word() -> None:
    text = f"{sentence(20, 'One')}\n\n{sentence(12, 'Two')} {sentence(8, 'Three')}"
    pages = (PageStart(text.index("Two"), 5, "v"), PageStart(text.index("Three"), 6, "vi"))
    place = Section("s", 0, Locator(4, "iv", ("Findings",)), text, page_starts=pages)
    first, second = passages_of(document(place), SMALL)
    assert (first.where, first.last_page) == (Locator(4, "iv", ("Findings",)), None)
    assert second.where == Locator(5, "v", ("Findings",))
    assert second.last_page == Locator(6, "vi", ("Findings",))


def test_a_page_that_is_not_to_be_trusted_gives_no_number() -> None:
    text = f"{sentence(20, 'One')}\n\n{sentence(20, 'Two')}"
    place = Section("s", 0, Locator(4), text, page_starts=(PageStart(text.index("Two")),))
    assert [p.where.page_index for p in passages_of(document(place), SMALL)] == [4, None]


# the five documents


def test_every_word_of_the_five_documents_is_in_one_passage_and_in_order(five_documents: list[Document]) -> None:
    for one in five_documents:
        for part in one.sections:
            covered = 0
            for start, end in spans_of(part, SplitSettings()):
                assert part.text[covered:start].strip() == ""
                assert start < end
                covered = end
            assert part.text[covered:].strip() == ""


def test_no_sentence_of_the_five_documents_is_cut(five_documents: list[Document]) -> None:
    for one in five_documents:
        for part in one.sections:
            passages = spans_of(part, SplitSettings())
            for start, end in sentences(part.text):
                assert any(first <= start and end <= last for first, last in passages), part.text[start:end]


def test_a_passage_of_the_five_documents_is_what_it_says(five_documents: list[Document]) -> None:
    for one in five_documents:
        parts = {part.ordinal: part for part in one.sections}
        for passage in passages_of(one, SplitSettings()):
            assert parts[passage.section].text[passage.start : passage.end] == passage.text
            assert parts[passage.section].kind == passage.kind


def test_passages_of_the_five_documents_are_of_a_size_to_be_read(five_documents: list[Document]) -> None:
    settings = SplitSettings()
    long = [
        passage.id
        for one in five_documents
        for passage in passages_of(one, settings)
        if len(passage.text.split()) > (settings.box_most if passage.kind == "case_study" else settings.most)
        and len(sentences(passage.text)) > 1
    ]
    assert long == []


def test_ids_of_the_five_documents_differ(five_documents: list[Document]) -> None:
    ids = [passage.id for one in five_documents for passage in passages_of(one, SplitSettings())]
    assert len(ids) == len(set(ids)) > 100
