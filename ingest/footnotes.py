"""Lines of text with footnotes in between -> the lines without them, and the notes, each with its number if certain.

Footnotes reach us in three shapes: a column of bare numbers followed by the notes without them; notes that lost even
that column (it was taken for page numbers); and notes that begin with their number. In all three the marks in the text
tell what to look for (see `marks`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from ingest.lines import RAISED, Line
from ingest.marks import marked_numbers, next_mark
from ingest.measure import column, usual_size, word_fits
from ingest.model import PageStart
from ingest.paragraphs import run_together
from ingest.prose import Prose

_NUMBER = re.compile(r"\d{1,3}")
_OWN_NUMBER = re.compile(rf"{RAISED}?(\d{{1,3}})(?:[.)\]]| )? ?(?=[^\W\d_]|[‘“\"'(])")
_REFERENCE = re.compile(
    r"\b(?:19|20)\d\d[a-z]?\)?[.,;:)]|\bibid\b|\bop\.? ?cit|\bavailable (?:from|at)\b|https?://|\bwww\.|\bsee for example\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?!available (?:from|at)\b|http|www\.)(?-i:[A-Z‘“\"'(À-Þ])", re.IGNORECASE)
_COMPLETE = re.compile(r"(?:[.?!)’”/]|\bibid|://\S*[^\s_=&?-])$", re.IGNORECASE)
_MANY = 40  # notes on one page: with so many, trying all ways would take for ever
_SMALL = 0.95  # of the size of the text: notes are set smaller


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
    pages: dict[int, int | None] = field(default_factory=dict)  # number -> page of its mark
    waiting: list[int] = field(default_factory=list)  # marks met whose notes are still to come
    usual: float = 0.0  # size of the text's letters, 0 if the format does not tell
    last: int = 0
    cut: bool = False
    page: PageStart | None = None  # where we are, if pages can be counted
    owed: tuple[PageStart, ...] = ()  # the start of a page that began with notes

    def keep(self, line: Line) -> None:
        prose = line.prose.cut_before() if self.cut else line.prose
        if self.owed and not prose.pages:
            prose = replace(prose, pages=self.owed)
        self.kept.append(replace(line, prose=prose))
        self.cut, self.owed = False, ()

    def near(self, number: int) -> bool:
        """Its mark is on this page or the one before, as far as pages are counted."""
        page = self.pages.get(number)
        return page is None or self.page is None or (self.page.index or 0) - page <= 1

    def pass_by(self, line: Line) -> None:
        """A line that is not kept: something is cut, and a page may begin."""
        counted = tuple(page for page in line.prose.pages if page.index is not None)
        self.cut, self.owed = True, counted or self.owed

    def note(self, number: int | None, prose: Prose, page: PageStart | None) -> None:
        """A space in front of a note is no page's start (see `lines`); a counted page is that of the note."""
        pages = (replace(page, offset=0),) if page is not None else ()
        prose = replace(prose.free_of(RAISED), pages=pages)
        self.notes.append(Note(prose, number, self.marks.get(number or 0, len(self.kept) - 1)))


def take_out(lines: Sequence[Line], known: Counter[str]) -> tuple[list[Line], list[Note]]:
    """Body lines and notes. Bare numbers that are no note's are page numbers: they go too. `known`: see `hyphens`."""
    marked = marked_numbers(lines)
    columns = _columns(lines, marked)
    numbered = _numbered(lines, marked)
    highest = max([*numbered.values(), *(number for run in columns.values() for number in run)], default=0)
    pages = _page_numbers(lines, columns)
    scan, at = _Scan(usual=usual_size(lines)), 0
    while at < len(lines):
        line = lines[at]
        counted = [page for page in line.prose.pages if page.index is not None]
        scan.page = counted[-1] if counted else scan.page
        if at in columns:
            numbers = sorted({*scan.waiting, *columns[at]})
            expected = _Expected(numbers, _brief(lines, at, columns[at]))
            at = _take_unnumbered(scan, lines, at + len(columns[at]), expected, known)
        elif numbered.get(at, 0) in scan.waiting and scan.near(numbered[at]):
            at = _take_numbered(scan, lines, at, numbered, known)
        elif columns and line.new_page and scan.waiting and _REFERENCE.search(line.text):
            at = _take_unnumbered(scan, lines, at, _Expected(scan.waiting), known)
        elif at in pages:
            scan.pass_by(line)
            at += 1
        else:
            scan.keep(_unmarked(line, scan, highest))
            at += 1
    return scan.kept, scan.notes


