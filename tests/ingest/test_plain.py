"""Plain text: encodings, pages, hyphens, lists and what is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import Document, UnreadableFile
from ingest.encodings import decode

Read = Callable[..., Document]

WORDS = "Café owners’ views – naïve, perhaps – on “integration” cost £20."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(read: Read, encoding: str) -> None:
    assert read("views.txt", (WORDS + "\r\n").encode(encoding)).sections[0].text == WORDS


def test_one_stray_byte_costs_one_letter(read: Read) -> None:
    document = read("views.txt", (WORDS * 3).encode() + b" \xff end")
    assert document.sections[0].text.startswith(WORDS)
    assert document.sections[0].text.endswith("end")


def test_form_feeds_count_pages(read: Read) -> None:
    text = "The first page ends in the middle of\x0ca sentence that goes on.\x0cThe third page has its own text."
    (section,) = read("report.txt", text).sections
    assert section.text.startswith("The first page ends in the middle of a sentence that goes on.")
    assert section.where.page_index == 1
    assert [(start.index, section.text[start.offset :][:6]) for start in section.page_starts] == [
        (2, "a sent"),
        (3, "The th"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A multi-cultural town is commu-\nnity work. The community meets.",
            "A multi-cultural town is community work.",
        ),
        ("We met non-white and white people, and non-\nwhite ones.", "and non-white ones."),
        ("Unheard-of Xyzzy-\nfoo things happen.", "Xyzzy-foo things"),
        ("Two- and three-\nyear plans, and one two-\nor four-year plan.", "and one two- or four-year plan."),
        ("They inte\u00ad\ngrate quickly.", "They integrate quickly."),
        ("They were wel\u00adcome here.", "They were welcome here."),
        ("An e\ufb03cient o\ufb03ce \ufb01nds\u00a0it.", "An efficient office finds it."),
        (
            "See https://example.org/a_long_\npath_name.html for more.",
            "See https://example.org/a_long_path_name.html for",
        ),
    ],
)
def test_line_ends_and_characters(read: Read, text: str, expected: str) -> None:
    assert expected in read("page.txt", text).sections[0].text


def test_hidden_characters_go(read: Read) -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore")
    assert read("page.txt", f"Plain\u200b words{tags} only\u202e.").sections[0].text == "Plain words only."


@pytest.mark.parametrize("mark", ["•", "▪", "\uf0b7", "-", "*", "–"])
def test_whatever_stands_for_a_bullet_becomes_one(read: Read, mark: str) -> None:
    text = (
        f"We found two things:\n{mark} Many people volunteer in\ntheir town.\n{mark} Few are asked to.\n\nThat is all."
    )
    assert read("list.txt", text).sections[0].text == (
        "We found two things:\n\n• Many people volunteer in their town.\n• Few are asked to.\n\nThat is all."
    )


def test_a_dash_that_begins_a_wrapped_line_is_no_bullet(read: Read) -> None:
    text = "Government has sought to tackle these challenges\n– but there has never been a policy\n– or a plan."
    assert read("dash.txt", text).sections[0].text == text.replace("\n", " ")


def test_a_figure_is_no_footnote_mark(read: Read) -> None:
    text = (
        "In 2012 about 37% of 2,500 people moved.1 Of them 13 came by 1.5 miles, on the A4.\n"
        "They used the M25 in 2012.2 It was widened to 4 lanes.\n\n1\n2\n\nSmith, J. 2013. Moving.\nIbid.\n"
    )
    body, notes = read("notes.txt", text).sections
    assert body.text == (
        "In 2012 about 37% of 2,500 people moved. Of them 13 came by 1.5 miles, on the A4. They used the M25 in 2012. It "
        "was widened to 4 lanes."
    )
    assert len(body.cuts) == 2
    assert notes.text == "1. Smith, J. 2013. Moving.\n\n2. Ibid."


def test_numbers_that_are_no_notes_stay(read: Read) -> None:
    text = "The lab studied Covid19 and vitamin B12 in 2020. Over 300 people took part.\n\nGroup7 did best."
    assert read("numbers.txt", text).sections[0].text == text


def test_a_table_drawn_with_bars_is_one_table(read: Read) -> None:
    text = "Numbers by year.\n\n| Year | People |\n|------|--------|\n| 2011 | 300 |\n| 2012 | 400 |\n\nThey rose."
    sections = read("table.txt", text).sections
    assert [section.kind for section in sections] == ["text", "table", "text"]
    assert sections[1].text == "Year | People\n2011 | 300\n2012 | 400"


def test_a_box_inside_a_sentence_does_not_break_it(read: Read) -> None:
    wide = "The council decided after a long debate in the chamber that evening to make use of the old\n"
    narrow = "Volunteers meet in the park\nevery week to talk and dig,\nand all of them like it well.\n"
    text = wide * 4 + f"\nCASE STUDY\n\nPark Talk\n\n{narrow}\nschool for it. That was not all.\n" + wide * 3
    sections = read("box.txt", text).sections
    assert [section.kind for section in sections] == ["text", "case_study", "text"]
    assert sections[0].text.endswith("to make use of the old school for it. That was not all.")
    assert sections[1].where.heading == ("CASE STUDY", "Park Talk")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b" \n\t\n", "empty"), (b"\xef\xbb\xbf\n", "empty"), (b"---- ***\n", "no text")],
)
def test_a_file_without_words_says_so(tmp_path, read: Read, data: bytes, reason: str) -> None:  # type: ignore[no-untyped-def]
    from ingest import scan

    (tmp_path / "x.txt").write_bytes(data)
    skipped = scan(tmp_path).skipped
    if skipped:
        assert reason in skipped[0].reason
        assert skipped[0].advice
    else:
        with pytest.raises(UnreadableFile, match=reason):
            read("x.txt", data)


def test_a_short_western_text_is_not_taken_for_another_script():
    assert decode("Who’s there? Jos\xe9’s caf\xe9.".encode("cp1252")) == "Who’s there? José’s café."
