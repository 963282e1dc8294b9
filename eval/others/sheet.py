"""A sheet somebody keeps (CSV or Excel): question, expected answer, expected source -> cases about documents on a shelf.

An expected answer is free text, so it is turned into what can be looked for: a short one must be said as it stands; words
that stand in the documents become a gold quote; of a longer answer its figures and names must be said. What cannot be
looked for so is judged by the source that is cited, and stands in the case's note for a person to read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import openpyxl

from eval.errors import CaseError
from eval.model import Case, Kind
from eval.others.model import Others
from eval.sources import Sources
from eval.words import collapse, content_words
from ingest.encodings import decode

_COLUMNS = {
    "question": ("question", "query", "prompt"),
    "answer": ("expected answer", "answer", "expected", "reference answer", "reference", "ideal answer"),
    "source": ("expected source", "source", "document", "expected document", "file"),
    "kind": ("kind", "type", "category"),
    "id": ("id", "number", "no", "case"),
}
_NO_ANSWER = re.compile(
    r"(?:none|n/?a|-+|(?:it is |it's )?not (?:answered|answerable|in (?:the )?(?:documents?|sources?|reports?))|no answer|unanswerable|refuse|should (?:refuse|decline))\.?",
    re.I,
)
_SAID_AS_IT_STANDS = 4  # content words
_FIGURE = re.compile(r"[£$€]?\d[\d,.]*\d|[£$€]?\d")
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w’'-]+(?: (?:(?:of|for|and|the) )?[A-Z][\w’'-]+)*")
_MOST_GROUPS = 6


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the sheet, counted as the sheet counts it."""

    number: int
    cells: Mapping[str, str]


def read_sheet(path: Path, sources: Sources, names: Mapping[str, str]) -> Others:
    """`names` leads from what a document is called (its id, file name or title, in small letters) to its id. Raises
    CaseError that names the row and the column."""
    rows = _rows(path)
    return Others((), tuple(_case(path, row, sources, names) for row in rows))


def _rows(path: Path) -> list[_Row]:
    lines = list(_excel(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path))
    if not lines:
        raise CaseError(f"{path} is empty; expected a first row with the names of the columns.")
    head = _head(path, lines[0])
    rows = [
        _Row(n, {name: line[at].strip() for name, at in head.items() if at < len(line)})
        for n, line in enumerate(lines[1:], 2)
    ]
    kept = [row for row in rows if any(row.cells.values())]
    if not kept:
        raise CaseError(f"{path} has no row below the names of the columns.")
    return kept


def _excel(path: Path) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets through whatever zip and XML say of a broken file
        raise CaseError(f"{path} cannot be read as an Excel file ({error}); save it anew as .xlsx or .csv.") from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if cell is None else str(cell) for cell in row]


def _csv(path: Path) -> Iterator[list[str]]:
    text = decode(path.read_bytes())
    first = text.split("\n", 1)[0]
    yield from csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count))


def _head(path: Path, cells: Sequence[str]) -> dict[str, int]:
    told = [" ".join(cell.replace("_", " ").split()).casefold() for cell in cells]
    found = {name: told.index(said) for name, known in _COLUMNS.items() for said in reversed(known) if said in told}
    if "question" not in found or not {"answer", "source"} & found.keys():
        raise CaseError(
            f"{path}: the first row names {', '.join(cell for cell in told if cell) or 'nothing'}; expected the columns "
            "question, expected answer and expected source (one of the two will do)."
        )
    return found


def _case(path: Path, row: _Row, sources: Sources, names: Mapping[str, str]) -> Case:
    question, answer = row.cells.get("question", ""), row.cells.get("answer", "")
    if not question:
        raise CaseError(f"{path}, row {row.number}: the column question is empty; expected what is to be asked.")
    named = _source(path, row, names)
    answerable = bool(answer or named) and not _NO_ANSWER.fullmatch(answer)
    quotes = (collapse(answer),) if answerable and _stands(answer, named, sources) else ()
    groups = _groups(answer) if answerable and answer else ()
    if answerable and not (groups or quotes or named):
        raise CaseError(
            f"{path}, row {row.number}: the expected answer holds no figure, name or short wording that could be looked "
            "for, and no source is named; shorten it, or fill in the column expected source."
        )
    return Case(
        id=row.cells.get("id") or f"row-{row.number}",
        kind=_kind(path, row, answerable),
        question=question,
        answerable=answerable,
        gold_sources=named if answerable else (),
        gold_quotes=quotes,
        must_contain=groups,
        note=f"Expected: {answer}" if answer else "",
    )


def _source(path: Path, row: _Row, names: Mapping[str, str]) -> tuple[str, ...]:
    said = [part.strip() for part in re.split(r"[;|\n]", row.cells.get("source", "")) if part.strip()]
    unknown = [one for one in said if one.casefold() not in names]
    if unknown:
        known = ", ".join(sorted(set(names.values())))
        raise CaseError(
            f"{path}, row {row.number}: expected source: there is no document {unknown[0]!r}; there are: {known}."
        )
    return tuple(dict.fromkeys(names[one.casefold()] for one in said))


def _kind(path: Path, row: _Row, answerable: bool) -> Kind:
    said = row.cells.get("kind", "").casefold().replace(" ", "_").replace("-", "_")
    known: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    return known.get(said, "fact" if answerable else "unanswerable")


def _stands(answer: str, named: Sequence[str], sources: Sources) -> bool:
    return len(answer.split()) >= 4 and any(sources.holds(id_, answer) for id_ in named or sources.texts)


def _groups(answer: str) -> tuple[tuple[str, ...], ...]:
    """What must be said of an expected answer; empty when it is a whole sentence without a figure or a name."""
    if len(content_words(answer)) <= _SAID_AS_IT_STANDS:
        return ((answer.rstrip(" ."),),)
    said = dict.fromkeys((*_FIGURE.findall(answer), *_NAME.findall(answer)))
    return tuple((one,) for one in list(said)[:_MOST_GROUPS])
