"""Lines of text with footnotes in between -> the lines without them, and the notes, each with its number if certain.

Footnotes reach us in three shapes: a column of bare numbers followed by the notes without them; notes that lost even
that column (it was taken for page numbers); and notes that begin with their number. In all three the marks in the text
tell what to look for: they rise by one through the document, glued to the word or the full stop before them. A number
that is not the next mark is content and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice

from ingest.lines import Line
from ingest.measure import column, word_fits
from ingest.paragraphs import run_together
from ingest.prose import Prose

_NUMBER = re.compile(r"\d{1,3}")
_GLUED = re.compile(
    r"""(?: (?<=[a-zà-ÿ]{2}) | (?<=[A-Z]{4}) | (?<=[^\d\s][.,;:?!’”'")\]]) )  # a word or what closes a sentence
        (\d{1,3}) (?= [\s.,;:?!’”'")\]—] | $ )""",
    re.VERBOSE,
)
_APART = re.compile(r"(?<=[.?!’”'\")\]]) (\d{1,3})$")
_SECOND = re.compile(r"(?:,| |, )(\d{1,3})(?= |$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:pp?|no|nos|vol|ch|s|ss|art|fig|para|paras|c|v|col)\.|\b(?:pp?|no|vol|ch)\. ?)$", re.I
)
_REFERENCE = re.compile(
    r"\b(?:19|20)\d\d[a-z]?\)?[.,;:)]|\bibid\b|\bop\.? ?cit|\bavailable (?:from|at)\b|https?://|\bwww\.|\bsee for example\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?!available (?:from|at)\b|http|www\.)(?-i:[A-Z‘“\"'(À-Þ])", re.IGNORECASE)
_COMPLETE = re.compile(r"(?:[.?!)’”/]|\bibid|://\S*[^\s_=&?-])$", re.IGNORECASE)
_LEAP = 3  # marks may be missing from the text (in a picture, in a table); more than this many are not


@dataclass(frozen=True, slots=True)
class Note:
    """One footnote. `number` is None when it is not certain which. `line` is the index, among the lines that are left,
    of the one that holds its mark, or else of the last before the note."""

    prose: Prose
    number: int | None
    line: int


@dataclass(frozen=True, slots=True)
class _Expected:
    """The numbers that the notes must have. The numbers of a column stand as far apart as the notes do: `brief` are
    those directly above the next, so their notes take up two lines at most."""

    numbers: Sequence[int]
    brief: frozenset[int] = frozenset()

    def allows(self, starts: Sequence[int]) -> bool:
        lengths = zip(self.numbers, starts, starts[1:], strict=False)
        return all(end - start <= 2 for number, start, end in lengths if number in self.brief)


@dataclass(slots=True)
class _Scan:
    """Where the pass through the lines stands."""

    kept: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)  # number -> index in `kept`
    waiting: list[int] = field(default_factory=list)  # marks met whose notes are still to come
    last: int = 0
    cut: bool = False

    def keep(self, line: Line) -> None:
        self.kept.append(replace(line, prose=line.prose.cut_before()) if self.cut else line)
        self.cut = False


def take_out(lines: Sequence[Line], known: Counter[str]) -> tuple[list[Line], list[Note]]:
    """Body lines and notes. Bare numbers that are no note's are page numbers: they go too. `known`: see `hyphens`."""
    columns = _columns(lines)
    highest = max((number for run in columns.values() for number in run), default=0)
    pages = _page_numbers(lines, columns)
    scan, at = _Scan(), 0
    while at < len(lines):
        line = lines[at]
        if at in columns:
            numbers = sorted({*scan.waiting, *columns[at]})
            at = _take_notes(
                scan, lines, at + len(columns[at]), _Expected(numbers, _brief(lines, at, columns[at])), known
            )
        elif line.new_page and scan.waiting and _REFERENCE.search(line.text):
            at = _take_notes(scan, lines, at, _Expected(scan.waiting), known)
        elif at in pages:
            scan.cut, at = True, at + 1
        else:
            scan.keep(_unmarked(line, scan, highest))
            at += 1
    return scan.kept, scan.notes


def _columns(lines: Sequence[Line]) -> dict[int, list[int]]:
    """Runs of bare numbers, rising by one, that were marks in the text since the run before: start index -> numbers."""
    found: dict[int, list[int]] = {}
    since = at = 0
    while at < len(lines):
        run = _run(lines, at)
        text = "\n".join(line.text for line in lines[since:at]) if run else ""
        if run and sum(_is_marked(number, text) for number in run) * 2 >= len(run):
            found[at] = run
            since = at
        at += max(1, len(run))
    return found


def _run(lines: Sequence[Line], at: int) -> list[int]:
    run: list[int] = []
    for line in islice(lines, at, None):
        if not _NUMBER.fullmatch(line.text) or (run and int(line.text) != run[-1] + 1):
            break
        run.append(int(line.text))
    return run


def _is_marked(number: int, text: str) -> bool:
    return any(int(found.group(1)) == number for pattern in (_GLUED, _APART) for found in pattern.finditer(text))


def _page_numbers(lines: Sequence[Line], columns: dict[int, list[int]]) -> set[int]:
    """Numbers with nothing beside them, if together they rise as page numbers do; figures in a table do not."""
    taken = {n for start, run in columns.items() for n in range(start, start + len(run))}
    alone = [n for n, line in enumerate(lines) if _NUMBER.fullmatch(line.text) and n not in taken and _alone(lines, n)]
    values = [int(lines[n].text) for n in alone]
    return set(alone) if all(a < b for a, b in zip(values, values[1:], strict=False)) else set()


def _alone(lines: Sequence[Line], at: int) -> bool:
    after = lines[at + 1] if at + 1 < len(lines) else None
    below = after is None or after.gap or after.new_page
    return (at == 0 or lines[at].gap or lines[at].new_page) and below


def _take_notes(scan: _Scan, lines: Sequence[Line], start: int, expected: _Expected, known: Counter[str]) -> int:
    """Take the notes that begin at `start`; the index of the first line behind them."""
    end = _end_of_notes(lines, start, len(expected.numbers))
    home = len(scan.kept) - 1
    for number, prose in pair(lines[start:end], expected, known):
        scan.notes.append(Note(_unpaged(prose), number, scan.marks.get(number or 0, home)))
    scan.last = max([scan.last, *expected.numbers])
    scan.waiting = []
    scan.cut = True
    return end


def _brief(lines: Sequence[Line], at: int, numbers: Sequence[int]) -> frozenset[int]:
    return frozenset(number for n, number in enumerate(numbers[:-1], start=at) if not lines[n + 1].gap)


def _unpaged(prose: Prose) -> Prose:
    """A space in front of a note is no page's start: see `lines`."""
    return replace(prose, pages=tuple(page for page in prose.pages if page.index is not None))


def _end_of_notes(lines: Sequence[Line], start: int, count: int) -> int:
    """Notes run to the page's end; where that cannot be seen, to the blank line after the last of them."""
    for at in range(start + 1, len(lines)):
        line = lines[at]
        if line.new_page or 0 in line.prose.cuts or (line.gap and len(_starts(lines[start:at])) >= count):
            return at
    return len(lines)


def _unmarked(line: Line, scan: _Scan, highest: int) -> Line:
    """The line without the marks that come next in the sequence."""
    prose, start = line.prose, 0
    while (found := _next_mark(prose.text, start, scan.last, highest)) is not None:
        scan.last = int(found.group(1))
        scan.marks[scan.last] = len(scan.kept)
        scan.waiting.append(scan.last)
        prose, start = prose.without(found.start(), found.end()), found.start()
    return replace(line, prose=prose)


def _next_mark(text: str, start: int, last: int, highest: int) -> re.Match[str] | None:
    after_mark = _SECOND.match(text, start) if start else None
    glued = [found for found in _GLUED.finditer(text, start) if not _ABBREVIATED.search(text, 0, found.start())]
    for found in (*([after_mark] if after_mark else []), *glued, *_APART.finditer(text, start)):
        if last < int(found.group(1)) <= min(last + _LEAP, highest):
            return found
    return None


def pair(lines: Sequence[Line], expected: _Expected, known: Counter[str]) -> list[tuple[int | None, Prose]]:
    """The notes in `lines`, one each, with their numbers where one way of giving them out is better than all others."""
    starts = _starts(lines)
    chosen = _best(lines, starts, expected)
    given = dict(zip(chosen, expected.numbers, strict=True)) if chosen else {}
    edges = [*(chosen or starts), len(lines)]
    return [(given.get(a), run_together(lines[a:b], known)) for a, b in zip(edges, edges[1:], strict=False)]


def _starts(lines: Sequence[Line]) -> list[int]:
    """Where a note may begin: a capital after a line that is complete, or too short to be full."""
    wide = column(lines)
    return [0] + [
        at
        for at in range(1, len(lines))
        if _OPENING.match(lines[at].text)
        and (_COMPLETE.search(lines[at - 1].text) or _stopped_short(lines[at - 1].text, lines[at].text, wide))
    ]


def _stopped_short(line: str, following: str, wide: float) -> bool:
    return line[-1] not in ",;:&_" and word_fits(line, following, wide)


def _best(lines: Sequence[Line], starts: Sequence[int], expected: _Expected) -> tuple[int, ...]:
    """The starts that look most like openings of a reference; nothing if two ways look alike or there are too few."""
    count, spare = len(expected.numbers), len(starts) - len(expected.numbers)
    if count < 1 or not 0 <= spare <= 3:
        return ()
    weight = {start: _weight(lines, start) for start in starts}
    ways = [(starts[0], *rest) for rest in combinations(starts[1:], count - 1)]
    ranked = sorted(((sum(map(weight.__getitem__, way)), way) for way in ways if expected.allows(way)), reverse=True)
    tied = len(ranked) > 1 and ranked[0][0] == ranked[1][0]
    return ranked[0][1] if ranked and not tied else ()


def _weight(lines: Sequence[Line], start: int) -> int:
    """2 for a line that opens as another does ("Ibid.", the same author again), 1 for one with a year."""
    opening = lines[start].text.split()[:2]
    again = sum(line.text.split()[:2] == opening for line in lines) > 1
    return 2 * again + (_REFERENCE.search(lines[start].text) is not None)
