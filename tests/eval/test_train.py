"""The encoder that questions are compared by is trained on what we say it is, and a training that was stopped goes on as if
it had not been."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.errors import EvalError
from eval.folder import RunFolder
from eval.model import Case
from eval.train.alike import Alike, loss_of
from eval.train.groups import Group, batches, groups_of, held_out, pair_of, share_a_question
from eval.train.judge import area, compare
from eval.train.loop import Recipe, Training, rate_at
from eval.train.run import export
from eval.train.upper import LAYERS, Upper
from index.embedding import bundled_path
from index.errors import ModelUnusable
from index.likeness import CARD, WEIGHTS, digest_of, trained_layers
from index.minilm import MiniLM

ASKED = ("what does the {} cost?", "price of the {}", "is the {} dear?")
OPENED = ("when does the {} open?", "opening hours of the {}", "from what time is the {} open?")
GROUPS = [
    Group(thing, tuple(form.format(thing) for form in forms))
    for thing in ("museum", "desk", "hall", "farm")
    for forms in (ASKED, OPENED)
]
RECIPE = Recipe(steps=6, size=8, rate=3e-4, warm=1, keep_every=1)


def training_in(folder: Path, recipe: Recipe, learnt: list[Group], apart: list[Group]) -> Training[list[Group]]:
    upper = Upper()
    return Training(folder, recipe, upper.network, Alike(upper, recipe, learnt, apart))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Training[list[Group]]:
    training = training_in(tmp_path_factory.mktemp("whole"), RECIPE, GROUPS, GROUPS)
    training.run(lambda *_: None)
    return training


def test_groups_are_the_lines_over_a_shelf(small_corpus: Path, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(small_corpus, tmp_path / "corpus"))
    line = {"missing": "what the weather is", "questions": ["Will it rain?", "is it going to be wet", "Will it rain?"]}
    (corpus / "unanswerable.jsonl").write_text(json.dumps(line))
    groups = groups_of(corpus)
    assert Group("", ("Will it rain?", "is it going to be wet")) in groups
    assert [group for group in groups if group.home] and all(len(group.questions) > 1 for group in groups)


def test_a_batch_holds_what_is_asked_about_one_passage() -> None:
    (first, second) = batches(GROUPS, 4, seed=3)
    assert len({group.home for group in first}) == len({group.home for group in second}) == 2
    assert list(batches(GROUPS, 4, seed=3)) == [first, second] != list(batches(GROUPS, 4, seed=4))


def test_two_questions_of_a_group_are_drawn() -> None:
    one, other = pair_of(GROUPS[0], random.Random(1))
    assert one != other and {one, other} <= set(GROUPS[0].questions)


def test_groups_that_share_a_question_are_not_held_apart() -> None:
    twins = [Group("a", ("x", "y")), Group("b", ("z", "w")), Group("c", ("y", "v"))]
    assert sorted(share_a_question(twins)) == [(0, 2), (2, 0)]
    unit = torch.eye(2)[[0, 1, 0]]
    assert float(loss_of(unit, unit, [(0, 2), (2, 0)], 0.05)) < 0.001 < float(loss_of(unit, unit, [], 0.05))


def test_what_is_kept_apart_is_the_same_in_any_order() -> None:
    learnt, apart = held_out(GROUPS, 0.4)
    assert learnt and apart and len(learnt) + len(apart) == len(GROUPS)
    assert {g.questions for g in held_out(GROUPS[::-1], 0.4)[1]} == {g.questions for g in apart}


def test_the_rate_rises_and_falls() -> None:
    recipe = Recipe(steps=100, warm=10)
    rates = [rate_at(step, recipe) for step in range(100)]
    assert rates[0] < rates[9] > rates[50] > rates[99] == 0.05


def test_it_learns_and_only_its_layers_change(whole: Training[list[Group]]) -> None:
    notes = [json.loads(line) for line in (whole.folder / "curve.jsonl").read_text().splitlines()]
    losses = [note["held_out_loss"] for note in notes if "held_out_loss" in note]
    assert losses[-1] < losses[0]
    before = Upper().network.state_dict()
    changed = {n for n, part in whole.network.state_dict().items() if not torch.equal(part, before[n])}
    assert changed and all(name.startswith(LAYERS) for name in changed)


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(
    tmp_path: Path, whole: Training[list[Group]]
) -> None:
    first = training_in(tmp_path, RECIPE, GROUPS, GROUPS)
    batch = next(batches(GROUPS, 8, seed=RECIPE.seed * 1000))
    first.learn(batch)
    first.keep()
    second = training_in(tmp_path, RECIPE, GROUPS, GROUPS)
    second.run(lambda *_: None)
    assert second.step == 6
    for name, part in whole.layers().items():
        assert torch.equal(part, second.layers()[name]), name


def test_too_few_groups_for_a_batch_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="less to learn from than one batch of 80"):
        training_in(tmp_path, Recipe(steps=1), GROUPS, []).run(lambda *_: None)


def test_weights_are_half_as_precise_and_those_of_their_card(tmp_path: Path, whole: Training[list[Group]]) -> None:
    export(whole.layers(), {"seed": 1}, tmp_path)
    put_in = trained_layers(tmp_path)
    assert set(put_in) == set(whole.layers())
    for name, part in whole.layers().items():
        assert put_in[name].dtype == torch.float16 and torch.allclose(put_in[name].float(), part, atol=1e-3), name


def test_weights_that_are_not_those_of_their_card_are_not_used(tmp_path: Path, whole: Training[list[Group]]) -> None:
    digest = export(whole.layers(), {}, tmp_path)
    assert digest_of(tmp_path) == digest[:16]
    digest_of.cache_clear()
    content = bytearray((tmp_path / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(ModelUnusable, match="is not as published"):
        digest_of(tmp_path)
    (tmp_path / CARD).write_text("{}")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        digest_of(tmp_path)


def test_weights_for_another_network_are_not_put_in(tmp_path: Path) -> None:
    export({"decoder.layer.0.weight": torch.zeros(2)}, {}, tmp_path)
    with pytest.raises(ModelUnusable, match="has no decoder"):
        MiniLM.read(bundled_path()).with_trained(trained_layers(tmp_path))


def test_the_area_counts_how_often_a_true_one_stands_above_a_false_one() -> None:
    assert area(np.array([0.9, 0.8, 0.1]), np.array([True, True, False])) == 1
    assert area(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert np.isnan(area(np.array([0.5]), np.array([True])))


def told(folder: Path, margins: dict[str, float]) -> RunFolder:
    folder.mkdir()
    lines = [{"id": id_, "reply": {"trace": {"signs": {"margin": m}}}} for id_, m in margins.items()]
    (folder / "outcomes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return RunFolder(folder)


def test_two_runs_are_compared_over_the_cases_that_both_looked_at(tmp_path: Path) -> None:
    kinds = [("a", True), ("b", True), ("c", False), ("d", False)]
    cases = [
        Case(id=id_, kind="fact", question=f"{id_}?", answerable=yes, must_contain=(("x",),) if yes else ())
        for id_, yes in kinds
    ]
    one = told(tmp_path / "one", {"a": 0.1, "b": 0.3, "c": 0.2, "d": 0.4})
    other = told(tmp_path / "other", {"a": -0.1, "b": -0.2, "c": 0.2, "d": 0.4, "e": 0.1})
    found = compare(cases, one, other)
    assert (found.questions, found.one, found.other) == (4, 0.75, 1.0)
    assert found.low <= 0.25 <= found.high
    with pytest.raises(EvalError, match="no answerable or no unanswerable case"):
        compare(cases[:2], one, other)
