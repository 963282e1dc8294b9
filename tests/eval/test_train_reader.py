"""A reader of question and passage together: what it is taught with, that it learns, and how it is judged."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from eval.cli import app
from eval.errors import EvalError
from eval.model import Case
from eval.others.squad import Question
from eval.train.answerable import Answerable, miscalibration, temperature
from eval.train.asked import Pair, altered, asked_in, asked_over, short_enough
from eval.train.curve import draw
from eval.train.judge_reader import Outside, over_answers, over_paragraphs, over_quotes, over_shelf, time_of
from eval.train.loop import Recipe, Training
from eval.train.reader import Reader, Trained
from index.embedding import bundled_path
from index.minilm import MiniLM
from tests.eval.test_ablate import CASES
from tests.eval.test_train_passages import THINGS


def told(thing: str) -> str:
    return f"Long ago there was no {thing} in Bradley. Ewan Ross opened it in May 1951, and people came. It is closed on Sundays."


def rows(thing: str) -> list[dict[str, object]]:
    question, passage = f"When did Ewan Ross open the {thing} in Bradley?", told(thing)
    at = passage.index("May")
    return [
        {"q": question, "p": passage, "label": 1, "type": "positive", "group": thing, "span": [at, at + 8]},
        {"q": question, "p": f"The {thing} has a roof.", "label": 0, "type": "hard_negative", "group": thing},
        {"q": f"Who built the {thing}?", "p": passage, "label": 0, "type": "unanswerable", "group": f"{thing}?"},
    ]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sets") / "opened.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        for first in ("old", "new", "red", "small"):
            out.writelines(json.dumps(row) + "\n" for thing in THINGS for row in rows(f"{first} {thing}"))
    return file


def test_a_set_gives_pairs_that_answer_beside_pairs_that_do_not(public: Path) -> None:
    pairs = asked_in(public, 1000, 1)
    kinds = Counter(pair.kind for pair in pairs)
    assert kinds["answered"] == 48 and kinds["removed"] == 48 and kinds["beside"] + kinds["altered"] == 48
    assert pairs == asked_in(public, 1000, 1)
    answered = next(pair for pair in pairs if pair.answers)
    assert answered.span and answered.passage[slice(*answered.span)] == "May 1951"
    assert sum(pair.answers for pair in asked_in(public, 10, 1)) <= 10


def test_a_question_is_altered_into_one_that_the_passage_does_not_answer() -> None:
    names = {False: ["Ewan Ross", "Fiona Stone", "Bradley"], True: ["1951", "1999"]}
    question = "What did Ewan Ross open in 1951?"
    found = {altered(question, told("hall"), names, random.Random(n)) for n in range(20)}
    assert found == {"What did Fiona Stone open in 1951?", "What did Ewan Ross open in 1999?"}
    assert altered("what was opened?", told("hall"), names, random.Random(1)) is None
    assert altered("Did Simon White open it?", told("hall"), names, random.Random(1)) is None  # says nothing of him


def test_a_shelf_gives_what_is_answered_and_what_is_not(small_corpus: Path) -> None:
    pairs = asked_over(small_corpus, ["bradley-2010"], 1)
    assert pairs and all(pair.group.startswith("bradley-2010") for pair in pairs)
    assert {pair.kind for pair in pairs} <= {"predicted", "elsewhere", "near miss"}
    assert all(pair.answers == (pair.kind == "predicted") for pair in pairs)
    assert asked_over(small_corpus, [], 1) == []


def test_a_long_passage_is_cut_unless_the_answer_goes_with_it() -> None:
    pair = Pair("q", "a" * 50, True, "answered", "q", (30, 40))
    assert short_enough(pair, 40) == Pair("q", "a" * 40, True, "answered", "q", (30, 40))
    assert short_enough(pair, 39) is None


def test_the_temperature_makes_the_odds_mean_what_they_say() -> None:
    truth = [True, True, True, False] * 50 + [False, False, False, True] * 50
    odds = [np.log(3)] * 200 + [-np.log(3)] * 200
    assert temperature(odds, truth) == pytest.approx(1.0, abs=0.02)
    assert temperature([3 * one for one in odds], truth) == pytest.approx(3.0, abs=0.05)
    assert temperature([1.0], [True]) == 1.0
    assert miscalibration(odds, truth, 1.0) < 0.001 < miscalibration(odds, truth, 0.3)
    assert miscalibration([], [], 1.0) == 0.0


def test_it_learns_and_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path, public: Path) -> None:
    pairs = asked_in(public, 1000, 1)
    recipe = Recipe(steps=12, size=8, rate=2e-4, warm=1, keep_every=6)

    def training(folder: Path) -> Training[list[Pair]]:
        reader = Reader()
        return Training(folder, recipe, reader, Answerable(reader, recipe, pairs, pairs[:40]))

    whole = training(tmp_path / "whole")
    whole.run(lambda *_: None)
    notes = [json.loads(line) for line in (tmp_path / "whole" / "curve.jsonl").read_text().splitlines()[1:]]
    assert notes[-1]["loss"] < notes[0]["loss"] and notes[-1]["area"] > 0.5 and "area, removed" in notes[-1]
    picture = draw(tmp_path / "whole")
    assert picture and "held out loss, of the first" in picture.read_text(encoding="utf-8")
    first = training(tmp_path / "parts")
    for batch, _ in zip(first.lesson.batches(0), range(6), strict=False):
        first.learn(batch)
    first.keep()
    second = training(tmp_path / "parts")
    second.run(lambda *_: None)
    assert all(torch.equal(part, second.layers()[name]) for name, part in whole.layers().items())


def test_a_curve_of_one_point_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "curve.jsonl").write_text('{"recipe": {}, "from": 0}\n{"step": 5, "loss": 1.0, "seconds": 2}\n')
    assert draw(tmp_path) is None


class Knows:
    """A reader that finds what it looks for, or nothing."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    def read(self, question: str, passages: Sequence[str]) -> list[tuple[float, int]]:
        return [(float(self.wanted in passage), max(0, passage.find(self.wanted))) for passage in passages]


