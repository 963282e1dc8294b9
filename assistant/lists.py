"""The list of the source that a sentence introduces or belongs to, with all its items, also where it runs over passages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.units import Unit, units_of
from index.model import Passage
from index.search import Searcher

_MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Listing:
    introduction: Unit | None
    items: tuple[Unit, ...]


def listing_around(searcher: Searcher, unit: Unit) -> Listing | None:
    """None when the unit neither introduces a list nor stands in one."""
    run = _section_units(searcher, unit.passage)
    at = next((n for n, u in enumerate(run) if u.passage.id == unit.passage.id and u.start == unit.start), None)
    if at is None:
        return None
    first = at
    if _in_list(run[at]):
        while first > 0 and _in_list(run[first - 1]):
            first -= 1
    else:
        first += 1
    items = _items_from(run, first)
    if len(items) < 2:
        return None
    introduction = run[first - 1] if first > 0 and not run[first - 1].fragment else None
    return Listing(introduction, tuple(items[:_MOST_ITEMS]))


def listing_of_headings(searcher: Searcher, unit: Unit, wanted: int | None) -> Listing | None:
    """The statements that head sibling sections ("PRINCIPLE ONE: The government must ..."), when the unit is one of them or
    stands under one. `wanted` is how many the question speaks of; None when it does not say. Needs three or more."""
    path = unit.passage.where.heading
    if not path:
        return None
    heads = [head for p in searcher.shelf.passages(unit.passage.source_id) if (head := _head_of(p, path[:-1]))]
    if len(heads) < 3 or (wanted is not None and len(heads) != wanted):
        return None
    return Listing(None, tuple(heads))


def _head_of(passage: Passage, parent: tuple[str, ...]) -> Unit | None:
    """The first unit of a passage under `parent`, if it is the heading itself, said as a sentence."""
    heading = passage.where.heading
    if not heading or heading[:-1] != parent:
        return None
    first = next(iter(units_of(passage)), None)
    says = first is not None and _plain(heading[-1]).endswith(_plain(first.text)) and len(first.text.split()) >= 4
    return Unit(first.passage, first.start, first.end, item=True) if first and says else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _items_from(run: list[Unit], first: int) -> list[Unit]:
    """Whole items: an item of several sentences is one unit from its first word to its last."""
    items: list[Unit] = []
    for unit in run[first:]:
        if not _in_list(unit):
            break
        if unit.item or not items:
            items.append(unit)
        else:
            last = items[-1]
            items[-1] = Unit(last.passage, last.start, unit.end, item=True)
    return items


def _in_list(unit: Unit) -> bool:
    """Whether the unit stands on a line that begins with an item's mark: an item, or a later sentence of one."""
    line_start = unit.passage.text.rfind("\n", 0, unit.start) + 1
    return bool(re.match(r"(?:• |\d{1,2}[.)] |\(?[a-z][.)] )", unit.passage.text[line_start:]))


def _section_units(searcher: Searcher, passage: Passage) -> list[Unit]:
    """The units of all passages of the passage's section, in reading order."""
    siblings = [p for p in searcher.shelf.passages(passage.source_id) if p.section == passage.section]
    return [unit for p in sorted(siblings, key=lambda p: p.order) for unit in units_of(p)]
