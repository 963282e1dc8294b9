import json

import pytest
from typer.testing import CliRunner

from eval import cli
from eval.errors import EvalError
from eval.folder import Made, RunFolder
from eval.generate import generate
from tests.eval.builders import GOLD, case, reply_dict

CASES = [case(id="a"), case(id="b", question="How many were there in spring?")]


@pytest.fixture
def place(tmp_path):
    """A corpus, a file of cases and a folder of replies, as a run of the assistant leaves them."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "shelf.txt").write_text(GOLD)
    (tmp_path / "cases.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in CASES))
    folder = RunFolder(tmp_path / "run")
    folder.open_for(Made({}, {}, {}), fresh=False)
    generate(CASES, lambda one: reply_dict(GOLD), folder)
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def score(place, *more):
    return invoke("score", place / "cases.jsonl", "--out", place / "run", "--corpus", place / "corpus", *more)


def test_score_prints_the_figures_and_where_the_report_is(place):
    done = score(place)
    assert done.exit_code == 0
    assert "Answers right" in done.stdout
    assert (place / "run" / "report.html").is_file()


def test_json_prints_one_document_and_nothing_else(place):
    assert json.loads(score(place, "--json").stdout)["verdicts"] == {"right": 2}


def test_a_run_compared_with_itself_differs_in_nothing(place):
    score(place)
    found = json.loads(invoke("compare", place / "run", place / "run", "--json").stdout)
    assert found["better"] == found["worse"] == []
    assert invoke("compare", place / "run", place / "run").exit_code == 0


def test_the_gate_ends_with_0_or_1(place):
    score(place)
    summary = place / "run" / "summary.json"
    assert invoke("gate", summary, place / "run").exit_code == 0
    worse = json.loads(summary.read_text())
    worse["unknown_links"] = 1
    (place / "worse.json").write_text(json.dumps(worse))
    failed = invoke("gate", summary, place / "worse.json", "--json")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["passed"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["score", "--out", "x"],
        ["score", "cases.jsonl", "--split", "dev", "--out", "x"],
        ["run", "cases.jsonl", "--out", "x", "--workers", "0"],
        ["compare", "one.toml", "two.toml"],
        ["compare", "one.txt", "two.txt"],
        ["nonsense"],
    ],
)
def test_wrong_use_ends_with_2(arguments):
    assert invoke(*arguments).exit_code == 2


def test_a_fault_is_one_line_and_ends_with_1(monkeypatch, capsys):
    def fails():
        raise EvalError("cases.jsonl, line 3: field must_contain[0] is odd")

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "Error: cases.jsonl, line 3: field must_contain[0] is odd\n"
