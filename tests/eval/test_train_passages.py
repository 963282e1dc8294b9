"""An encoder of passages learns from a shelf and from public sets by turns, and is judged beside the untrained one."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from eval.cli import app
from eval.errors import EvalError
from eval.train.answering import Answering, Rarity, exercise, late, loss_of
from eval.train.judge_passages import over_sets, over_the_shelf
from eval.train.loop import Recipe, Training
from eval.train.pairs import Answered, answered_in, answered_over, apart, read_rows
from eval.train.upper import Upper
from index.embedding import bundled_path
from index.likeness import trained_layers
from index.minilm import MiniLM
from tests.eval.test_ablate import CASES

THINGS = [
    "museum",
    "desk",
    "hall",
    "farm",
    "school",
    "library",
    "club",
    "kitchen",
    "garden",
    "choir",
    "market",
    "nursery",
]
SHELF = [
    Answered(
        f"The {thing} costs {n + 3} pounds. It is kept by volunteers.",
        (f"price of the {thing}", f"is the {thing} dear?"),
    )
    for n, thing in enumerate(THINGS)
]


def rows(thing: str) -> list[dict[str, object]]:
    told = f"Long ago there was no {thing}. It opened in May, and people came. Nobody knows who built it."
    question = f"When did the {thing} open?"
    return [
        {
            "q": question,
            "p": told,
            "label": 1,
            "type": "positive",
            "group": thing,
            "span": [told.index("May"), told.index("May") + 3],
        },
        {"q": question, "p": f"The {thing} is closed on Sundays.", "label": 0, "type": "hard_negative", "group": thing},
        {"q": f"Who built the {thing}?", "p": told, "label": 0, "type": "unanswerable", "group": f"{thing}?"},
    ]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty things, so that some are kept apart."""
    file = tmp_path_factory.mktemp("sets") / "opened.jsonl.gz"
    things = [f"{first} {thing}" for first in ("old", "new", "red", "small") for thing in THINGS]
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for thing in things for row in rows(thing))
    return file


def test_a_set_gives_each_answered_question_with_what_only_looks_so(public: Path) -> None:
    found = answered_in(public)
    assert len(found) == 48
    assert found[0].questions == ("When did the old museum open?",) and "It opened in May" in found[0].passage
    assert found[0].beside == ("The old museum is closed on Sundays.",)
    kept = [one for one in found if apart(one.questions[0], 0.5)]
    assert 0 < len(kept) < 48 and kept == [one for one in answered_in(public) if apart(one.questions[0], 0.5)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no gzip", "cannot be read"),
        (gzip.compress(b'{"q": "a", "p": "b", "label": 1, "group": "g"}\n{"q": "a"}\n'), "line 2: p: Field required"),
        (gzip.compress(b'{"q": "a", "p": "b", "label": 3, "group": "g"}\n'), "line 1: label"),
    ],
)
def test_a_set_that_is_none_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "set.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(EvalError, match=said) as told:
        list(read_rows(file))
    assert str(file) in str(told.value)


def test_a_shelf_gives_its_passages_as_they_are_embedded(small_corpus: Path) -> None:
    found = answered_over(small_corpus)
    assert found and all(one.questions and one.passage for one in found)
    assert answered_over(small_corpus, ["nothing-here"]) == []


def test_questions_stand_beside_the_passages_that_answer_them_and_one_that_does_not() -> None:
    twins = [Answered("a", ("x", "y"), ("not a",)), Answered("b", ("y",)), Answered("c", ("z",))]
    given = exercise(twins, random.Random(1))
    assert given.passages == ("a", "b", "c", "not a")
    assert dict(zip(given.questions, given.answers, strict=True))["x"] == {0}
    assert all(
        places == {0, 1} for question, places in zip(given.questions, given.answers, strict=True) if question == "y"
    )


