"""kill -9 at every named point of a run: what served goes on serving, and the next run finishes the work.

The long form, with many more passages and at random moments too: `python -m eval hold kill`.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from eval.hold.kill import Rehearsal, Stopped, judged, rehearse, stop_after, stop_at
from eval.hold.place import SECRET, Place, bring_in, look, look_again

QUESTIONS = ("Who keeps the garden in Bradley?", "What has the Long Kitchen moved to?", "Who lives in the blue house?")

# What the run says when it is killed, from the first file to the last clearing up.
POINTS = [
    "bradley.txt",
    "garden",
    "kitchen-2020",
    "files",
    "writing vectors",
    "writing words",
    "proving it in a process of its own",
    "switching to it",
    "clearing away what was removed",
]


@pytest.fixture(scope="module")
def rehearsal(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Indexed with a secret; then the folder changes: the secret is taken out, one file is new, one is other."""
    scratch = tmp_path_factory.mktemp("secret")
    place = Place(indexed).copy_to(scratch / "place")
    (place.corpus / "secret.txt").write_text(f"{SECRET} lives in the blue house in Bradley.")
    bring_in(place.corpus, place.data)
    (place.corpus / "secret.txt").unlink()
    (place.corpus / "garden.txt").write_text("The garden in Bradley is kept by seven families.")
    (place.corpus / "kitchen.txt").write_text("The Long Kitchen has moved to the old brewery.")
    return rehearse(place, QUESTIONS, scratch)


def faults(rehearsal: Rehearsal, place: Place, stopped: Stopped) -> list[str]:
    return judged(rehearsal, look_again(place, QUESTIONS), stopped)


@pytest.fixture
def place(rehearsal: Rehearsal, tmp_path: Path) -> Place:
    return rehearsal.place.copy_to(tmp_path / "place")


def test_the_rehearsal_goes_by_every_point_and_changes_the_answers(rehearsal: Rehearsal) -> None:
    assert set(POINTS) <= set(rehearsal.steps)
    assert set(rehearsal.before.replies).isdisjoint(rehearsal.after.replies)
    assert rehearsal.after.answered


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_costs_nothing_and_the_next_one_finishes_it(
    rehearsal: Rehearsal, place: Place, point: str
) -> None:
    stopped = stop_at(place, point)
    assert stopped.status == -signal.SIGKILL
    assert stopped.at == point
    assert faults(rehearsal, place, stopped) == []


def test_a_kill_from_outside_is_no_worse(rehearsal: Rehearsal, place: Place) -> None:
    assert faults(rehearsal, place, stop_after(place, rehearsal.seconds / 2)) == []


def test_what_was_acknowledged_and_is_not_there_is_noticed(rehearsal: Rehearsal, place: Place) -> None:
    """The experiment itself: it must be able to fail."""
    nothing_done = look_again(rehearsal.place.copy_to(place.path.parent / "other"), QUESTIONS)
    assert judged(rehearsal, nothing_done, Stopped(-9, (), "")) == []
    assert judged(rehearsal, nothing_done, Stopped(-9, ("garden.txt",), "")) == [
        "garden.txt was acknowledged and is lost"
    ]


def test_what_was_embedded_before_the_kill_is_not_embedded_again(place: Place) -> None:
    assert "garden.txt" in stop_at(place, "writing vectors").stored
    assert bring_in(place.corpus, place.data).embedded == 0


def test_ctrl_c_stops_at_once_and_leaves_nothing_half_made(rehearsal: Rehearsal, place: Place) -> None:
    assert stop_at(place, "writing words", with_signal=signal.SIGINT).status not in (0, -signal.SIGKILL)
    assert list(place.data.glob("gen-*.tmp")) == []
    assert look(place.data, QUESTIONS).replies == rehearsal.before.replies
    assert bring_in(place.corpus, place.data).fingerprint == rehearsal.after.fingerprint
