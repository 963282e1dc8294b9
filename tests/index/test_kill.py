"""kill -9 at every named point of a run: what served goes on serving, and the next run finishes the work."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index import generation
from index.examine import examine
from index.library import Library, library_path
from index.open import open_index
from index.settings import IndexSettings
from tests.index.doubles import WordVectors, bring_in, files_that_hold
from tests.small_corpus import hear_ctrl_c

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Quillingtonfax"

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

RUN = """
import os, signal, sys
from pathlib import Path
from tests.index.doubles import bring_in

def kill_at(what, done, total):
    if what == sys.argv[2]:
        os.kill(os.getpid(), int(sys.argv[3]))

bring_in(Path(sys.argv[1], "corpus"), Path(sys.argv[1], "data"), on_progress=kill_at)
"""


@pytest.fixture(scope="module")
def with_secret(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed with a secret; then the folder changes: the secret is taken out, one file is new, one is other."""
    place = tmp_path_factory.mktemp("secret") / "place"
    shutil.copytree(indexed, place)
    (place / "corpus" / "secret.txt").write_text(f"{SECRET} lives in the blue house in Bradley.")
    bring_in(place / "corpus", place / "data")
    (place / "corpus" / "secret.txt").unlink()
    (place / "corpus" / "garden.txt").write_text("The garden in Bradley is kept by seven families.")
    (place / "corpus" / "kitchen.txt").write_text("The Long Kitchen has moved to the old brewery.")
    return place


@pytest.fixture(scope="module")
def finished(with_secret: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The fingerprint of what a run that is not disturbed makes of the changed folder."""
    return bring_in(with_secret / "corpus", tmp_path_factory.mktemp("finished")).fingerprint


def run(place: Path, point: str, with_signal: signal.Signals) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, str(place), point, str(int(with_signal))]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, preexec_fn=hear_ctrl_c
    )


def answers(place: Path) -> list[str]:
    with open_index(place / "data", IndexSettings(), WordVectors()) as index:
        return [
            hit.passage.text for hit in index.searcher.search("Who keeps the Long Kitchen or the garden in Bradley?")
        ]


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_costs_nothing_and_the_next_one_finishes_it(
    with_secret: Path, finished: str, tmp_path: Path, point: str
) -> None:
    place = shutil.copytree(with_secret, tmp_path / "place")
    assert run(place, point, signal.SIGKILL).returncode == -signal.SIGKILL
    with Library(library_path(place / "data")) as library:
        assert library.faults() == []
    # What serves is whole: the old one, or the new one once it was switched to.
    old, new = "The Long Kitchen is a community kitchen", "The Long Kitchen has moved"
    served = new if point == "clearing away what was removed" else old
    assert any(served in text for text in answers(place))

    report = bring_in(place / "corpus", place / "data")
    assert report.fingerprint == finished
    assert [new in text or old in text for text in answers(place)].count(True) == 1
    assert files_that_hold(place / "data", SECRET) == []
    assert examine(place / "data").faults == ()
    left = {path.name for path in (place / "data").iterdir()}
    assert left == {"CURRENT", "library.sqlite", "writer.lock", str(generation.current(place / "data").name)}  # type: ignore[union-attr]


def test_what_was_embedded_before_the_kill_is_not_embedded_again(with_secret: Path, tmp_path: Path) -> None:
    place = shutil.copytree(with_secret, tmp_path / "place")
    run(place, "writing vectors", signal.SIGKILL)
    assert bring_in(place / "corpus", place / "data").embedded == 0


def test_ctrl_c_stops_at_once_and_leaves_nothing_half_made(with_secret: Path, finished: str, tmp_path: Path) -> None:
    place = shutil.copytree(with_secret, tmp_path / "place")
    stopped = run(place, "writing words", signal.SIGINT)
    assert "KeyboardInterrupt" in stopped.stderr
    assert list((place / "data").glob("gen-*.tmp")) == []
    assert any("community kitchen" in text for text in answers(place))
    assert bring_in(place / "corpus", place / "data").fingerprint == finished
