import json

import pytest

from eval.errors import CaseError
from eval.load import cases_digest, question_digests, read_cases
from eval.sources import Sources, read_sources
from ingest.errors import IngestError
from tests.eval.builders import GOLD, case

SHELF = Sources({"shelf": f"Before. {GOLD} After."})


def write(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    return path


def fields(**changes):
    return case().model_dump(mode="json") | changes


def test_cases_of_two_files_are_read_in_order(tmp_path):
    one, two = write(tmp_path / "a.jsonl", fields(id="a")), write(tmp_path / "b.jsonl", "", fields(id="b"))
    assert [found.id for found in read_cases([one, two], SHELF)] == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "facts"}, "field kind: Input should be 'fact', 'figure'"),
        ({"answerable": "perhaps"}, "field answerable: "),
        ({"questoin": "?"}, "field questoin is not known; expected id, kind, question"),
        ({"question": "  "}, "field question: "),
        ({"must_contain": [[]]}, "field must_contain: expected groups of one or more alternatives"),
        ({"must_contain": ["eleven"]}, "field must_contain.0: "),
        ({"must_not_contain": [""]}, "field must_not_contain: expected words"),
        (
            {"history": [{"role": "system", "content": "x"}]},
            "field history.0.role: Input should be 'user' or 'assistant'",
        ),
        ({"gold_sources": [], "gold_quotes": [], "must_contain": []}, "an answerable case needs gold_sources"),
        ({"gold_quotes": ["These words stand nowhere."]}, "field gold_quotes: these words do not stand in shelf"),
        ({"gold_sources": ["attic"]}, "field gold_sources: no document 'attic'; expected shelf"),
    ],
)
def test_a_bad_line_names_the_file_the_line_the_field_and_what_was_expected(tmp_path, change, told):
    path = write(tmp_path / "cases.jsonl", fields(id="good"), fields(id="bad", **change))
    with pytest.raises(CaseError) as error:
        read_cases([path], SHELF)
    assert str(error.value).startswith(f"{path}, line 2")
    assert told in str(error.value)


def test_a_missing_field_is_named(tmp_path):
    line = fields()
    del line["question"]
    with pytest.raises(CaseError, match="line 1: field question is missing"):
        read_cases([write(tmp_path / "cases.jsonl", line)])


def test_a_line_that_is_no_json_is_named(tmp_path):
    with pytest.raises(CaseError, match="line 2: field the whole line: Invalid JSON"):
        read_cases([write(tmp_path / "cases.jsonl", fields(), '{"id": ')])


def test_an_id_used_twice_names_both_places(tmp_path):
    one, two = write(tmp_path / "a.jsonl", fields()), write(tmp_path / "b.jsonl", fields(id="b"), fields())
    with pytest.raises(CaseError, match=r"b.jsonl, line 2: field id: 'c1' is used already in .*a.jsonl, line 1"):
        read_cases([one, two])


def test_an_empty_and_an_absent_file_are_errors(tmp_path):
    with pytest.raises(CaseError, match="is empty"):
        read_cases([write(tmp_path / "empty.jsonl", "")])
    with pytest.raises(CaseError, match="is not a file"):
        read_cases([tmp_path / "absent.jsonl"])


def test_a_file_that_is_not_utf_8_is_an_error(tmp_path):
    (tmp_path / "latin.jsonl").write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(CaseError, match="is not UTF-8"):
        read_cases([tmp_path / "latin.jsonl"])


def test_only_whitespace_may_differ_between_a_gold_quote_and_its_source(tmp_path):
    broken = Sources({"shelf": GOLD.replace(" eleven", "\n  eleven")})
    path = write(tmp_path / "cases.jsonl", fields())
    with pytest.raises(CaseError):
        read_cases([path], Sources({"shelf": GOLD.replace("eleven", "Eleven")}))
    assert broken.holds("shelf", GOLD) is False  # the texts of Sources are collapsed when read
    assert read_cases([path], Sources({"shelf": " ".join(broken.texts["shelf"].split())}))


def test_sources_are_read_under_the_ids_of_the_catalogue(tmp_path):
    (tmp_path / "old name.txt").write_text("One\n  line.")
    (tmp_path / "plain.md").write_text("Another.")
    (tmp_path / "README.md").write_text("Not a source.")
    (tmp_path / "catalogue.toml").write_text('[[document]]\nid = "shelf"\nfile = "old name.txt"\n')
    assert read_sources(tmp_path).texts == {"shelf": "One line.", "plain": "Another."}
    assert read_sources(tmp_path).holds("elsewhere", "One") is None


def test_a_corpus_that_is_no_folder_is_an_error(tmp_path):
    with pytest.raises(IngestError, match="There is no folder"):
        read_sources(tmp_path / "absent")


def test_the_digest_of_the_questions_outlives_a_change_of_judgement():
    old, judged, asked = case(), case(must_contain=[["twelve"]]), case(question="Another?")
    assert question_digests([old]) == question_digests([judged]) != question_digests([asked])
    assert cases_digest([old]) != cases_digest([judged])
    assert cases_digest([old]) == cases_digest([case(note="a remark")])


def test_what_has_no_width_does_not_part_words_of_a_source(tmp_path):
    (tmp_path / "one.txt").write_text("Leaders\u2014\u200b\u200bmany of them\ufeff came.", encoding="utf-8")
    assert read_sources(tmp_path).holds("one", "Leaders\u2014many of them came.")
    assert not read_sources(tmp_path).holds("one", "Leaders\u2014 many of them came.")
    assert read_sources(tmp_path).holds("one", "Leaders\u2014\u200bmany of them came.")
