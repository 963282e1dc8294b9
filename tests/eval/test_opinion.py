"""A language model's opinion of a run: what it is asked, what its words come to, and that without it there is no score."""

import json
import re

import pytest

from assistant.endpoint import LLMSettings
from assistant.llm import load_llm
from eval.cli import PROMPTS
from eval.errors import EvalError
from eval.folder import RunFolder
from eval.gate import faults
from eval.hold.talking import Script, talking_server
from eval.judge import Judged, judge
from eval.opinion.judge import Judge, read_judge
from eval.opinion.opinions import opinions
from eval.reply import Reply
from eval.score import score
from eval.sources import Sources
from tests.assistant.scripted import ScriptedLLM
from tests.eval.builders import GOLD, OTHER, case, reply_dict, unanswerable

SHELF = Sources({"shelf": f"{GOLD} {OTHER}"})
HERE = LLMSettings(endpoint="http://127.0.0.1:1/v1", model="careful-one")
BOTH = {"text": "Eleven centres opened.", "citations": [1, 2], "state": "supported"}
TWO_SOURCES = reply_dict(GOLD, OTHER, claims=[BOTH])


def judged(one, reply):
    read = Reply.model_validate(reply)
    return Judged(one, read, judge(one, read, SHELF))


def reads(prompt):
    """A judge that finds a statement borne out where its quotation speaks of welcome centres, and no answer right."""
    if "Quotation:" not in prompt:
        return "Wrong."
    quotes = re.search(r"Quotation:\n(.*)\nStatement:", prompt, re.S).group(1)
    return "Yes, it is." if "welcome centres" in quotes else "No."


def opinion_of(tmp_path, says, *replies):
    asked = Judge(ScriptedLLM(says), HERE, PROMPTS, tmp_path / "opinions.jsonl")
    return opinions([judged(*pair) for pair in replies], asked)


def test_a_citation_counts_when_the_statement_needs_it(tmp_path):
    found = opinion_of(tmp_path, reads, (case(), TWO_SOURCES), (case(id="c2"), reply_dict(OTHER)))
    # The first statement is borne out, by the first of its two citations alone; the second is not borne out at all.
    assert found.figures["citation_recall"].value == 1 / 2
    assert found.figures["citation_precision"].value == round(1 / 3, 6)


def test_where_no_citation_bears_it_out_alone_each_is_needed(tmp_path):
    def together(prompt):
        if "Quotation:" not in prompt:
            return "right"
        return "yes" if GOLD in prompt and OTHER in prompt else "no"

    found = opinion_of(tmp_path, together, (case(), TWO_SOURCES))
    assert found.figures["citation_precision"].value == 1


def test_its_verdict_stands_beside_that_of_the_rules(tmp_path):
    refused = reply_dict(outcome="not_in_documents", text="The documents do not say.")
    found = opinion_of(tmp_path, reads, (case(), reply_dict(GOLD)), (case(id="c2"), refused), (unanswerable(), refused))
    assert (found.figures["answers_right"].value, found.figures["answers_right"].cases) == (0, 2)
    assert found.figures["agreement"].value == 1 / 2  # of one mind on the refusal alone


@pytest.mark.parametrize("says", ["Perhaps.", "", "<think>yes, no, right", "Nothing, yesterday, rightly"])
def test_a_case_on_which_it_gives_no_word_is_left_out(tmp_path, says):
    found = opinion_of(tmp_path, says, (case(), reply_dict(GOLD)))
    assert (found.cases, found.silent, found.fault) == (0, 1, "")
    assert found.figures["citation_recall"].value is None


# over HTTP, as part of a run


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path)
    made.outcomes.write_text(json.dumps({"id": "c1", "reply": reply_dict(GOLD)}) + "\n")
    return made


def scored(folder, endpoint, **fields):
    settings = LLMSettings.model_validate({"endpoint": endpoint, "model": "m", "retries": 0, **fields})
    asked = Judge(load_llm(settings), settings, PROMPTS, folder.opinions)
    return score([case()], folder, SHELF, lambda cases: opinions(cases, asked))


def test_the_summary_names_the_model_and_its_prompts_and_the_headline_is_as_without(folder):
    script = Script(["No", "t quite: ", "yes", ", all", " right"])
    with talking_server(script) as endpoint:
        found = scored(folder, endpoint, key="secret")
        again = scored(folder, endpoint, key="secret")
    assert found == again and len(script.asked) == 2, "what was said is not asked again"
    assert found.judge.model == "m"
    assert sorted(found.judge.prompts) == ["judge-answer", "judge-support"]
    assert found.judge.figures["answers_right"].value == 1
    plain = score([case()], folder, SHELF)
    assert (found.headline, plain.judge) == (plain.headline, None)
    assert faults(plain, found) == []
    assert not any("secret" in file.read_text() for file in folder.path.iterdir())


def test_an_endpoint_that_is_down_gives_no_score_and_says_so(folder):
    with talking_server(Script()) as endpoint:
        pass
    found = scored(folder, endpoint)
    assert {one.value for one in found.judge.figures.values()} == {None}
    assert found.judge.fault.startswith("The judge m could not be reached. Score again when it can be asked")
    assert found.headline["answers_right"].value == 1
    page = (folder.path / "report.html").read_text()
    assert "No score. The judge m could not be reached." in page
    assert "No score: The judge m could not be reached." in (folder.path / "report.md").read_text()


# the file that names it


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "field endpoint: expected the address and the model of a judge, found none"),
        ('endpoint = "http://127.0.0.1:1/v1"', "field endpoint, model: give endpoint and model together"),
        ('endpoint = "http://127.0.0.1:1/v1"\nmodel = "m"\nmodle = 1', "field modle: Extra inputs are not permitted"),
        ("endpoint = ", "cannot be read as a settings file of a judge"),
    ],
)
def test_what_is_wrong_with_it_is_named(tmp_path, text, says):
    file = tmp_path / "judge.toml"
    file.write_text(text)
    with pytest.raises(EvalError, match=re.escape(says)):
        read_judge(file)


def test_its_key_is_taken_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("EVAL_JUDGE_KEY", "sk-mine")
    file = tmp_path / "judge.toml"
    file.write_text('endpoint = "http://127.0.0.1:1/v1"\nmodel = "m"')
    assert read_judge(file).key.get_secret_value() == "sk-mine"
