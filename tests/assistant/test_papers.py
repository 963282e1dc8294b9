"""Papers in Word and Markdown, and records of answers."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.products.markdown import as_markdown
from assistant.products.paper import Grid, Heading, Paper, Paragraph, Piece, words
from assistant.products.record import difference_lines, make_record, read_record, replay, same_answer
from assistant.products.word import as_word
from assistant.settings import AnswerSettings
from index.model import Filters
from index.open import OpenIndex

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = 'a\x00b <w:p/> ]]> & "q" \ufffe'
PAPER = Paper(
    "A title",
    "under it",
    (
        Heading("First"),
        Paragraph((Piece("“Words.”", notes=(1,)), Piece(" and "), Piece("more", "strong", (2, 1)))),
        Paragraph(words(HOSTILE), "item"),
        Grid(("Theme", "A"), (((words("x"),), ((Piece("said", notes=(3,)),), words("quiet", "quiet"))),)),
    ),
    {1: "One report", 2: f"Two {HOSTILE}", 3: "Three"},
    "made today",
)


@pytest.fixture(scope="module")
def small(small_index: OpenIndex) -> Assistant:
    return Assistant(small_index.searcher, AnswerSettings(), engine={"index": small_index.fingerprint})


# Word


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(as_word(PAPER))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def ids(xml: bytes, tag: str) -> list[str]:
    return [one.get(f"{W}id", "") for one in ElementTree.fromstring(xml).iter(f"{W}{tag}")]


def test_footnotes_are_a_part_of_the_file_and_are_told_to_word(parts: dict[str, bytes]) -> None:
    assert b"wordprocessingml.footnotes+xml" in parts["[Content_Types].xml"]
    assert b'Target="footnotes.xml"' in parts["word/_rels/document.xml.rels"]
    assert ids(parts["word/settings.xml"], "footnote") == ["-1", "0"]


def test_each_note_is_one_footnote_where_it_is_first_used(parts: dict[str, bytes]) -> None:
    assert ids(parts["word/document.xml"], "footnoteReference") == ["1", "2", "3"]
    assert ids(parts["word/footnotes.xml"], "footnote") == ["-1", "0", "1", "2", "3"]
    texts = ["".join(note.itertext()) for note in ElementTree.fromstring(parts["word/footnotes.xml"])]
    assert texts[2] == " One report" and texts[4] == " Three"


def test_a_note_used_again_refers_to_its_footnote(parts: dict[str, bytes]) -> None:
    fields = re.findall(r"NOTEREF (\w+)", parts["word/document.xml"].decode())
    marks = re.findall(r'bookmarkStart w:id="\d+" w:name="(\w+)"', parts["word/document.xml"].decode())
    assert fields == ["_Note1"] and set(fields) <= set(marks)


def test_the_settings_keep_the_order_that_the_standard_asks(parts: dict[str, bytes]) -> None:
    names = [child.tag.removeprefix(W) for child in ElementTree.fromstring(parts["word/settings.xml"])]
    assert names.index("footnotePr") < names.index("compat")


def test_the_file_opens_again_with_its_words() -> None:
    document = Document(io.BytesIO(as_word(PAPER)))
    assert [p.text for p in document.paragraphs][:3] == ["A title", "under it", "First"]
    assert document.tables[0].cell(0, 0).text == "Theme"
    assert document.core_properties.title == "A title"


# Markdown


def test_markdown_has_marks_and_notes_and_nothing_that_formats() -> None:
    text = as_markdown(PAPER)
    assert "“Words.” [1] and **more** [2][1]" in text
    assert "\\[3\\] Three" in text
    assert "<w:p/>" not in text and "\\<w:p/\\>" in text


# records


def kept(assistant: Assistant, question: str, **asked: Any) -> Any:
    return make_record(assistant, assistant.ask(question, **asked), **asked)


def test_the_same_question_gives_the_same(small: Assistant, tmp_path: Path) -> None:
    record = kept(small, "Who started the first language café?", filters=Filters(since=2010))
    (tmp_path / "r.json").write_text(record.json_text())
    again = read_record(tmp_path / "r.json")
    assert again == record
    assert again.verdicts[0].verdict == "quoted" and again.verdicts[0].quotes
    now, found = replay(small, again)
    assert found == [] and same_answer(found)
    assert now.text == record.text
    assert difference_lines(record, found)[0].startswith("The same")


def test_what_differs_is_named_with_its_cause(small: Assistant, small_index: OpenIndex) -> None:
    record = kept(small, "What did the organisers of the welcome desk learn?")
    other = Assistant(small_index.searcher, AnswerSettings(refuse_below=1.0), engine=small.engine)
    _, found = replay(other, record)
    assert {one.what for one in found} >= {"settings", "outcome", "statements"}
    assert any("refuse_below was 0.38, is 1.0" in one.words for one in found)
    assert not same_answer(found)
    assert difference_lines(record, found)[0].startswith("The answer differs")


def test_a_document_that_was_changed_or_is_gone_is_named(small: Assistant) -> None:
    record = kept(small, "Who started the first language café?")
    first = record.documents[0]
    old = record.model_copy(
        update={
            "documents": (
                first.model_copy(update={"sha256": "0"}),
                first.model_copy(update={"source_id": "lost-1999"}),
                *record.documents[2:],
            )
        }
    )
    said = [one.words for one in replay(small, old)[1] if one.what == "documents"]
    assert len(said) == 3
    assert any("another file" in line for line in said) and any("no longer" in line for line in said)


@pytest.mark.parametrize(
    "spoil", [lambda d: "nonsense", lambda d: json.dumps({**d, "schema": "other/1"}), lambda d: "{}"]
)
def test_what_is_no_record_is_said(small: Assistant, tmp_path: Path, spoil: Callable[[dict], str]) -> None:
    record = json.loads(kept(small, "Who started the first language café?").json_text())
    (tmp_path / "r.json").write_text(spoil(record))
    with pytest.raises(AssistantError, match="The record .* is not usable: .* Expected what --record has written"):
        read_record(tmp_path / "r.json")


def test_a_record_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="cannot be read"):
        read_record(tmp_path / "none.json")
