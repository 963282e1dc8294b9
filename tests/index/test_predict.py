"""Questions that a language model writes for documents without any: kept as they come, found by, and gone with their text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, ChatResponse, CompletionResponse, CustomLLM, LLMMetadata
from pydantic import PrivateAttr

from index.errors import IndexProblem
from index.library import Library, library_path
from index.open import open_index
from index.predict import Predicted, predict, usable
from index.settings import IndexSettings
from tests.index.doubles import WordVectors, bring_in, files_that_hold

LINES = "1. Which club cooks soup for its street?\n- Which club cooks soup for its street?\nNo question.\nWhy?\n"


class Scripted(CustomLLM):
    """Gives the same lines each time, and fails once `most` passages were asked about. `asked` keeps what it was told."""

    lines: str = LINES
    most: int = 10_000
    _asked: list[str] = PrivateAttr(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    @property
    def asked(self) -> list[str]:
        return self._asked

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        if len(self._asked) >= self.most:
            raise ConnectionError("the line is dead")
        self._asked.append(str(messages[0].content))
        return ChatResponse(message=ChatMessage(role="assistant", content=self.lines))

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError


def ask(title: str, heading: str, passage: str) -> list[ChatMessage]:
    return [ChatMessage(role="user", content=f"{title}|{heading}|{passage}")]


def run(place: Path, llm: Scripted) -> Predicted:
    return predict(place / "data", llm, ask, WordVectors())


def written(place: Path) -> list[tuple[str, str]]:
    with Library(library_path(place / "data")) as library:
        return [line for line in library.questions() if "soup" in line[1]]


def test_only_passages_without_questions_are_asked_about(place: Path) -> None:
    given = {json.loads(line)["source"] for line in (place / "corpus" / "questions.jsonl").read_text().splitlines()}
    llm = Scripted()
    done = run(place, llm)
    assert done.passages == len(llm.asked) > 0
    assert any("The Long Kitchen is a community kitchen" in told for told in llm.asked)
    assert "kitchen-2020" not in given
    with Library(library_path(place / "data")) as library:
        served = {passage_id for passage_id, *_ in library.questions()}
        assert all(p.id in served for p in library.passages() if len(p.text.split()) >= 15)


def test_what_is_written_leads_to_the_passage(place: Path) -> None:
    run(place, Scripted())
    assert bring_in(place / "corpus", place / "data").published
    with open_index(place / "data", IndexSettings(), WordVectors()) as index:
        hits = index.searcher.search("which club cooks soup for its street")
        assert "questions" in hits[0].found_by
        assert index.searcher.parts.questions.count(hits[0].passage.id) == 1
        assert "soup" not in hits[0].passage.text
    assert not bring_in(place / "corpus", place / "data").published


def test_a_run_that_stops_goes_on_where_it_was(place: Path) -> None:
    with pytest.raises(
        IndexProblem, match="does not answer .*the line is dead.*for 2 passages were written and are kept"
    ):
        run(place, Scripted(most=2))
    assert len(written(place)) == 2
    rest = Scripted()
    run(place, rest)
    again = Scripted()
    assert run(place, again) == Predicted()
    assert again.asked == []
    assert len(written(place)) == 2 + len(rest.asked)


def test_a_passage_for_which_nothing_is_written_is_not_asked_about_again(place: Path) -> None:
    assert run(place, Scripted(lines="I cannot help with that.")).questions == 0
    assert run(place, Scripted()).passages == 0


def test_they_outlive_a_change_of_the_catalogue_and_go_with_their_text(place: Path) -> None:
    run(place, Scripted(lines="Who lends the marmalade pots?"))
    catalogue = place / "corpus" / "catalogue.toml"
    catalogue.write_text(catalogue.read_text().replace("Harbour Trust", "Harbour Society"))
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", "marmalade")
    for file in (place / "corpus").iterdir():
        file.unlink()
    (place / "corpus" / "new.txt").write_text("A new document with other words.")
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", "marmalade") == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("How do neighbours meet?", "How do neighbours meet?"),
        ('3) "How do neighbours meet?"', "How do neighbours meet?"),
        ("* **How do neighbours meet?**", "How do neighbours meet?"),
        ("How do neighbours meet", None),
        ("Why?", None),
        ("Tea is free, the cake is not?", None),  # the passage's own words
        ("word " * 50 + "?", None),
    ],
)
def test_what_counts_as_a_question(line: str, kept: str | None) -> None:
    assert list(usable([line, line], "Tea is free, the cake is not.")) == ([kept] if kept else [])
