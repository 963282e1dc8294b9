"""The frame of the experiments: how one is called, and what is kept of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import Field
from typer.testing import CliRunner

from eval import cli
from eval.errors import EvalError
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.record import Record, carry_out, read_records, table, write_record
from eval.hold.registry import EXPERIMENTS, experiment


class Tosses(Sizes):
    tosses: int = Field(100, ge=1)


def toss(sizes: Tosses, run: Run) -> Findings:
    for n in range(sizes.tosses):
        run.tell("tossing", n, sizes.tosses)
        (run.scratch / f"{n}.txt").write_text(str(run.seed))
    landed = len(list(run.scratch.iterdir()))
    lost = none_of("coins lost", ["coin | 7"] if run.seed == 13 else [], landed)
    return Findings((lost, Promise("coins", "some", str(landed), landed > 0)), {"landed": landed})


COINS = Experiment("coins", Tosses, toss)


def invoke(*arguments: str):
    return CliRunner().invoke(cli.app, ["hold", *arguments])


def held(seed: int = 1) -> Record:
    return carry_out(COINS, Tosses(tosses=3), seed)


def test_what_is_kept_says_how_to_make_it_again(tmp_path: Path) -> None:
    record = held()
    path = write_record(record, tmp_path / "held")
    assert path.name == "coins.json"
    assert record.command == "python -m eval hold coins --seed 1 --size tosses=3"
    assert json.loads(path.read_text())["figures"] == {"landed": 3}
    assert {"date", "commit", "machine", "packages", "seconds"} <= set(json.loads(path.read_text()))
    assert read_records(tmp_path / "held") == [record]


def test_the_default_sizes_are_not_repeated_in_the_command() -> None:
    assert carry_out(COINS, Tosses(), 2).command == "python -m eval hold coins --seed 2"


def test_progress_is_told_and_the_scratch_folder_is_gone() -> None:
    told: list[tuple[str, int, int]] = []
    places: list[Path] = []

    def look(sizes: Tosses, run: Run) -> Findings:
        places.append(run.scratch)
        return toss(sizes, run)

    carry_out(Experiment("coins", Tosses, look), Tosses(tosses=2), 1, lambda *step: told.append(step))
    assert told == [("tossing", 0, 2), ("tossing", 1, 2)]
    assert not places[0].exists()


def test_a_promise_that_is_not_kept_stands_out_in_the_table() -> None:
    assert held().kept
    broken = held(seed=13)
    assert not broken.kept
    first, second = table([broken]).splitlines()[2:]
    assert (
        first
        == "| coins lost | 0 of 3 | **NOT KEPT: 1 of 3: coin / 7** | `python -m eval hold coins --seed 13 --size tosses=3` |"
    )
    assert second == "| coins | some | 3 | ″ |"


def test_a_file_that_is_no_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("{}")
    with pytest.raises(EvalError, match="odd.json is no record of an experiment"):
        read_records(tmp_path)


def test_the_experiments_are_listed() -> None:
    done = invoke()
    assert done.exit_code == 0
    assert all(name in done.stdout for name in EXPERIMENTS)


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_every_experiment_that_is_listed_is_there(name: str) -> None:
    assert experiment(name).name == name
    assert experiment(name).sizes()


def test_wrong_use_says_what_there_is() -> None:
    unknown = invoke("krill")
    assert unknown.exit_code == 2
    assert "there is no experiment krill" in unknown.stderr
    misspelt = invoke("kill", "--size", "randem=3")
    assert misspelt.exit_code == 2
    assert "randem" in misspelt.stderr and "random=60" in misspelt.stderr


def test_the_records_that_are_kept_can_be_read_and_were_made_with_the_experiments_of_today() -> None:
    records = read_records(Path(cli.__file__).parent / "held")
    assert records
    for record in records:
        sizes = experiment(record.name).sizes
        assert set(record.sizes) == set(sizes.model_validate(record.sizes).model_dump())