def test_the_loss_is_small_when_any_that_answers_is_nearest() -> None:
    answers = torch.tensor([[True, True, False]])
    assert (
        float(loss_of(torch.tensor([[-9.0, 9.0, -9.0]]), answers)) < 0.001 < float(loss_of(torch.zeros(1, 3), answers))
    )


def test_late_interaction_weighs_the_best_match_of_each_piece() -> None:
    asked, told = torch.eye(3)[None, :2], torch.eye(3)[torch.tensor([[0, 2], [0, 1]])]
    there = torch.tensor([[True, True], [True, False]])
    weights = torch.tensor([[0.75, 0.25]])
    assert late(asked, weights, told, there).tolist() == [[0.75, 0.75]]
    assert late(asked, weights, told, torch.ones(2, 2, dtype=torch.bool)).tolist() == [[0.75, 1.0]]


def test_what_no_text_holds_is_rarest() -> None:
    rarity = Rarity([[1, 1, 2], [1]], 4).of
    assert rarity[3] > rarity[2] > rarity[1] > 0


def test_it_learns_and_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path, public: Path) -> None:
    recipe = Recipe(steps=6, size=8, rate=3e-4, warm=1, keep_every=2)

    def training(folder: Path) -> Training[list[Answered]]:
        upper = Upper()
        lesson = Answering(upper, recipe, SHELF, [answered_in(public)], [("opened", answered_in(public))])
        return Training(folder, recipe, upper.network, lesson)

    whole = training(tmp_path / "whole")
    whole.run(lambda *_: None)
    notes = [json.loads(line) for line in (tmp_path / "whole" / "curve.jsonl").read_text().splitlines()[1:]]
    assert notes[-1]["loss"] < notes[0]["loss"] and 0 < notes[-1]["opened_late"] <= 1
    first = training(tmp_path / "parts")
    for batch, _ in zip(first.lesson.batches(0), range(3), strict=False):
        first.learn(batch)
    first.keep()
    second = training(tmp_path / "parts")
    assert second.step == 3
    second.run(lambda *_: None)
    assert all(torch.equal(part, second.layers()[name]) for name, part in whole.layers().items())


def test_the_commands_make_weights_and_a_table(tmp_path: Path, public: Path, small_corpus: Path) -> None:
    made = CliRunner().invoke(
        app,
        [
            "passages",
            "train",
            "--out",
            str(tmp_path),
            "--set",
            str(public),
            "--corpus",
            str(small_corpus),
            "--steps",
            "1",
        ],
    )
    assert made.exit_code == 0, made.output
    card = json.loads((tmp_path / "weights" / "likeness.json").read_text())["made"]
    assert card["sets"] == {"opened": 48} and set(card["data"]) == {"questions.jsonl", "opened.jsonl.gz"}
    plain = MiniLM.read(bundled_path())
    encoders = {"untrained": plain, "trained": plain.with_trained(trained_layers(tmp_path / "weights"))}
    found = {one.name: one for one in over_sets([public], encoders, 50, tmp_path / "scratch", lambda *_: None)}
    assert found["the nearest sentence answers"].untrained > 0.5
    areas = found["answers or not, late interaction"]
    assert 0 <= areas.untrained <= 1 and areas.change.low is not None and np.isfinite(areas.change.low)


def test_where_evidence_ranks_is_judged_over_the_shelf(small_corpus: Path, tmp_path: Path) -> None:
    plain = MiniLM.read(bundled_path())
    found = over_the_shelf(CASES, small_corpus, {"untrained": plain, "trained": plain}, tmp_path / "s", lambda *_: None)
    by_name = {one.name: one for one in found}
    first = by_name["evidence first, late interaction"]
    assert first.change.cases == 3 and 0.5 < first.untrained <= 1  # the fourth has no evidence in any passage
    assert all(one.untrained == one.trained and one.change.value == 0 for one in found)


def test_cases_without_evidence_are_told(small_corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="No case has its evidence"):
        over_the_shelf([], small_corpus, {}, tmp_path, lambda *_: None)
