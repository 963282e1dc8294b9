"""The reader is trained on what we say it is, and a training that was stopped goes on as if it had not been."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from eval.train.batches import Batcher, pairs_of
from eval.train.export import calibrate
from eval.train.loop import Recipe, Training, area, loss_of, rate_at
from eval.train.near_misses import near_miss
from eval.train.network import Upper, fresh_upper, published, read_lower
from eval.train.rows import Asked, Bundle, read_sets
from eval.train.shelf_rows import shelf_bundles
from index.embedding import bundled_folder
from index.open import OpenIndex
from index.questions import PredictedQuestions

MILL = "The old mill was turned into a library. It opened in 1974. Forty people came to the first evening in Leeds."
OPENED = (MILL.index("1974"), MILL.index("1974") + 4)


@pytest.fixture(scope="module")
def batcher() -> Batcher:
    return Batcher(Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")))


def bundles() -> list[Bundle]:
    asked = (Asked("When did the library open?", OPENED), Asked("Who paid for it?", None))
    return [
        Bundle(MILL, asked, "mill"),
        Bundle(MILL[: OPENED[0]], (Asked("When did it open?", None),), "cut", whole=True),
    ]


def test_answers_are_marked_on_their_own_word_pieces(batcher: Batcher) -> None:
    pairs = [pair for group in pairs_of(bundles(), seed=3) for pair in group if pair.where]
    batch = batcher.batch(pairs)
    for n, pair in enumerate(pairs):
        places = batch.target[n].nonzero().flatten() - 1
        assert batcher.tokenizer.decode(batch.passage[n][places].tolist()) == "1974", pair


def test_a_pair_without_an_answer_has_its_place_before_the_words(batcher: Batcher) -> None:
    pairs = [pair for group in pairs_of(bundles(), seed=3) for pair in group if not pair.where]
    batch = batcher.batch(pairs)
    assert pairs and batch.target[:, 0].all() and not batch.target[:, 1:].any()


def test_an_answer_is_in_the_window_or_the_question_counts_as_unanswered() -> None:
    long = Bundle(" ".join([MILL, *["Nothing else happened there for years."] * 40]), bundles()[0].asked, "long")
    for seed in range(20):
        for group in pairs_of([long], seed):
            for pair in group:
                held = pair.passage[slice(*pair.where)] if pair.where else None
                assert held == "1974" if held else "1974" not in pair.passage or "When" not in pair.question


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert pairs_of(bundles(), 5) == pairs_of(bundles(), 5)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("When was the first mill opened?", "It was the first mill."),
        ("What happened in Leeds in 1974?", MILL),
        ("Who came to Leeds?", MILL),
    ],
)
def test_a_near_miss_changes_one_thing_to_what_the_passage_does_not_hold(question: str, passage: str) -> None:
    changed = near_miss(question, passage, ["Turin", "Oslo"], random.Random(1))
    assert changed and changed != question
    new = set(changed.strip("?").split()) - set(question.strip("?").split())
    assert len(new) == 1 and not any(word in passage for word in new)


def test_no_near_miss_where_nothing_can_be_changed() -> None:
    assert near_miss("how does it work?", "It works well.", ["Oslo"], random.Random(1)) is None


def test_sets_are_read_up_to_their_limit_with_answers_where_they_are_marked(tmp_path: Path) -> None:
    rows = [
        {"q": f"When {n}?", "p": MILL, "label": 1, "type": "positive", "group": f"g{n}", "span": list(OPENED)}
        for n in range(5)
    ]
    with gzip.open(tmp_path / "small.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    (bundle,) = read_sets(tmp_path, {"small": 3})
    assert len(bundle.asked) == 3 and {one.where for one in bundle.asked} == {OPENED}


def test_our_questions_are_asked_of_the_passage_with_their_quotation_and_of_it_without(small_index: OpenIndex) -> None:
    passage = max(small_index.shelf.passages(), key=lambda one: len(one.text))
    quote = passage.text[: passage.text.index(".")]
    line = PredictedQuestions(source=passage.source_id, quote=quote, questions=("what is said first?",))
    made = shelf_bundles(small_index.shelf, [line])
    home = next(one for one in made if one.set == "shelf" and any(asked.where for asked in one.asked))
    where = next(asked.where for asked in home.asked if asked.where)
    assert where and quote in home.passage[slice(*where)]
    assert all(quote not in one.passage for one in made if one.set == "shelf_removed")


def trained(folder: Path, batcher: Batcher, stops: list[int]) -> Upper:
    weights = published(bundled_folder())
    for steps in stops:
        torch.manual_seed(1)
        recipe = Recipe(steps=steps, size=2, warm=1, fall=0.0, keep_every=1, look_every=100)
        training = Training(folder, recipe, read_lower(weights), fresh_upper(weights), batcher)
        training.run(bundles(), pairs_of(bundles(), 1), lambda *_: None)
    return training.upper


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path, batcher: Batcher) -> None:
    whole = trained(tmp_path / "whole", batcher, [6])
    parts = trained(tmp_path / "parts", batcher, [3, 6])
    for one, other in zip(whole.parameters(), parts.parameters(), strict=True):
        assert torch.equal(one, other)
    notes = [json.loads(line) for line in (tmp_path / "whole" / "curve.jsonl").read_text().splitlines()]
    assert "held_out_auc" in notes[-1]


def test_the_loss_asks_for_any_of_the_right_places() -> None:
    out = torch.tensor([[0.0, 10.0, 10.0, -10.0]])
    assert float(loss_of(out, torch.tensor([[False, True, True, False]]))) < 0.001
    assert float(loss_of(out, torch.tensor([[True, False, False, False]]))) > 9


def test_the_rate_rises_holds_and_falls() -> None:
    recipe = Recipe(steps=100, warm=10, fall=0.3)
    rates = [rate_at(step, recipe) for step in range(100)]
    assert rates[0] < rates[5] < rates[20] == rates[60] == 1 > rates[80] > rates[99] > 0


def test_area_and_calibration() -> None:
    assert area([0.1, 0.9, 0.4, 0.4], [False, True, True, False]) == pytest.approx(0.875)
    odds = torch.linspace(-4, 4, 400).double().numpy()
    truth = (
        torch.rand(400, generator=torch.Generator().manual_seed(1)).numpy() < 1 / (1 + 2.718 ** (-2 * odds + 1))
    ) * 1.0
    scale, shift = calibrate(odds, truth)
    assert scale == pytest.approx(2, abs=0.6) and shift == pytest.approx(-1, abs=0.5)
