"""Documents as if somebody had added them: nobody wrote questions for them, and those of the others are still there."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.assemble import open_assistant
from assistant.settings import Settings
from eval.added import Asked, _without, added, write_added
from index.questions import QUESTIONS, read_questions
from tests.eval.test_ablate import CASES, REFUSED


@pytest.fixture(scope="module")
def asked(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Asked, Asked]:
    return added([*CASES, REFUSED], small_settings, tmp_path_factory.mktemp("added"), lambda *_: None)


def test_the_source_that_was_added_has_no_questions_and_all_others_have_theirs(
    small_settings: Settings, tmp_path: Path
) -> None:
    lines = read_questions(small_settings.paths.corpus / QUESTIONS)
    without = _without("bradley-2010", small_settings, tmp_path / "own")
    with open_assistant(small_settings) as before, open_assistant(without) as after:
        of = {id_: after.shelf.passage(id_).source_id for id_ in after.searcher.parts.questions.passage_ids}
        assert "bradley-2010" in {line.source for line in lines}
        assert set(of.values()) == {line.source for line in lines} - {"bradley-2010"}
        assert after.shelf.passages() == before.shelf.passages()
        assert "bradley-2010" not in after.searcher.covered


def test_cases_count_where_one_source_answers_them_and_where_another_was_added(asked: tuple[Asked, Asked]) -> None:
    own, others = asked
    assert [found.cases for found in own.known.values()] == [found.cases for found in others.added.values()] == [4] * 3
    for one in asked:
        first, known, change = (found["first"].value for found in (one.added, one.known, one.change))
        assert first is not None and known is not None and change == pytest.approx(first - known)


def test_what_was_added_is_found_and_hides_nothing(asked: tuple[Asked, Asked]) -> None:
    own, others = asked
    assert own.added["among five"].value == others.added["among five"].value == 0.75


def test_the_table_is_written(asked: tuple[Asked, Asked], tmp_path: Path) -> None:
    write_added(asked, "four", tmp_path)
    told = (tmp_path / "added.md").read_text(encoding="utf-8")
    assert "on four" in told and told.count("| answered by ") == 2
    assert (tmp_path / "added.json").is_file()
