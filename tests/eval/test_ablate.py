"""What each part of search is worth, over the small corpus: every way is asked, with and without predicted questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assemble import open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings
from eval.ablate import WAYS, Row, ablate, write_ablation
from eval.model import Case

CASES = [
    Case(id=f"c{n}", kind=kind, question=question, answerable=True, gold_sources=(source,), gold_quotes=(quote,))
    for n, (kind, question, source, quote) in enumerate(
        [
            ("fact", "Who started the first language café?", "harbour-2013", "started by a baker, Ewan Ross"),
            ("fact", "Where does the welcome desk stand?", "bradley-2010", "entrance of the town library"),
            ("typo", "wher dos the welcom dsk stand", "bradley-2010", "entrance of the town library"),
            ("list", "Words that stand nowhere", "bradley-2010", "no such words are in any document"),
        ]
    )
]
REFUSED = Case(id="no", kind="unanswerable", question="Who won the cup?", answerable=False)


@pytest.fixture(scope="module")
def small(small_settings: Settings) -> Iterator[Assistant]:
    with open_assistant(small_settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(small: Assistant) -> list[Row]:
    return ablate([*CASES, REFUSED], small, lambda *_: None)


def test_every_way_is_asked_with_and_without_predicted_questions(rows: list[Row]) -> None:
    assert [(row.name, row.questions) for row in rows] == [(name, q) for q in (True, False) for name in WAYS]


def test_only_cases_with_gold_have_a_say(rows: list[Row]) -> None:
    assert all(row.figures["first"].cases == 4 for row in rows)
    assert set(rows[0].kinds) == {"fact", "typo", "list"}
    assert rows[0].kinds["list"]["among five"].value == 0
    assert rows[0].kinds["fact"]["among five"].value == 1


def test_change_is_paired_with_everything_on(rows: list[Row]) -> None:
    assert all(found.value == found.low == found.high == 0 for found in rows[0].change.values())
    for row in rows:
        first, full, change = row.figures["first"].value, rows[0].figures["first"].value, row.change["first"].value
        assert first is not None and full is not None and change is not None
        assert change == pytest.approx(first - full)


def test_a_part_that_is_off_is_off(small: Assistant, rows: list[Row]) -> None:
    """The searcher that was asked about stays as it was."""
    assert small.searcher.settings.dense and small.searcher.settings.questions
    assert {way for hit in small.hits_for("Where is the desk?") for way in hit.found_by} >= {"meaning", "words"}


def test_the_tables_are_written(rows: list[Row], tmp_path: Path) -> None:
    write_ablation(rows, "three", tmp_path / "out")
    told = (tmp_path / "out" / "ablation.md").read_text()
    assert "# Parts of search, on 4 questions of three" in told
    assert told.count("| without BM25 | without |") == 2
    assert "fact (2)" in told
    assert (tmp_path / "out" / "ablation.json").is_file()
