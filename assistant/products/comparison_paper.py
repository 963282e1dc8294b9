"""A Comparison on paper, as a sheet of values, and as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from assistant.products.brief_paper import OURS
from assistant.products.comparison import Comparison
from assistant.products.notes import long_date, made_by, notes, notice_words, source_line
from assistant.products.paper import Block, Grid, Heading, Line, Paper, Paragraph, Piece, numbers_of, quoted, words
from ingest.model import Metadata

NOTHING = "nothing found"
# A cell that begins so would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def comparison_paper(comparison: Comparison, shelf: Mapping[str, Metadata]) -> Paper:
    numbers = numbers_of(comparison.citations)
    return Paper(
        title=f"{comparison.topic[:1].upper()}{comparison.topic[1:]}: what each source says",
        under=f"Table of {long_date(comparison.asked)}. {OURS} “{NOTHING.capitalize()}” means that no sentence close "
        "enough was found, not that there is none.",
        blocks=tuple(_blocks(comparison, numbers, shelf)),
        notes=notes(comparison.citations, shelf),
        made=made_by(comparison.asked, comparison.engine),
        wide=True,
    )


def _blocks(comparison: Comparison, numbers: Mapping[str, int], shelf: Mapping[str, Metadata]) -> Iterator[Block]:
    yield _grid(comparison, numbers)
    if comparison.silent:
        silent = "; ".join(voice.name for voice in comparison.silent)
        yield Paragraph(words(f"Not in the table, because nothing as close to the topic was found in them: {silent}."))
    if comparison.notices:
        yield Heading("Changed since, or to be read with care")
        yield from (Paragraph((Piece(notice_words(n), notes=n.citations),), "item") for n in comparison.notices)
    yield Heading("Sources")
    for source_id in (id_ for voice in comparison.columns for id_ in voice.sources):
        about = shelf[source_id]
        yield Paragraph((Piece(f"{about.title}. ", "strong"), Piece(source_line(about, comparison.asked))), "item")


def _grid(comparison: Comparison, numbers: Mapping[str, int]) -> Grid:
    empty: tuple[Line, ...] = (words(NOTHING, "quiet"),)
    rows = tuple(
        (
            (words(row.theme[:1].upper() + row.theme[1:]),),
            *(
                tuple(quoted(claim, numbers) for claim in row.cells.get(voice.id, ())) or empty
                for voice in comparison.columns
            ),
        )
        for row in comparison.rows
    )
    head = ("Theme", *(voice.name for voice in comparison.columns))
    return Grid(head, rows, (0.6, *(1.6 for _ in comparison.columns)))


def as_csv(comparison: Comparison, shelf: Mapping[str, Metadata]) -> str:
    """One line for each sentence: theme, source, date, words, where it stands. Begins with a byte-order mark, so that
    Excel reads the quotation marks aright."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(("theme", "source", "published", "words", "where"))
    where = notes(comparison.citations, shelf)
    numbers = numbers_of(comparison.citations)
    for row in comparison.rows:
        for voice in comparison.columns:
            for claim in row.cells.get(voice.id, ()):
                passage = claim.quotes[0].passage
                about = shelf[passage.source_id]
                cells = (row.theme, about.title, about.published, claim.text, where[numbers[passage.id]])
                sheet.writerow(tuple(map(_inert, cells)))
    return "\ufeff" + out.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
