import csv
import json

import pytest

from eval.errors import EvalError, FolderError
from eval.folder import Made, RunFolder
from eval.gate import read_summary
from eval.generate import generate
from eval.load import question_digests
from eval.score import score
from eval.sources import Sources
from tests.eval.builders import GOLD, OTHER, case, citation, hits, reply_dict, unanswerable

SHELF = Sources({"shelf": f"{GOLD} {OTHER}"})
TRICKY = "=Is <b>this</b> [1] shown as it stands?"
CASES = [
    case(id="right"),
    case(id="lost", kind="figure", question=TRICKY),
    case(id="half", kind="list", must_contain=[["eleven"], ["lottery"]]),
    unanswerable(id="declined"),
    unanswerable(id="fooled", kind="near_miss_unanswerable"),
]
REPLIES = {
    "right": reply_dict(GOLD, confidence=0.9),
    "lost": reply_dict(OTHER, confidence=0.4),
    "half": reply_dict(GOLD, confidence=0.7),
    "declined": reply_dict(outcome="not_in_documents", text="The documents do not say."),
    "fooled": reply_dict(OTHER, confidence=0.2),
}
FILES = ("scores.jsonl", "summary.json", "scores.csv", "report.html", "report.md")


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path)
    machine = {"processor": "Abacus", "cores": 2, "python": "3.11"}
    made.open_for(Made({"settings": {"top_k": 5}}, machine, question_digests(CASES)), fresh=False)
    generate(CASES, lambda one: REPLIES[one.id], made)
    return made


def test_scoring_twice_gives_the_same_files(folder):
    score(CASES, folder, SHELF)
    first = {name: (folder.path / name).read_bytes() for name in FILES}
    score(CASES, folder, SHELF)
    assert first == {name: (folder.path / name).read_bytes() for name in FILES}


def test_the_order_in_which_replies_came_does_not_matter(folder):
    first = score(CASES, folder, SHELF)
    lines = folder.outcomes.read_text().splitlines()
    folder.outcomes.write_text("\n".join(lines[::-1]) + "\n")
    assert score(CASES, folder, SHELF) == first


def test_the_summary_counts_what_happened(folder):
    found = score(CASES, folder, SHELF)
    assert found.verdicts == {"right": 2, "wrong": 2, "partly": 1}
    assert found.faults == {"chosen and not said": 1, "not found": 1, "wrongly answered": 1}
    assert found.headline["right"].value == 2 / 5
    assert found.headline["quote_exactness"].value == 1
    assert [row.name for row in found.by_kind][:2] == ["fact", "figure"]
    assert [(row.name, row.cases) for row in found.by_source] == [("shelf", 3)]
    assert found.times["total"]["p50"].value == 20
    assert "fact (1)" in found.cautions[0]


def test_the_summary_can_be_read_back(folder):
    found = score(CASES, folder, SHELF)
    assert json.loads(folder.summary.read_text())["schema"] == "common-ground/eval/1"
    assert read_summary(folder.path) == found


def test_the_report_names_every_failing_case_and_shows_text_as_text(folder):
    score(CASES, folder, SHELF)
    page = (folder.path / "report.html").read_text()
    assert all(f'id="case-{name}"' in page for name in ("lost", "half", "fooled"))
    assert 'id="case-right"' not in page
    assert "=Is &lt;b&gt;this&lt;/b&gt; [1] shown" in page
    assert "<b>this</b>" not in page
    assert '<html lang="en-GB">' in page
    assert "http://www.w3.org/2000/svg" in page
    assert page.count("<caption>") == page.count("<table")
    assert page.count("<title>") == 1 + page.count("<svg")


def test_the_report_needs_nothing_from_elsewhere(folder):
    score(CASES, folder, SHELF)
    page = (folder.path / "report.html").read_text()
    assert not any(mark in page for mark in ("<link", "src=", "@import", "url("))


def test_a_spreadsheet_runs_nothing(folder):
    score(CASES, folder, SHELF)
    rows = {row["id"]: row for row in csv.DictReader((folder.path / "scores.csv").open())}
    assert rows["lost"]["question"].startswith("'=")
    assert rows["right"]["first_gold_rank"] == "1"
    assert rows["declined"]["ndcg_10"] == ""


def test_a_case_without_a_reply_is_named(folder):
    with pytest.raises(EvalError, match=r"No reply yet to 1 cases \(late"):
        score([*CASES, case(id="late")], folder, SHELF)


def test_a_reply_that_cannot_be_judged_is_named(folder):
    bad = reply_dict(GOLD) | {"hits": [{"rank": "first", "source_id": "x", "text": "y"}]}
    folder.outcomes.write_text(json.dumps({"id": "c1", "reply": bad}) + "\n")
    with pytest.raises(EvalError, match="The reply to c1 cannot be judged: field hits.0.rank"):
        score([case()], folder, SHELF)


def test_an_inexact_quote_and_an_unknown_link_are_shown(folder):
    one = case(id="slip")
    slip = reply_dict(GOLD, citations=[citation("Made up.")], text="See [4].", hits=hits(GOLD))
    folder.outcomes.write_text(json.dumps({"id": "slip", "reply": slip}) + "\n")
    found = score([one], folder, SHELF)
    assert found.headline["quote_exactness"].value == 0
    assert found.unknown_links == 1
    assert "Made up. · [4]" in (folder.path / "report.html").read_text()


def test_no_case_failing_is_said(folder):
    score(CASES[:1], folder, SHELF)
    assert "Every question was handled rightly." in (folder.path / "report.html").read_text()


def test_replies_to_a_question_that_was_changed_since_are_not_judged(folder):
    changed = CASES[0].model_copy(update={"question": "Something else?"})
    with pytest.raises(FolderError, match="replies to earlier questions of right"):
        score([changed], folder, SHELF)
    rejudged = CASES[0].model_copy(update={"must_contain": (("nowhere",),)})
    assert score([rejudged], folder, SHELF).verdicts == {"wrong": 1}
