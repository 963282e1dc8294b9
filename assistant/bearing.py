"""A sentence and passages -> the words of a passage that bear it out, or else those that come nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.draft import DraftClaim
from assistant.units import Unit, units_of
from assistant.verify import fault
from assistant.written import share_held
from index.model import Passage

Support = tuple[tuple[Passage, int, int], ...]
_MOST_SENTENCES = 2  # in a row that one sentence may rest on
_NEAR_ENOUGH = 0.4  # share of a sentence's content words from which words are worth a closer look


@dataclass(frozen=True, slots=True)
class Bearing:
    """`claim` rests on the words found. `wrong` is None when they bear it out. `unit` is the one sentence that holds most
    of it."""

    claim: DraftClaim
    wrong: str | None
    unit: Unit


def bearing(text: str, passages: Sequence[Passage]) -> Bearing | None:
    """The fewest words of one passage, or of two together, that bear the sentence out; None when none come near."""
    units = [(share_held(text, unit.text), unit) for passage in passages for unit in units_of(passage)]
    near = sorted((one for one in units if one[0] >= _NEAR_ENOUGH / 2), key=lambda one: -one[0])
    if not near or near[0][0] < _NEAR_ENOUGH:
        return None
    best = near[0][1]
    nearest = Bearing(*_judged(text, ((best.passage, best.start, best.end),)), best)
    for support in _candidates(text, [unit for _, unit in near[:8]]):
        claim, wrong = _judged(text, support)
        if wrong is None:
            return Bearing(claim, None, best)
    return nearest


def _judged(text: str, support: Support) -> tuple[DraftClaim, str | None]:
    claim = DraftClaim(text, support, written=True)
    return claim, fault(claim)


def _candidates(text: str, units: Sequence[Unit]) -> Iterator[Support]:
    """One sentence, then sentences in a row, then one of each of two passages."""
    for unit in units:
        yield ((unit.passage, unit.start, unit.end),)
    for size in range(2, _MOST_SENTENCES + 1):
        for unit in units:
            yield from _rows(unit, size)
    for one, other in combinations([unit for unit in units if share_held(text, unit.text) >= _NEAR_ENOUGH], 2):
        if one.passage.id != other.passage.id:
            yield ((one.passage, one.start, one.end), (other.passage, other.start, other.end))


def _rows(unit: Unit, size: int) -> Iterator[Support]:
    """Runs of `size` neighbours with the unit among them."""
    row = units_of(unit.passage)
    at = next(n for n, other in enumerate(row) if other.start == unit.start)
    for first in range(max(0, at - size + 1), min(at, len(row) - size) + 1):
        yield ((unit.passage, row[first].start, row[first + size - 1].end),)
