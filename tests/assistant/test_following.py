"""A server goes over to a new index by itself, and nobody who reads the old one is disturbed."""

from __future__ import annotations

import logging
import shutil
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.following import FollowingAssistant
from assistant.saying import News, Withdrawn
from assistant.settings import AnswerSettings
from eval.hold.place import Place, bring_in
from eval.hold.vectors import WordVectors
from index import generation
from index.errors import IndexDamaged, IndexProblem
from index.open import open_index
from index.settings import IndexSettings

COST = "What does the welcome desk in Bradley cost a year?"
KITCHEN = "How many people cook and eat together in the Long Kitchen every Thursday?"


@pytest.fixture(scope="module")
def shelf(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("followed"))
    shutil.copytree(small_corpus, made.corpus)
    bring_in(made.corpus, made.data)
    return made


@pytest.fixture
def place(shelf: Place, tmp_path: Path) -> Place:
    return shelf.copy_to(tmp_path / "place")


@contextmanager
def opened(place: Place) -> Iterator[Assistant]:
    with open_index(place.data, IndexSettings(), WordVectors()) as index:
        yield Assistant(index.searcher, AnswerSettings(), (), {"index": index.fingerprint})


@contextmanager
def following(place: Place, lingers: float = 120.0) -> Iterator[FollowingAssistant]:
    with FollowingAssistant(
        lambda: opened(place), lambda: opened(place), lambda: generation.mark(place.data), lingers
    ) as assistant:
        yield assistant


def quoted(assistant: FollowingAssistant, question: str) -> str:
    return " ".join(q["text"] for c in assistant.json(assistant.ask(question))["citations"] for q in c["quotes"])


def take_away(place: Place, name: str) -> None:
    (place.corpus / name).unlink()
    catalogue = (place.corpus / "catalogue.toml").read_text()
    tables = [table for table in catalogue.split("[[document]]") if f'file = "{name}"' not in table]
    (place.corpus / "catalogue.toml").write_text("[[document]]".join(tables))
    (place.corpus / "questions.jsonl").unlink(missing_ok=True)
    bring_in(place.corpus, place.data)


def test_a_removed_document_is_quoted_no_more_and_a_new_one_is_at_once(place: Place) -> None:
    with following(place) as assistant:
        held = assistant.shelf
        assert "forty people" in quoted(assistant, KITCHEN)
        before = [passage.id for passage in held.passages("kitchen-2020")]
        (place.corpus / "pond.txt").write_text("The pond in Bradley costs £777 a year.")
        take_away(place, "kitchen.txt")
        assert "forty people" not in quoted(assistant, KITCHEN)
        assert "777" in quoted(assistant, "What does the pond in Bradley cost a year?")
        assert set(held.metadata) == {"bradley-2010", "football", "harbour-2013", "pond", "westmoor-2018"}
        with pytest.raises(KeyError):
            held.passage(before[0])


def test_what_is_on_the_shelf_changes_though_nobody_asks(place: Place) -> None:
    with following(place) as assistant:
        take_away(place, "kitchen.txt")
        until = time.monotonic() + 60
        while "kitchen-2020" in assistant.shelf.metadata:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_question_that_met_the_change_is_answered_from_the_new_index(place: Place) -> None:
    with following(place) as assistant:
        before = assistant.ask(KITCHEN)
        stages: list[str] = []
        said: list[News] = []

        def change(stage: str) -> None:
            stages.append(stage)
            if len(stages) == 1:
                take_away(place, "kitchen.txt")

        after = assistant.ask(KITCHEN, on_stage=change, on_said=said.append)
        assert said[: said.index(Withdrawn())], "what was said first is withdrawn"
        assert "forty people" not in str(said[said.index(Withdrawn()) :])
        assert "forty people" not in str(assistant.json(after))
        # a reply that was made before the change can still be shown to the one who asked
        said = assistant.json(before)
        assert said["citations"][0]["source_id"] == "kitchen-2020"
        assert said["engine"]["index"] != assistant.json(after)["engine"]["index"]


def test_an_index_that_cannot_be_opened_leaves_the_one_before_answering(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    with following(place) as assistant:
        (place.corpus / "pond.txt").write_text("The pond in Bradley costs £777 a year.")
        bring_in(place.corpus, place.data)
        # damaged after it was published and before the server looked
        current = generation.current(place.data)
        assert current
        with caplog.at_level(logging.ERROR, logger="assistant.following"):
            (current / "manifest.json").write_text("{")
            generation.switch(place.data, current.name)
            assert "£38,000" in quoted(assistant, COST)
            assert "£38,000" in quoted(assistant, COST)
        assert sum("goes on answering" in record.message for record in caplog.records) <= 2
        (place.corpus / "pond.txt").write_text("The pond in Bradley costs £999 a year.")
        bring_in(place.corpus, place.data)
        assert "999" in quoted(assistant, "What does the pond in Bradley cost a year?")


def test_a_fault_of_an_index_that_still_serves_is_not_hidden(place: Place) -> None:
    with following(place) as assistant:

        def torn(_: str) -> None:
            raise IndexDamaged("its files are gone")

        with pytest.raises(IndexProblem, match="its files are gone"):
            assistant.ask(COST, on_stage=torn)


def test_the_index_before_leaves_memory_when_another_serves(place: Place) -> None:
    with following(place, lingers=0.1) as assistant:
        assistant.ask(COST)
        before = weakref.ref(assistant.shelf._now())
        take_away(place, "kitchen.txt")
        assistant.ask(COST)
        until = time.monotonic() + 60
        while before() is not None:
            assert time.monotonic() < until
            time.sleep(0.1)
