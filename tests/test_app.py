"""The command line as a person or a program meets it: what it says where, and its exit status."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import app
from assistant.settings import Settings
from index import generation
from tests.small_corpus import hear_ctrl_c

ROOT = Path(__file__).resolve().parents[1]

# design: the reply of `ask --json`, the HTTP API and the evaluation
REPLY = {
    *("schema", "question", "search_text", "outcome", "reason", "text", "claims", "citations", "notices", "related"),
    *("hits", "suggestions", "engine", "timings_ms"),
}
CITATION = {
    *("number", "passage_id", "source_id", "title", "publisher", "published", "page_index", "page_label", "heading"),
    *("quotes", "passage_text"),
}
HIT = {"passage_id", "source_id", "score", "rank", "found_by", "text"}


@dataclass(frozen=True)
class Told:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.strip().splitlines()


@dataclass(frozen=True)
class Place:
    """A folder of documents, a data folder, and the command line that works on them: in this process, which has the model
    already, or in one of its own."""

    corpus: Path
    data: Path
    scratch: Path
    patched: pytest.MonkeyPatch
    said: pytest.CaptureFixture[str]

    @property
    def environment(self) -> dict[str, str]:
        ours = {"COMMON_GROUND_PATHS__CORPUS": str(self.corpus), "COMMON_GROUND_PATHS__DATA": str(self.data)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMON_GROUND_")}
        return {**kept, **ours, "PYTHONWARNINGS": "ignore", "COLUMNS": "200", "NO_COLOR": "1"}

    def run(self, *arguments: str) -> Told:
        self.said.readouterr()
        with self.patched.context() as patched, pytest.raises(SystemExit) as ended:
            for name in os.environ:
                patched.delenv(name)
            for name, value in self.environment.items():
                patched.setenv(name, value)
            patched.chdir(self.scratch)
            app.app(list(arguments), prog_name="app.py")
        said = self.said.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    def start(self, *arguments: str) -> Told:
        done = subprocess.run(
            [sys.executable, str(ROOT / "app.py"), *arguments],
            cwd=self.scratch, env=self.environment, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        return Told(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def place(
    small_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    """The small corpus, indexed; not to be changed."""
    return Place(small_settings.paths.corpus, small_settings.paths.data, tmp_path, monkeypatch, capsys)


@pytest.fixture
def own(place: Place, tmp_path: Path) -> Place:
    """A copy, to be changed."""
    shutil.copytree(place.corpus, tmp_path / "corpus")
    shutil.copytree(place.data, tmp_path / "data")
    return replace(place, corpus=tmp_path / "corpus", data=tmp_path / "data")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    (tmp_path / "corpus").mkdir()
    return Place(tmp_path / "corpus", tmp_path / "data", tmp_path, monkeypatch, capsys)


# ask


def test_ask_json_prints_one_reply_and_nothing_else(place: Place) -> None:
    told = place.start("ask", "Where does the welcome desk in Bradley stand?", "--json", "--source", "bradley-2010")
    assert told.status == 0, told.err
    reply = json.loads(told.out)
    assert told.err == ""
    assert set(reply) >= REPLY
    assert reply["schema"] == "common-ground/reply/1"
    assert reply["outcome"] == "answered"
    assert "town library" in " ".join(quote["text"] for one in reply["citations"] for quote in one["quotes"])
    assert all(set(one) >= CITATION for one in reply["citations"])
    assert all(set(one) >= HIT and one["source_id"] == "bradley-2010" for one in reply["hits"])
    assert {"writer", "embedding", "index", "version"} <= set(reply["engine"])
    assert {"search", "draft", "verify", "total"} <= set(reply["timings_ms"])
    for one in reply["citations"]:
        assert all(one["passage_text"][quote["start"] : quote["end"]] == quote["text"] for quote in one["quotes"])


def test_ask_shows_the_answer_and_where_it_stands(place: Place) -> None:
    told = place.run("ask", "Who started the first language café in Harbour Town?")
    assert told.status == 0, told.err
    assert "Ewan Ross" in told.out
    assert "[1] Language cafés in Harbour Town, Harbour Trust, 2013" in told.out
    assert ", ," not in told.out


def test_ask_tells_what_it_searched_only(place: Place) -> None:
    told = place.run(
        "ask", "Who ran it, in papers since 2012?", "--kind", "essay", "--until", "2014", "--publisher", "harbour"
    )
    assert told.status == 0, told.err
    assert "Searched only: essay" in told.out
    assert "Searched only: published in 2014 or earlier" in told.out
    assert "Searched only: published by harbour" in told.out
    assert "2012" not in told.out  # the person has set the years


def test_ask_searches_everything_when_told_to(place: Place) -> None:
    question = "What do papers since 2018 say about volunteers?"
    narrowed, whole = (
        json.loads(place.run("ask", question, "--json", *more).out) for more in ([], ["--no-read-filters"])
    )
    (read,) = narrowed["filters"]
    assert (read["field"], read["value"], read["from"], read["words"]) == ("since", "2018", "question", "since 2018")
    assert {hit["source_id"] for hit in narrowed["hits"]} == {"westmoor-2018", "kitchen-2020"}
    assert whole["filters"] == []
    assert len({hit["source_id"] for hit in whole["hits"]}) > 2


def test_ask_names_a_source_that_there_is_not(place: Place) -> None:
    told = place.run("ask", "Where is the desk?", "--json", "--source", "nobody-1999")
    assert (told.status, told.out) == (1, "")
    (line,) = told.lines
    assert "nobody-1999" in line
    assert "bradley-2010" in line


@pytest.mark.parametrize("history", ["[{", '[{"role": "nobody", "content": "x"}]', '{"role": "user"}', None])
def test_ask_says_what_is_wrong_with_a_history(place: Place, history: str | None) -> None:
    if history is not None:
        (place.scratch / "turns.json").write_text(history)
    told = place.run("ask", "And there?", "--history", "turns.json")
    assert (told.status, told.out) == (1, "")
    (line,) = told.lines
    assert "turns.json" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "desk", "--since", "abc"),
        ("ask", "desk", "--since", "99"),
        ("ask",),
        ("ask", "desk", "--sources", "bradley-2010"),
        ("index", "no such folder"),
        ("index", "--rollback", "--dry-run"),
        ("nonsense",),
        ("--nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_no_output(place: Place, arguments: tuple[str, ...]) -> None:
    told = place.run(*arguments)
    assert (told.status, told.out) == (2, "")
    assert "Traceback" not in told.err
    assert told.err


def test_help_names_every_command(place: Place) -> None:
    told = place.run("--help")
    assert told.status == 0
    assert all(command in told.out for command in ("serve", "index", "ask", "doctor"))


def test_a_fault_that_nobody_foresaw_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise RuntimeError("the moon fell down")

    monkeypatch.setattr(app, "app", fails)
    with pytest.raises(SystemExit) as ended:
        app.run()
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "RuntimeError: the moon fell down" in line
    assert "python -X dev app.py" in line


# briefings, records and initiatives


def test_a_briefing_is_written_and_not_written_over(place: Place) -> None:
    told = place.run("brief", "language cafés", "--out", "b.docx")
    assert told.status == 0 and told.out == "Written: b.docx\n"
    assert "Collecting sentences" in told.err
    written = (place.scratch / "b.docx").read_bytes()
    assert written[:2] == b"PK"
    again = place.run("brief", "language cafés", "--out", "b.docx")
    assert again.status == 1 and "--force" in again.err and not again.out
    assert (place.scratch / "b.docx").read_bytes() == written


def test_no_topic_no_briefing(place: Place) -> None:
    told = place.run("brief", "the and of", "--out", "b.md")
    assert told.status == 1 and told.lines[-1].startswith("Nothing was made.") and not told.out
    assert list(place.scratch.iterdir()) == []


def test_an_answer_is_kept_and_asked_again(place: Place) -> None:
    kept = place.run("ask", "Who started the first language café?", "--record", "r.json")
    assert kept.status == 0 and "Ewan Ross" in kept.out
    again = place.run("replay", "r.json", "--json")
    assert again.status == 0 and json.loads(again.out) == {"same_answer": True, "differences": []}
    record = json.loads((place.scratch / "r.json").read_text(encoding="utf-8"))
    record["verdicts"][0]["text"] = "The mayor started it."
    (place.scratch / "r.json").write_text(json.dumps(record), encoding="utf-8")
    other = place.run("replay", "r.json")
    assert other.status == 1 and "gone: The mayor started it." in other.out


def test_a_shelf_without_an_index_of_initiatives_says_so(place: Place) -> None:
    told = place.run("initiatives", "lunch")
    assert told.status == 0 and "no index of initiatives" in told.out


# settings


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[index.serch]\ntop_k = 3\n", "index.serch"),
        ("[index.search]\ntop_k = 0\n", "index.search.top_k"),
        ('[answer]\nrefuse_below = "often"\n', "answer.refuse_below"),
        ("nonsense = 1\n", "nonsense"),
        ("[index\n", "common-ground.toml"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(place: Place, text: str, named: str) -> None:
    (place.scratch / "common-ground.toml").write_text(text)
    told = place.run("doctor", "--json")
    assert (told.status, told.out) == (1, "")
    (line,) = told.lines
    assert named in line


def test_a_settings_file_that_there_is_not_is_named(place: Place) -> None:
    told = place.run("doctor", "--settings", "nowhere.toml")
    assert told.status == 1
    assert "nowhere.toml does not exist" in told.err


# index and doctor


def test_index_json_says_that_nothing_was_done(place: Place) -> None:
    told = place.run("index", "--json")
    assert told.status == 0, told.err
    report = json.loads(told.out)
    assert told.err == ""
    assert (report["embedded"], report["published"], len(report["unchanged"])) == (0, False, 5)


def test_a_dry_run_prints_one_document(place: Place) -> None:
    told = place.run("index", "--dry-run", "--json")
    assert (told.status, told.err) == (0, "")
    planned = json.loads(told.out)
    assert set(planned) == {"added", "replaced", "removed", "unchanged", "skipped", "paths"}
    assert len(planned["unchanged"]) == 5


def test_index_a_dry_run_and_back_again(own: Place) -> None:
    (own.corpus / "garden.txt").write_text("The garden in Bradley is kept by seven families.")
    planned = own.run("index", "--dry-run")
    assert planned.status == 0, planned.err
    assert planned.out.splitlines()[0] == "Would add: garden"
    assert planned.out.splitlines()[-1] == "Nothing was changed."

    done = own.run("index")
    assert done.status == 0, done.err
    assert done.out.splitlines()[0] == "Added: garden"
    assert "1 texts embedded" in done.out or "1 text embedded" in done.out

    back = own.run("index", "--rollback")
    assert back.status == 0, back.err
    assert "gen-0001 serves again instead of gen-0002: 5 documents" in back.out
    again = own.run("index", "--rollback")
    assert (again.status, again.out) == (1, "")
    assert "There is no earlier index to go back to" in again.err

    told = own.run("doctor", "--json")
    assert told.status == 1
    assert json.loads(told.out)["sound"] is False


def test_doctor_finds_a_sound_index_sound(place: Place) -> None:
    told = place.run("doctor")
    assert told.status == 0, told.out
    assert "A welcome desk in Bradley" in told.out
    assert told.out.splitlines()[-1] == "Everything is sound."
    assert json.loads(place.run("doctor", "--json").out)["sound"] is True


def test_doctor_finds_a_damaged_index_unsound(own: Place) -> None:
    file = own.data / "gen-0001" / "tokens" / "tokens-0.i8"
    file.write_bytes(file.read_bytes()[:-1])
    told = own.run("doctor")
    assert told.status == 1
    assert "FAULT: gen-0001/tokens/tokens-0.i8 is not as it was published" in told.out


def test_doctor_says_what_to_do_when_there_is_nothing(empty: Place) -> None:
    told = empty.run("doctor")
    assert told.status == 1
    assert "Run: python app.py index" in told.out


def test_output_that_nobody_reads_on_ends_quietly(place: Place) -> None:
    command = f"{sys.executable} {ROOT / 'app.py'} doctor | true"
    done = subprocess.run(
        ["bash", "-c", command], cwd=place.scratch, env=place.environment, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert done.stderr == ""


def test_ctrl_c_while_indexing_leaves_what_served_and_the_next_run_finishes(own: Place) -> None:
    for n in range(8):
        words = " ".join(f"garden{n} family{n * 7 + m} water" for m in range(20))
        (own.corpus / f"garden{n}.txt").write_text(f"The garden number {n}. {words}.")
    command = [sys.executable, str(ROOT / "app.py"), "index"]
    with subprocess.Popen(
        command,
        cwd=own.scratch,
        env=own.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    ) as running:
        assert running.stderr
        for line in running.stderr:
            if line.startswith("garden1.txt"):
                break
        running.send_signal(signal.SIGINT)
        started = time.monotonic()
        rest = running.stderr.read()
        status = running.wait(60)
    assert time.monotonic() - started < 20
    assert status == 130
    assert "Stopped. What was finished is kept; the next run goes on from there." in rest
    assert "Traceback" not in rest
    serving = generation.current(own.data)
    assert serving and serving.name == "gen-0001"
    generation.check(serving)
    finished = json.loads(own.run("index", "--json").out)
    assert 0 < len(finished["added"]) < 8  # one at least was stored before the interruption
    assert len(finished["added"]) + len(finished["unchanged"]) == 13
