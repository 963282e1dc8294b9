"""PDF files: pages and their numbers, columns, heads and feet, notes, headings, tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import Document
from tests.ingest.files import Piece, paragraph, pdf

Read = Callable[..., Document]

LONG = (
    "Integration happens where people live and work and learn, and so the work of councils and charities matters more "
    "than any plan that is made far away from the streets in which it is to be carried out."
)


# Pages of a real document differ: lines that stand on all of them are running heads.
OTHER = [
    "Fewer than half of the people asked had heard of the plan, and of those most could not say what was in it.",
    "Volunteers teach English in the evening, because most of the newcomers work or care for children by day.",
    "Halifax and Boston were visited in the summer, when the school halls were free and the weather was kind.",
    "Nobody had counted how many of them stayed for longer than a year, though everybody had an opinion on it.",
    "Trust grows slowly: the second meeting was better than the first, and by the tenth they cooked together.",
]


def body(text: str, top: float = 700, **more: float) -> list[Piece]:
    return paragraph(text, 72, top, **more)  # type: ignore[arg-type]


def test_pages_are_counted_and_labelled_as_printed(read: Read) -> None:
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 1 >>] >>"
    pages = [body(f"{OTHER[n]} {LONG}") for n in range(3)]
    (section,) = read("report.pdf", pdf(pages, labels)).sections
    assert (section.where.page_index, section.where.page_label) == (1, "i")
    assert [(start.index, start.label) for start in section.page_starts] == [(2, "ii"), (3, "1")]
    assert section.text[section.page_starts[1].offset :].startswith(OTHER[2])


def test_no_label_is_made_up(read: Read) -> None:
    (section,) = read("report.pdf", pdf([body(LONG)])).sections
    assert (section.where.page_index, section.where.page_label) == (1, None)


def test_a_sentence_goes_on_over_running_heads_and_page_numbers(read: Read) -> None:
    pages = []
    for n in range(1, 6):
        head = "Annual report 2019" if n % 2 else "The Society"
        pages.append(
            [(72, 800, 8, head), *body(f"next page. {OTHER[n - 1]} It goes on and on, to the"), (300, 30, 8, str(n))]
        )
    (section,) = read("report.pdf", pdf(pages)).sections
    assert section.text.count("It goes on and on, to the next page.") == 4
    assert "Annual report" not in section.text
    assert "The Society" not in section.text
    assert set(section.cuts) == {start.offset for start in section.page_starts}


def test_two_columns_drawn_row_by_row_are_read_one_after_the_other(read: Read) -> None:
    left = [row[3] for row in paragraph("LEFT begins here. " + LONG, 0, 0, letters=40)]
    right = [row[3] for row in paragraph("RIGHT begins here. " + LONG, 0, 0, letters=40)]
    page: list[Piece] = [(72, 760, 18, "A heading over both of the columns of this page")]
    for n, (a, b) in enumerate(zip(left, right, strict=False)):
        page += [(72, 700 - 12 * n, 10, a), (320, 700 - 12 * n, 10, b)]
    document = read("columns.pdf", pdf([page]))
    (section,) = document.sections
    assert document.metadata.title == "A heading over both of the columns of this page"
    assert section.text.index("LEFT") < section.text.index("far away") < section.text.index("RIGHT")
    assert section.text.startswith("LEFT begins here. " + LONG[:60])


def test_headings_by_size_and_weight(read: Read) -> None:
    page: list[Piece] = [
        (72, 780, 24, "Living together"),
        *body(LONG, 740),
        (72, 690, 14, "What we did", "F2"),
        *body(LONG, 670),
        (72, 620, 10, "Whom we met", "F2"),
        *body(LONG, 605),
        (72, 560, 14, "What we found", "F2"),
        *body(LONG, 540),
    ]
    document = read("report.pdf", pdf([page]))
    assert document.metadata.title == "Living together"
    assert [section.where.heading for section in document.sections] == [
        (),
        ("What we did",),
        ("What we did", "Whom we met"),
        ("What we found",),
    ]


def test_footnotes_leave_the_sentence_and_keep_their_page(read: Read) -> None:
    first: list[Piece] = [
        (72, 700, 10, "People in towns such as Halifax met often, as the study of them shows in detail for the"),
        (72, 688, 10, "years before and after it, in which much was different from what had been expected,"),
        (72, 676, 10, "and they helped each other."),
        (196, 679, 6, "1"),
        (205, 676, 10, "In 2012 there were 1 200 of them, who came from all the parts of"),
        (72, 100, 7, "1 Smith, J. 2013. Moving. Available from the Society, which has printed it"),
        (72, 92, 7, "in two volumes."),
    ]
    second: list[Piece] = [(72, 700, 10, "the town and beyond it."), *body(LONG, 670)]
    body_section, notes = read("notes.pdf", pdf([first, second])).sections
    assert (
        "helped each other. In 2012 there were 1 200 of them, who came from all the parts of the town"
        in body_section.text
    )
    assert (notes.kind, notes.where.page_index) == ("notes", 1)
    assert notes.text.startswith("1. Smith, J. 2013. Moving. Available from the Society, which has printed it in two")
    at = body_section.text.index("the town and beyond")
    assert (body_section.page_starts[0].offset, body_section.page_starts[0].index) == (at, 2)
    assert at in body_section.cuts


def test_a_raised_two_after_a_unit_is_no_note(read: Read) -> None:
    page: list[Piece] = [
        (72, 700, 10, "The hall has 300 m"),
        (160, 703, 6, "1"),
        (166, 700, 10, "of floor and is used daily."),
    ]
    (section,) = read("hall.pdf", pdf([page])).sections
    assert section.cuts == ()
    assert "m1" in section.text.replace(" ", "")


def test_a_new_paragraph_is_seen_by_its_indent_or_the_gap(read: Read) -> None:
    text = "All of them liked to come to the old school hall in the town each day."
    page: list[Piece] = [(72, 700, 10, text), (90, 688, 10, text), (72, 676, 10, text), (72, 650, 10, text)]
    (section,) = read("paragraphs.pdf", pdf([page])).sections
    assert [len(part.split(". ")) for part in section.text.split("\n\n")] == [1, 2, 1]


def test_a_table_is_one_block(read: Read) -> None:
    page: list[Piece] = [*body(LONG)]
    for n, row in enumerate([("Year", "People", "Towns"), ("2011", "300", "4"), ("2012", "400", "5")]):
        page += [(72 + 120 * m, 600 - 12 * n, 10, cell) for m, cell in enumerate(row)]
    page += body(LONG, 500)
    sections = read("table.pdf", pdf([page])).sections
    assert [section.kind for section in sections] == ["text", "table", "text"]
    assert sections[1].text == "Year | People | Towns\n2011 | 300 | 4\n2012 | 400 | 5"


def test_words_broken_at_line_ends_are_mended(read: Read) -> None:
    page: list[Piece] = [
        (72, 700, 10, "The community met. It is a strong commu-"),
        (72, 688, 10, "nity, with well-known people, and the well-"),
        (72, 676, 10, "known hall stands in the middle of it."),
    ]
    (section,) = read("hyphens.pdf", pdf([page])).sections
    assert "a strong community, with well-known people, and the well-known hall" in section.text


@pytest.mark.parametrize(
    ("title", "shown"), [("Living well together", "Living well together"), ("report_v3.indd", "a")]
)
def test_titles_of_programs_are_not_believed(read: Read, title: str, shown: str) -> None:
    data = pdf([body(LONG)])
    info = f"<< /Title ({title}) /CreationDate (D:20190101000000Z) >>".encode()
    data = data.replace(b"/Root 1 0 R >>", b"/Root 1 0 R /Info " + info + b" >>")
    metadata = read("a.pdf", data).metadata
    assert (metadata.title, metadata.published) == (shown, "")


def test_a_heading_with_nothing_under_it_keeps_its_own_page(read: Read) -> None:
    pages: list[list[Piece]] = [
        [(72, 780, 14, "What we did", "F2"), *body(OTHER[0], 760), (72, 700, 14, "Part two", "F2")],
        [(72, 780, 14, "What we found", "F2"), *body(OTHER[1], 760)],
    ]
    did, two, found = read("report.pdf", pdf(pages)).sections
    assert (two.text, two.where.heading, two.where.page_index) == ("Part two", (), 1)
    assert (did.where.page_index, found.where.page_index) == (1, 2)
