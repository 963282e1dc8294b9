"""Other people's question sets, read from small ones of our own in their form."""

import json

import openpyxl
import pytest
from typer.testing import CliRunner

from eval import cli
from eval.errors import CaseError, EvalError
from eval.load import read_cases
from eval.others.model import sampled, write_others
from eval.others.recognise import read_others
from eval.sources import read_sources

PARAGRAPH = "The ferry first crossed in 1931. It carried forty passengers, and a dog."


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "harbour.txt").write_text(PARAGRAPH)
    (tmp_path / "shelf" / "catalogue.toml").write_text(
        '[[document]]\nid = "harbour-1931"\nfile = "harbour.txt"\ntitle = "The Harbour"\n'
    )
    return tmp_path / "shelf"


def squad_file(place, asked):
    data = [{"title": "The_Ferry", "paragraphs": [{"context": PARAGRAPH, "qas": asked}]}]
    (place / "set.json").write_text(json.dumps({"version": "v2.0", "data": data}))
    return place / "set.json"


def lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def sheet(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


HEAD = ("Question", "Expected answer", "Expected source")


def test_squad_gives_the_sentence_of_the_answer_and_its_wordings(tmp_path):
    answers = [
        {"text": "forty", "answer_start": PARAGRAPH.index("forty")},
        {"text": "forty passengers", "answer_start": 44},
    ]
    asked = [
        {"id": "a", "question": "How many did it carry?", "is_impossible": False, "answers": answers},
        {"id": "b", "question": "Who built it?", "is_impossible": True, "answers": []},
    ]
    found = read_others(squad_file(tmp_path, asked), tmp_path)
    first, second = found.cases
    assert first.gold_quotes == ("It carried forty passengers, and a dog.",)
    assert first.must_contain == (("forty", "forty passengers"),)
    assert (second.kind, second.answerable) == ("near_miss_unanswerable", False)
    assert [paper.title for paper in found.papers] == ["The Ferry"]


def test_the_folder_form_of_squad_gives_the_same(tmp_path):
    lines(tmp_path / "corpus.jsonl", {"id": "F#0", "title": "The_Ferry", "text": PARAGRAPH})
    lines(tmp_path / "queries.jsonl", {"id": "a", "text": "When?", "paragraph": "F#0", "unanswerable": False})
    lines(tmp_path / "answers.jsonl", {"id": "a", "spans": [[PARAGRAPH.index("1931"), "1931"]]})
    (one,) = read_others(tmp_path, tmp_path).cases
    assert one.gold_quotes == ("The ferry first crossed in 1931.",)


def test_what_is_written_can_be_read_as_cases_about_the_written_documents(tmp_path):
    asked = [{"id": "a", "question": "When?", "answers": [{"text": "1931", "answer_start": PARAGRAPH.index("1931")}]}]
    cases, corpus = write_others(read_others(squad_file(tmp_path, asked), tmp_path), tmp_path / "out")
    (one,) = read_cases([cases], read_sources(corpus))
    assert one.gold_sources == ("the-ferry",)


def test_conversations_keep_their_earlier_turns_and_leave_out_talk(tmp_path):
    context = {"document_id": "ferry 1", "title": "The Ferry", "text": PARAGRAPH}
    talk = [{"speaker": "user", "text": "Tell me of the ferry."}, {"speaker": "agent", "text": "It crosses."}]
    asked = {"speaker": "user", "text": "And how many could it take?"}
    path = lines(
        tmp_path / "set.jsonl",
        {"task_id": "c<::>1", "input": talk[:1], "contexts": [], "Answerability": ["UNANSWERABLE"], "targets": []},
        {
            "task_id": "c<::>2",
            "input": [*talk, asked],
            "contexts": [context],
            "Answerability": ["ANSWERABLE"],
            "targets": [{"speaker": "agent", "text": "It carried forty passengers and one dog."}],
        },
        {"task_id": "c<::>3", "input": talk[:1], "contexts": [context], "Answerability": ["CONVERSATIONAL"]},
    )
    found = read_others(path, tmp_path)
    first, second = found.cases
    assert not first.answerable
    assert [turn.role for turn in second.history] == ["user", "assistant"]
    assert second.gold_quotes == ("It carried forty passengers, and a dog.",)
    assert found.left_out == ("1 turns marked conversational",)


def test_a_sheet_says_what_to_look_for(tmp_path, shelf):
    path = sheet(
        tmp_path / "mine.xlsx",
        HEAD,
        ("When did it first cross?", "1931", "The Harbour"),
        ("What did it carry?", "It carried forty passengers, and a dog.", "harbour.txt"),
        ("Who captained it?", "Not in the documents", None),
        ("What do they say?", "They hold, in so many words, that the ferry of Captain Ames began in 1931.", None),
    )
    first, second, third, fourth = read_others(path, shelf).cases
    assert (first.must_contain, first.gold_sources) == ((("1931",),), ("harbour-1931",))
    assert second.gold_quotes == ("It carried forty passengers, and a dog.",)
    assert not third.answerable
    assert fourth.must_contain == (("1931",), ("Captain Ames",))


def test_a_sheet_with_semicolons_from_an_old_program_is_read(tmp_path, shelf):
    (tmp_path / "mine.csv").write_bytes("Question;Answer\nWho’s aboard?;a dog\n".encode("cp1252"))
    (one,) = read_others(tmp_path / "mine.csv", shelf).cases
    assert one.question == "Who’s aboard?"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Frage", "Antwort")], "expected the columns"),
        ([HEAD], "no row below"),
        ([HEAD, ("", "1931", "")], "row 2: the column question is empty"),
        ([HEAD, ("When?", "1931", "The Pier")], "row 2: expected source: there is no document 'The Pier'"),
        (
            [HEAD, ("Why?", "because people wanted to get across without a long detour", "")],
            "row 2: the expected answer",
        ),
    ],
)
def test_a_sheet_that_cannot_be_used_names_the_row(tmp_path, shelf, rows, said):
    with pytest.raises(CaseError, match=said):
        read_others(sheet(tmp_path / "mine.xlsx", *rows), shelf)


