"""The five documents read as a person reads them."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ingest import Document, Section
from ingest.characters import clean
from ingest.faithful import pieces, stands_in
from tests.ingest.conftest import CORPUS

# Places where lines, pages, footnotes, boxes or hyphens come between the words of the source.
HARD_PLACES = [
    (
        "appg-2017",
        "additional tailored programmes to promote smooth access to and progression within the labour market",
    ),
    ("appg-2017", "as mentioned in its 2012 strategy. Since the current government is yet to announce"),
    ("appg-2017", "distinguish between short-term and long-term immigrants, as efforts directed towards integrating"),
    ("appg-2017", "a number of impressive local initiatives are working to address this, local MP and APPG member"),
    ("appg-2017", "a place where people from different backgrounds get on well together?’. The government may"),
    ("appg-2017", "gaining qualifications), those who arrived as adults, and those who arrived later in life"),
    ("appg-2017", "come into conflict with the Home Office’s commitment to cut net immigration."),
    ("appg-2017", "the growing diversity of our nation.”"),
    ("appg-2017", "where the proportion of immigrants is much lower—13% according to the last census"),
    ("appg-2017", "is often heralded as the ‘most divided place in England’. One of the explanations"),
    ("appg-2017", "Around 1,700 newcomers arrive in the UK each day planning to stay for at least a year. They face"),
    ("appg-2017", "the introduction of a ‘London Visa’ following the Brexit vote.) Policymakers in both countries"),
    (
        "appg-2017",
        "Around 37% of people living in the UK who were born abroad live in London. Similarly, around 37% of",
    ),
    ("appg-2017", "on employment, job search, education/training, and continuing education/training"),
    ("appg-2017", "argued in her governmentbacked review into integration"),
    (
        "british-academy-2017",
        "• Social integration is a two-way process; the most successful interventions offer something back",
    ),
    ("british-academy-2017", "• Developing local credibility has helped many of the featured interventions"),
    ("british-academy-2017", "emerged from a deep-rooted commitment to and identification with the local area"),
    (
        "ippr-2007",
        "as one which encompasses new migrant communities, both white and non-white, and in doing so captures",
    ),
    ("ippr-2007", "is misplaced and misjudged. More importantly, this focus is overshadowing a more productive"),
    ("ippr-2007", "The Commission for Racial Equality’s (CRE)tripartite approach to integration"),
    (
        "ippr-2007",
        "the basis of the guidance outlined in this report:\n\n"
        "• strategic partnerships between public authorities and other agencies;\n"
        "• effective communication with local communities; and\n"
        "• proactive measures to improve the local evidence base on new migrants in order to better inform integration "
        "policy.",
    ),
]

HEADINGS = [
    ("appg-2017", "adjust its current definition", ("SIX PRINCIPLES", "PRINCIPLE ONE: The government must develop a "
     "comprehensive and proactive national strategy for the integration of immigrants.")),
    ("appg-2017", "overarching national policy framework", ("PRINCIPLE ONE: THE GOVERNMENT MUST DEVELOP A COMPREHENSIVE "
     "AND PROACTIVE STRATEGY FOR IMMIGRANT INTEGRATION.",)),
    ("appg-2017", "will be used. This term is understood", ("INTRODUCTION", "Definitions")),
    ("appg-2017", "range of methods to collect evidence", ("INTRODUCTION", "Evidence Collected")),
    ("appg-2017", "1. What is the current division", ("APPENDIX 2: TERMS OF REFERENCE",)),
    ("appg-2017", "All the evidence gathered by this inquiry", ("CONCLUSION",)),
    ("appg-2017", "Written evidence was submitted to the inquiry", ()),  # the list's own heading is not in the file
    ("british-academy-2017", "collection of 11 essays", ("2 What we did",)),
    ("british-academy-2017", "two-way process; the most successful", ("3 What we found", "Key lessons")),
    ("heath-2017", "Xenia women’s project", ("What did we learn?", "1. Social integration is a two-way process")),
    ("heath-2017", "Race Disparity Audit", ("Remaining challenges",)),
    ("ippr-2007", "three positive lessons", ("Executive summary",)),
]  # fmt: skip

BOXES = [
    ("New Scots: Integrating Refugees in Scotland’s Communities", "The Convention of Scottish Local", "and education."),
    ("Stepney City Farm Open Volunteers", "Working alongside others in a natural", "investment in the community."),
    ("The Canadian precedent", "Whilst Canada’s points-based", "attitudes towards cultural diversity."),
    ("Inburgering", "The programme consists of two stages", "invest in their own textbooks."),
    ("Time Together", "Time Together was set up by the charity", "the course of the mentoring relationships."),
    ("German Microcensus", "The German microcensus provides", "830,000 persons take part in the microcensus."),
]


def holding(document: Document, words: str) -> Section:
    found = [section for section in document.sections if words in section.text]
    assert len(found) == 1, f"{words!r} stands in {len(found)} sections of {document.source_id}"
    return found[0]


@pytest.mark.parametrize(("source", "words"), HARD_PLACES)
def test_hard_places_read_whole(documents: dict[str, Document], source: str, words: str) -> None:
    assert any(words in section.text for section in documents[source].sections)


@pytest.mark.parametrize(("source", "words", "heading"), HEADINGS)
def test_text_stands_under_its_heading(
    documents: dict[str, Document], source: str, words: str, heading: tuple[str, ...]
) -> None:
    assert holding(documents[source], words).where.heading == heading


@pytest.mark.parametrize(("title", "first", "last"), BOXES)
def test_a_case_study_box_comes_whole_under_its_title(
    documents: dict[str, Document], title: str, first: str, last: str
) -> None:
    boxes = [section for section in documents["appg-2017"].sections if section.where.heading[-1:] == (title,)]
    assert [box.kind for box in boxes] == ["case_study"]
    assert boxes[0].where.heading[-2] == "CASE STUDY"
    assert boxes[0].text.startswith(first)
    assert boxes[0].text.endswith(last)


def test_a_heading_that_is_a_sentence_can_be_quoted(documents: dict[str, Document]) -> None:
    text = "PRINCIPLE FOUR: For new immigrants, integration should begin upon arrival in the UK."
    section = holding(documents["appg-2017"], text)
    assert section.where.heading == ("SIX PRINCIPLES", text)
    assert section.text.startswith(f"{text}\n\n• The government should proactively build")


def test_the_text_around_a_box_is_not_in_it(documents: dict[str, Document]) -> None:
    section = holding(documents["appg-2017"], "The APPG believes that in addition to introducing")
    assert section.kind == "text"
    assert section.where.heading[-1].startswith("PRINCIPLE TWO")


def test_every_piece_between_cuts_stands_in_the_source(documents: dict[str, Document]) -> None:
    for document in documents.values():
        source = (CORPUS / document.path).read_bytes().decode()
        assert [
            piece for section in document.sections for piece in pieces(section) if not stands_in(piece, source)
        ] == []


def test_no_word_of_the_source_is_lost(documents: dict[str, Document]) -> None:
    """But footnote marks, page numbers, the letters of a spaced running head, and what stands below web articles."""
    around = {
        "appg-2017": "INTERIM REPORT INTO INTEGRATION OF IMMIGRANTS" * 2 + "CASE STUDY " * 6,
        "british-future-2018": "Immigration and Integration: Getting it Right Locally Leave a Reply Your email address "
        "will not be published. Required fields are marked *",
        "heath-2017": "Sign up to our email newsletters",
    }
    for source_id, document in documents.items():
        headings = {heading for section in document.sections for heading in section.where.heading}
        kept = "\n".join([*headings, *(section.text for section in document.sections)])
        lost = words_of((CORPUS / document.path).read_text("utf-8")) - words_of(kept)
        lost -= words_of(around.get(source_id, ""))
        assert {word for word in lost if len(word) > 2} == set(), source_id


def words_of(text: str) -> Counter[str]:
    """Runs of letters: so that a mark glued to a word is no part of it."""
    return Counter(re.findall(r"[^\W\d_]+", clean(text)))


def test_notes_are_kept_apart_with_the_numbers_of_their_marks(documents: dict[str, Document]) -> None:
    notes = [section for section in documents["appg-2017"].sections if section.kind == "notes"]
    numbers = [int(number) for section in notes for number in re.findall(r"^(\d+)\. ", section.text, re.MULTILINE)]
    assert sorted(numbers) == list(range(1, 59))
    assert all(section.where.heading[-1] == "Notes" for section in notes)
    assert "30. APPG on Social Integration. 2016. Submissions to the Call for Evidence: COSLA." in "\n".join(
        section.text for section in notes
    )


def test_a_note_stands_with_the_heading_its_mark_stands_under(documents: dict[str, Document]) -> None:
    section = holding(documents["appg-2017"], "45. APPG on Social Integration")
    assert section.where.heading[0].startswith("PRINCIPLE FOUR")


def test_no_footnote_mark_is_left_in_the_text(documents: dict[str, Document]) -> None:
    for section in documents["appg-2017"].sections:
        if section.kind != "notes":
            assert re.findall(r"[a-z”’)][.,]?\d{1,2}(?=[\s.,)]|$)", section.text) == []


def test_no_page_is_guessed(documents: dict[str, Document]) -> None:
    sections = [section for document in documents.values() for section in document.sections]
    assert {(section.where.page_index, section.where.page_label) for section in sections} == {(None, None)}
    starts = [start for section in sections for start in section.page_starts]
    assert starts
    assert {(start.index, start.label) for start in starts} == {(None, None)}


def test_the_place_where_a_page_began_inside_a_sentence_is_known(documents: dict[str, Document]) -> None:
    section = holding(documents["appg-2017"], "additional tailored programmes")
    at = section.text.index("promote smooth access")
    assert at in [start.offset for start in section.page_starts]
    assert at in section.cuts


def test_paragraphs_without_blank_lines_are_told_apart(documents: dict[str, Document]) -> None:
    foreword = holding(documents["appg-2017"], "In August 2016").text.split("\n\n")
    assert foreword[0].endswith("the first stage of this inquiry to a close.")
    assert foreword[1].startswith("We are grateful to the independent experts")


def test_metadata_comes_from_the_catalogue(documents: dict[str, Document]) -> None:
    metadata = documents["appg-2017"].metadata
    assert metadata.title == "Interim Report into Integration of Immigrants"
    assert metadata.published == "2017-01"
    assert dict(metadata.origins)["published"] == "catalogue"
