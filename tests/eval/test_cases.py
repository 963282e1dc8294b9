"""The project's own cases: they can be judged, the documents bear them out, and what is tuned on is not reported on."""

import json
from pathlib import Path

import pytest

from eval.alike import asked, near_copies
from eval.load import read_cases
from eval.sources import read_sources

ROOT = Path(__file__).parents[2]
CASES = ROOT / "eval" / "cases"
FILES = sorted(CASES.glob("*.jsonl"))
PROJECT = [CASES / f"{name}.jsonl" for name in ("dev", "test", "tune")]


def needs(*paths):
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        pytest.skip(f"{', '.join(absent)} is not there yet")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_case_is_whole_and_every_gold_quote_stands_in_its_source(path):
    assert read_cases([path], read_sources(ROOT / "corpus"))


def test_what_is_tuned_on_and_what_is_reported_on_share_no_id():
    needs(*PROJECT)
    assert read_cases(PROJECT)


@pytest.mark.parametrize("tuned_on", ["dev", "tune"])
def test_what_is_tuned_on_holds_no_near_copy_of_what_is_reported_on(tuned_on):
    needs(CASES / f"{tuned_on}.jsonl", CASES / "test.jsonl")
    tuned, reported = ([asked(case) for case in read_cases([CASES / f"{name}.jsonl"])] for name in (tuned_on, "test"))
    assert near_copies(tuned, reported) == []


@pytest.mark.parametrize("file", ["questions.jsonl", "unanswerable.jsonl"])
def test_no_case_is_a_near_copy_of_a_question_the_index_was_given(file):
    questions = ROOT / "corpus" / file
    needs(questions)
    if not FILES:
        pytest.skip("there are no cases yet")
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    given = [question for line in lines for question in line["questions"]]
    asked_in_cases = sorted({case.question for path in FILES for case in read_cases([path])})
    assert near_copies(asked_in_cases, given) == []


def test_near_misses_name_what_the_documents_do_say_and_no_answer():
    near = [case for path in FILES for case in read_cases([path]) if case.kind == "near_miss_unanswerable"]
    if not near:
        pytest.skip("there are no near misses yet")
    assert [case.id for case in near if case.answerable or case.must_contain] == []
