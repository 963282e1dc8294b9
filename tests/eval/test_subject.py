"""The evaluation and the assistant together, over two small documents."""

import pytest

from assistant.settings import load_settings
from eval.folder import RunFolder
from eval.generate import generate
from eval.load import read_cases
from eval.score import score
from eval.sources import read_sources
from eval.subject import broken_reply, identity, open_subject, over
from tests.eval.builders import case, unanswerable

LIBRARY = """Welcome centres in the county

The county opened eleven welcome centres in the spring of 2019. Each centre is run by two librarians and a volunteer
interpreter. Most visitors come to ask about English classes and about registering with a doctor.
"""
CLUB = """The boat club

The boat club teaches rowing to newcomers on Sunday mornings. Lessons are free, and lunch is shared afterwards.
"""
CASES = [
    case(
        id="centres",
        question="How many welcome centres did the county open?",
        gold_sources=["library"],
        gold_quotes=["The county opened eleven welcome centres in the spring of 2019."],
    ),
    unanswerable(id="rain", question="What is the capital of Mongolia?"),
]


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "library.txt").write_text(LIBRARY)
    (tmp_path / "corpus" / "club.txt").write_text(CLUB)
    return tmp_path / "corpus"


def test_the_assistant_is_asked_and_its_replies_can_be_judged(corpus, tmp_path):
    folder = RunFolder(tmp_path / "run")
    with open_subject(CASES, None, corpus) as subject:
        folder.open_for(subject.made, fresh=False)
        assert generate(CASES, subject.ask, folder) == 2
    found = score(CASES, folder, read_sources(corpus))
    assert found.headline["any_gold_recall_5"].value == 1
    assert found.headline["quote_exactness"].value in (1, None)
    assert found.outcomes.keys() <= {"answered", "partly_answered", "not_in_documents", "out_of_scope"}
    assert "total" in found.times


def test_another_corpus_gets_an_index_of_its_own(corpus):
    settings = load_settings()
    assert over(settings, settings.paths.corpus) is settings
    assert over(settings, corpus).paths.data == corpus / ".common-ground"


def test_the_identity_of_a_run_holds_settings_and_no_place():
    told = identity(load_settings())["settings"]
    assert told["index"]["search"]["top_k"] > 0
    assert "paths" not in told


def test_a_question_that_breaks_the_assistant_is_a_reply_of_its_own():
    broken = broken_reply(CASES[0], ValueError("odd"), 0.5)
    assert (broken["outcome"], broken["text"]) == ("error", "ValueError: odd")
    assert broken["timings_ms"] == {"total": 500}


def test_the_cases_of_the_tests_stand_in_their_documents(corpus, tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(one.model_dump_json() + "\n" for one in CASES))
    assert len(read_cases([path], read_sources(corpus))) == 2
