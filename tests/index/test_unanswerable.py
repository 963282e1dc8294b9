"""Questions that the documents do not answer: read, tied to what comes near, found when somebody asks one of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import update
from index.embedding import SentenceEmbedding
from index.errors import IndexProblem
from index.examine import examine
from index.library import Library, library_path
from index.model import Filters, Passage
from index.open import OpenIndex, open_index
from index.questions import places
from index.settings import IndexSettings, SearchSettings, SplitSettings
from index.split import passages_of
from index.unanswerable import UnansweredQuestions, read_unanswerable, unanswerable
from ingest import Document, Locator
from ingest.settings import IngestSettings
from tests.index.conftest import CORPUS
from tests.index.doubles import bring_in, files_that_hold

COST = {
    "source": "bradley-2010",
    "quote": "Most of them wanted to know how to see a doctor.",
    "missing": "what the welcome desk costs",
    "questions": ["What does the welcome desk cost?", "welcome desk budget"],
}
READ = Filters(sources=frozenset({"bradley-2010"}))  # the one document whose gaps somebody wrote down
WEATHER = {"outside": "topic", "questions": ["Will it rain tomorrow?", "weather in Bradley this weekend"]}


def passage(id_: str, text: str) -> Passage:
    return Passage(id_, "s", Locator(), text, 0, len(text))


def write(folder: Path, *lines: object) -> Path:
    path = folder / "unanswerable.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": ["Why?"]},
        {"missing": "why", "outside": "topic", "questions": ["Why?"]},
        {"missing": "why", "source": "s", "questions": ["Why?"]},
        {"missing": "why", "quote": "Because.", "questions": ["Why?"]},
        {"outside": "weather", "questions": ["Will it rain?"]},
    ],
    ids=["neither", "both", "source alone", "quote alone", "unknown"],
)
def test_a_line_that_says_too_little_or_too_much_is_named(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(IndexProblem, match=r"unanswerable\.jsonl, line 2"):
        read_unanswerable(write(tmp_path, COST, wrong))


def test_each_is_tied_to_the_passage_that_comes_near() -> None:
    near = UnansweredQuestions(
        source="s", quote="the desk opened", missing="when it closed", questions=("When?", "So when?")
    )
    far = UnansweredQuestions(outside="person", questions=("Can I stay?",))
    made = unanswerable([near, far], [passage("a", "Nothing."), passage("b", "In May the desk opened.")])
    assert [(one.line, one.passage_id, one.text) for one in made] == [
        (0, "b", "When?"),
        (0, "b", "So when?"),
        (1, "", "Can I stay?"),
    ]


@pytest.mark.parametrize(
    "line", [{"source": "other", "quote": "the desk opened"}, {"source": "s", "quote": "it closed"}]
)
def test_what_is_not_said_of_an_absent_document_is_left_out(line: dict[str, str]) -> None:
    gone = UnansweredQuestions(missing="when", questions=("When?",), **line)
    assert unanswerable([gone], [passage("b", "In May the desk opened.")]) == []


@pytest.fixture(scope="module")
def index(
    small_corpus: Path, embedding: SentenceEmbedding, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenIndex]:
    place = tmp_path_factory.mktemp("unanswered")
    shutil.copytree(small_corpus, place / "corpus")
    write(place / "corpus", COST, WEATHER)
    update(place / "corpus", place / "data", IngestSettings(), IndexSettings(), embedding)
    with open_index(place / "data", IndexSettings(), embedding) as opened:
        yield opened


def margin(index: OpenIndex, question: str) -> float:
    versus = index.searcher.unanswerable(question, index.searcher.search(question, READ))
    assert versus
    return versus.margin


@pytest.mark.parametrize(
    "question", ["How much does the welcome desk cost to run?", "Is it going to rain in Bradley tomorrow?"]
)
def test_a_question_of_their_kind_comes_closer_to_them(index: OpenIndex, question: str) -> None:
    assert margin(index, question) > 0.05


@pytest.mark.parametrize("question", ["What is the commonest worry of new arrivals?", "How do I find a GP?"])
def test_a_question_that_is_answered_comes_closer_to_those_that_are(index: OpenIndex, question: str) -> None:
    assert margin(index, question) < -0.05


def test_the_nearest_says_what_is_missing(index: OpenIndex) -> None:
    near = index.searcher.parts.unanswerable
    found = near.nearest(index.searcher.encode_asked("What does running the welcome desk cost?").pooled)
    assert found and found.like.missing == "what the welcome desk costs"


def test_they_say_nothing_of_a_document_that_nobody_wrote_them_for(index: OpenIndex) -> None:
    hits = index.searcher.search("How far did complaints about overcrowded houses fall in Westmoor?")
    assert hits[0].passage.source_id == "westmoor-2018"
    assert index.searcher.unanswerable("How far did complaints fall?", hits) is None


def test_they_say_nothing_where_another_document_is_among_the_first(index: OpenIndex) -> None:
    hits = index.searcher.search("What does the welcome desk cost?")
    assert hits[0].passage.source_id == "bradley-2010"
    assert {hit.passage.source_id for hit in hits[:5]} > {"bradley-2010"}
    assert index.searcher.unanswerable("What does the welcome desk cost?", hits) is None


def test_they_can_be_switched_off(index: OpenIndex) -> None:
    off = type(index.searcher)(index.searcher.parts, index.shelf, SearchSettings(unanswerable=False))
    assert off.unanswerable(off.encode("cost"), off.search("What does the welcome desk cost?", READ)) is None


def test_those_of_a_removed_document_are_nowhere_on_disk(place: Path) -> None:
    about = {"source": "football", "quote": "Mixed teams need a coach"}
    secret = about | {"missing": "what Quillingtonfax costs", "questions": ["What does Quillingtonfax cost?"]}
    write(place / "corpus", secret, WEATHER)
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", "Quillingtonfax")
    (place / "corpus" / "football.txt").unlink()
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", "Quillingtonfax") == []
    with Library(library_path(place / "data")) as library:
        assert [one.outside for one in library.unanswerable()] == ["topic", "topic"]


def test_another_file_of_them_is_another_index(place: Path) -> None:
    before = bring_in(place / "corpus", place / "data").fingerprint
    write(place / "corpus", WEATHER)
    report = bring_in(place / "corpus", place / "data")
    assert report.fingerprint != before
    assert (report.embedded, report.replaced) == (2, ())


def test_every_quotation_stands_in_a_passage_of_the_five_documents(five_documents: list[Document]) -> None:
    """But for the few that stand across notes or pages that ingest takes apart."""
    lines = [line for line in read_unanswerable(CORPUS / "unanswerable.jsonl") if line.source and line.quote]
    passages = {one.source_id: passages_of(one, SplitSettings()) for one in five_documents}
    by_source = {id_: [line.quote or "" for line in lines if line.source == id_] for id_ in passages}
    homes = [home for id_, quotes in by_source.items() for home in places(quotes, passages[id_])]
    assert len(homes) == len(lines)
    assert sum(home is not None for home in homes) >= 0.95 * len(lines)


def test_their_vectors_are_known_to_be_in_use(place: Path) -> None:
    write(place / "corpus", COST, WEATHER)
    bring_in(place / "corpus", place / "data")
    found = examine(place / "data")
    assert (found.faults, found.unused_vectors) == ((), 0)