def test_what_is_no_set_is_refused_with_the_forms_there_are(tmp_path, shelf):
    (tmp_path / "broken.xlsx").write_bytes(b"PK no book")
    (tmp_path / "notes.md").write_text("hello")
    (tmp_path / "bad.json").write_text('{"data": [{"title": "x"}]}')
    for name, said in [
        ("broken.xlsx", "cannot be read"),
        ("notes.md", "unknown form"),
        ("bad.json", "data.0.paragraphs"),
    ]:
        with pytest.raises(CaseError, match=said):
            read_others(tmp_path / name, shelf)
    with pytest.raises(CaseError, match=r"no answers\.jsonl"):
        lines(tmp_path / "corpus.jsonl", {})
        lines(tmp_path / "queries.jsonl", {})
        read_others(tmp_path, shelf)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "out" / "corpus").mkdir(parents=True)
    (tmp_path / "out" / "corpus" / "mine.txt").write_text("mine")
    with pytest.raises(EvalError, match="holds other files"):
        write_others(read_others(squad_file(tmp_path, []), tmp_path), tmp_path / "out")


def test_a_sample_is_the_same_for_the_same_seed(tmp_path):
    asked = [{"id": str(n), "question": "Who?", "is_impossible": True} for n in range(50)]
    found = read_others(squad_file(tmp_path, asked), tmp_path)
    drawn = sampled(found, 5, seed=3)
    assert drawn == sampled(found, 5, seed=3) != sampled(found, 5, seed=4)
    assert len(drawn.cases) == 5 and sampled(found, 500, seed=3) == found


def test_a_set_is_asked_and_judged_in_one_command_and_a_case_replayed(tmp_path):
    asked = [
        {"id": "a", "question": "When did the ferry first cross?", "answers": [{"text": "1931", "answer_start": 27}]},
        {"id": "b", "question": "What is the capital of Mongolia?", "is_impossible": True},
    ]
    out = tmp_path / "out"
    done = CliRunner().invoke(cli.app, ["others", str(squad_file(tmp_path, asked)), "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["cases"] == 2
    at = [str(out / "cases.jsonl"), "--corpus", str(out / "corpus")]
    told = CliRunner().invoke(cli.app, ["replay", str(out), "a", *at, "--json"])
    steps = json.loads(told.stdout)
    assert steps["Asked"] == ["When did the ferry first cross?"]
    assert any(line.startswith("*") for line in steps["Found"])
    assert steps["Judged"] == ["right"]
    nobody = CliRunner().invoke(cli.app, ["replay", str(out), "z", *at])
    assert isinstance(nobody.exception, EvalError) and "'z'" in str(nobody.exception)