def test_paragraphs_are_told_apart_by_who_can(tmp_path: Path) -> None:
    asked = [
        Question(
            f"{n}", f"When did the {thing} open?", "T", told(thing) if n % 2 else f"The {thing} has a roof.", spans
        )
        for n, thing in enumerate(THINGS)
        for spans in [((0, "x"),) if n % 2 else ()]
    ]
    found = over_paragraphs(asked, MiniLM.read(bundled_path()), Knows("May"), tmp_path / "s", lambda *_: None)
    by_name = {one.name: one for one in found}
    area = by_name["paragraph answers or not, pooled vectors"]
    assert area.trained == 1.0 and area.change.cases == 12 and 0 <= area.untrained <= 1
    risk = by_name["mean risk over coverages, late interaction"]
    # Half answer: those are sure together, and the others only after all of them.
    assert risk.trained == pytest.approx(sum(k / (6 + k) for k in range(1, 7)) / 12) and risk.untrained >= risk.trained


def test_cases_are_told_from_questions_off_the_shelf(small_corpus: Path, tmp_path: Path) -> None:
    plain = MiniLM.read(bundled_path())
    off = [Outside(text="How do volcanoes erupt?", tier="far"), Outside(text="What is a mortgage?", tier="far")]
    found = over_shelf(CASES, off, small_corpus, [], plain, Knows("nowhere"), tmp_path / "s", lambda *_: None)
    by_name = {one.name: one for one in found}
    area = by_name["far: answered or not, late interaction"]
    assert area.untrained > 0.5 == area.trained  # the reader says the same of all
    let_by = by_name["far: answered when 5 % of the answerable are refused, late interaction"]
    assert let_by.untrained < 1 == let_by.trained
    with pytest.raises(EvalError, match="others that it does not"):
        over_shelf([], off, small_corpus, [], plain, Knows("x"), tmp_path / "t", lambda *_: None)


def test_the_sentence_of_the_answer_is_found_by_who_knows(public: Path, tmp_path: Path) -> None:
    (one,) = over_answers([public], 100, MiniLM.read(bundled_path()), Knows("May"), tmp_path / "s", lambda *_: None)
    assert one.trained == 1.0 and one.change.cases > 0
    cases = [Case(id="c", kind="fact", question="When?", answerable=True, gold_quotes=("It was in May.",))]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "farm.txt").write_text("The farm opened late. It was in May. All came.", encoding="utf-8")
    (two,) = over_quotes(
        cases, corpus, [], MiniLM.read(bundled_path()), Knows("It was"), tmp_path / "q", lambda *_: None
    )
    assert two.trained == 1.0 and two.change.cases == 1
    assert over_quotes([], corpus, [], MiniLM.read(bundled_path()), Knows("x"), tmp_path / "r", lambda *_: None) == []
    assert over_answers([], 100, MiniLM.read(bundled_path()), Knows("May"), tmp_path / "t", lambda *_: None) == []
    assert time_of(Knows("May"), ["a"], "q", 3) >= 0


def test_the_commands_make_weights_and_a_table(tmp_path: Path, public: Path, small_corpus: Path) -> None:
    corpus = ["--corpus", str(small_corpus)]
    made = CliRunner().invoke(
        app, ["reader", "train", "--out", str(tmp_path), "--set", str(public), *corpus, "--steps", "2"]
    )
    assert made.exit_code == 0, made.output
    card = json.loads((tmp_path / "weights" / "likeness.json").read_text())["made"]
    assert card["pairs"]["answered"] > 30 and 0.2 <= card["temperature"] <= 10
    told_apart = Trained(tmp_path / "weights").read("When did it open?", [told("hall"), "No."])
    assert len(told_apart) == 2 and all(0 < chance < 1 for chance, _ in told_apart)
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(case.model_dump_json() + "\n" for case in CASES), encoding="utf-8")
    off = tmp_path / "off.jsonl"
    off.write_text('{"text": "How do volcanoes erupt?", "tier": "far"}\n', encoding="utf-8")
    weights = ["--weights", str(tmp_path / "weights")]
    judged = CliRunner().invoke(
        app, ["reader", "judge", str(cases), *weights, "--outside", str(off), "--set", str(public), *corpus]
    )
    assert judged.exit_code == 0, judged.output
    assert "far: answered" in judged.output and "begins" in judged.output
