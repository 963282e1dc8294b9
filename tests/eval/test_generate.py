import json
import threading

import pytest

from eval.errors import FolderError
from eval.folder import Made, RunFolder
from eval.generate import generate
from eval.load import question_digests
from tests.eval.builders import GOLD, case, reply_dict

CASES = [case(id=f"c{n}", question=f"Question {n}?") for n in range(6)]
SETTINGS = Made({"settings": {"top_k": 5}}, {}, question_digests(CASES))


class Asked:
    """Answers everything with GOLD and remembers what it was asked."""

    def __init__(self):
        self.ids = []

    def __call__(self, one):
        self.ids.append(one.id)
        return reply_dict(GOLD, question=one.question)


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path / "run")
    made.open_for(SETTINGS, fresh=False)
    return made


def test_every_case_is_asked_once_and_its_reply_kept(folder):
    told = []
    assert generate(CASES, Asked(), folder, tell=lambda done, total: told.append((done, total))) == 6
    assert {outcome.id for outcome in folder.read_outcomes()} == {one.id for one in CASES}
    assert told[-1] == (6, 6)


def test_a_second_run_asks_nothing(folder):
    generate(CASES, Asked(), folder)
    again = Asked()
    assert generate(CASES, again, folder) == 0
    assert again.ids == []


def test_a_run_that_was_cut_off_goes_on_and_its_torn_line_is_asked_again(folder):
    generate(CASES[:3], Asked(), folder)
    whole = folder.outcomes.read_bytes()
    folder.outcomes.write_bytes(whole + b'{"id": "c3", "reply": {"outcome": "answ')
    again = Asked()
    generate(CASES, again, folder)
    assert sorted(again.ids) == ["c3", "c4", "c5"]
    assert folder.outcomes.read_bytes().startswith(whole)
    assert len(folder.read_outcomes()) == 6


def test_what_was_answered_before_a_fault_is_kept(folder):
    def breaks(one):
        if one.id == "c4":
            raise RuntimeError("the power went")
        return reply_dict(GOLD)

    with pytest.raises(RuntimeError):
        generate(CASES, breaks, folder)
    assert len(folder.read_outcomes()) == 4


def test_several_are_asked_at_a_time(folder):
    together = threading.Barrier(3, timeout=10)

    def waits(one):
        together.wait()
        return reply_dict(GOLD)

    generate(CASES, waits, folder, workers=3)
    assert len(folder.read_outcomes()) == 6


def test_a_folder_made_by_other_settings_is_refused_unless_fresh(folder):
    generate(CASES[:1], Asked(), folder)
    other = Made({"settings": {"top_k": 9}}, {"cores": 2}, SETTINGS.questions)
    with pytest.raises(FolderError, match="made with other settings.*--fresh"):
        folder.open_for(other, fresh=False)
    folder.open_for(SETTINGS, fresh=False)
    folder.open_for(other, fresh=True)
    assert folder.read_outcomes() == []
    assert json.loads(folder.settings.read_text())["identity"] == other.identity


def test_new_questions_may_join_a_folder_and_changed_ones_may_not(folder):
    generate(CASES[:2], Asked(), folder)
    joined = case(id="new", question="A new one?")
    folder.open_for(Made(SETTINGS.identity, {}, question_digests([joined])), fresh=False)
    again = Asked()
    generate([*CASES[:2], joined], again, folder)
    assert again.ids == ["new"]
    changed = question_digests([case(id="c0", question="Something else?")])
    with pytest.raises(FolderError, match="replies to earlier questions of c0"):
        folder.open_for(Made(SETTINGS.identity, {}, changed), fresh=False)


def test_damaged_settings_are_named(folder):
    folder.settings.write_text("{")
    with pytest.raises(FolderError, match="settings.json is damaged"):
        folder.read_settings()