def _columns(lines: Sequence[Line], marked: dict[int, list[int]]) -> dict[int, list[int]]:
    """Runs of bare numbers, rising by one, that were marks in the text since the run before: start index -> numbers."""
    found: dict[int, list[int]] = {}
    since = at = 0
    while at < len(lines):
        run = _run(lines, at)
        if run and sum(any(since <= n < at for n in marked.get(number, ())) for number in run) * 2 >= len(run):
            found[at] = run
            since = at
        at += max(1, len(run))
    return found


def _run(lines: Sequence[Line], at: int) -> list[int]:
    run: list[int] = []
    while at < len(lines) and _NUMBER.fullmatch(lines[at].text) and (not run or int(lines[at].text) == run[-1] + 1):
        run.append(int(lines[at].text))
        at += 1
    return run


def _numbered(lines: Sequence[Line], marked: dict[int, list[int]]) -> dict[int, int]:
    """Lines that begin with a number which was a mark before, set smaller than the text or first after a gap: index ->
    number. They may still be items of a list; only a mark that waits for its note makes them notes."""
    usual = usual_size(lines)
    found: dict[int, int] = {}
    for at, line in enumerate(lines):
        own = _OWN_NUMBER.match(line.text)
        apart = line.size <= _SMALL * usual if line.size is not None else line.gap or line.new_page or at - 1 in found
        if own is not None and apart and any(n < at for n in marked.get(int(own.group(1)), ())):
            found[at] = int(own.group(1))
    return found


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


def _take_unnumbered(scan: _Scan, lines: Sequence[Line], start: int, expected: _Expected, known: Counter[str]) -> int:
    """Take the notes that begin at `start`; the index of the first line behind them."""
    end = _end_of_unnumbered(lines, start, len(expected.numbers))
    for number, prose in pair(lines[start:end], expected, known):
        scan.note(number, prose, scan.page)
    scan.last = max([scan.last, *expected.numbers])
    scan.waiting = []
    scan.cut = True
    return end


def _end_of_unnumbered(lines: Sequence[Line], start: int, count: int) -> int:
    """Notes run to the page's end; where that cannot be seen, to the blank line after the last of them."""
    for at in range(start + 1, len(lines)):
        line = lines[at]
        if line.new_page or 0 in line.prose.cuts or (line.gap and len(_starts(lines[start:at])) >= count):
            return at
    return len(lines)


def _take_numbered(
    scan: _Scan, lines: Sequence[Line], start: int, numbered: dict[int, int], known: Counter[str]
) -> int:
    """Take the note that begins at `start` with its number; the index of the first line behind it."""
    end = start + 1
    while end < len(lines) and _same_note(lines, end, numbered, scan):
        end += 1
    own = _OWN_NUMBER.match(lines[start].text)
    prose = run_together(lines[start:end], known)
    scan.note(numbered[start], prose.without(0, own.end() if own else 0), scan.page)
    scan.waiting.remove(numbered[start])
    for line in lines[start:end]:
        scan.pass_by(line)
    return end


def _same_note(lines: Sequence[Line], at: int, numbered: dict[int, int], scan: _Scan) -> bool:
    """The line goes on with the note above it."""
    line = lines[at]
    if line.new_page or 0 in line.prose.cuts or numbered.get(at, 0) in scan.waiting:
        return False
    return line.size <= _SMALL * scan.usual if line.size is not None else not line.gap


def _brief(lines: Sequence[Line], at: int, numbers: Sequence[int]) -> frozenset[int]:
    return frozenset(number for n, number in enumerate(numbers[:-1], start=at) if not lines[n + 1].gap)


def _unmarked(line: Line, scan: _Scan, highest: int) -> Line:
    """The line without the marks that come next in the sequence."""
    prose, start = line.prose, 0
    while (found := next_mark(prose.text, start, scan.last, highest)) is not None:
        scan.last = int(found.group(1))
        scan.marks[scan.last] = len(scan.kept)
        scan.pages[scan.last] = scan.page.index if scan.page is not None else None
        scan.waiting.append(scan.last)
        prose, start = prose.without(found.start(), found.end()), found.start()
    return replace(line, prose=prose.free_of(RAISED))


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
    if count < 1 or not 0 <= spare <= (3 if count < _MANY else 0):
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
