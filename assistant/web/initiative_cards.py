"""Initiatives as cards: what each is, for whom, where, and its own words in the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.initiatives import Fit, Initiative
from assistant.model import Citation
from assistant.render import cited_as
from assistant.web.asks import Shelf
from assistant.web.facets import Choice
from assistant.web.links import of_citation
from assistant.web.marks import Piece, pieces
from assistant.web.turns import quotation_marks
from assistant.web.words import Words

_MOST_NEEDS = 14


class Sought(BaseModel):
    """What the form of the tab sends."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    place: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class InitiativeCard:
    anchor: str
    name: str
    kind: str
    place: str
    facts: tuple[tuple[str, str], ...]
    words: list[Piece]
    marks: tuple[str, str]
    source: str
    address: str
    question: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading; the heading is empty where the best fit stands first."""

    heading: str
    cards: tuple[InitiativeCard, ...]


@dataclass(frozen=True, slots=True)
class Seek:
    """What there is to choose from."""

    needs: tuple[str, ...]
    places: tuple[Choice, ...]
    kinds: tuple[Choice, ...]


def read_sought(text: object) -> Sought:
    try:
        return Sought.model_validate_json(text) if isinstance(text, str) and text else Sought()
    except ValidationError:
        return Sought()


def to_seek(initiatives: Sequence[Initiative], texts: Words) -> Seek:
    needs = Counter(need for one in initiatives for need in one.entry.needs)
    places = Counter(one.entry.place for one in initiatives if one.entry.place)
    kinds = Counter(str(one.entry.kind) for one in initiatives)
    return Seek(
        needs=tuple(need for need, _ in needs.most_common(_MOST_NEEDS)),
        places=tuple(Choice(place, place, n) for place, n in sorted(places.items())),
        kinds=tuple(Choice(kind, texts(f"initiatives.kinds.{kind}"), n) for kind, n in kinds.most_common()),
    )


def groups(fits: Sequence[Fit], need: str, shelf: Shelf, texts: Words) -> list[Group]:
    """In the order of fit when a need is given, else by place, those without a place last."""
    made = [card(fit.initiative, shelf, texts) for fit in fits]
    if need.strip():
        return [Group("", tuple(made))] if made else []
    return list(_by_place(made, texts))


def _by_place(made: Sequence[InitiativeCard], texts: Words) -> Iterable[Group]:
    for place in sorted({one.place for one in made}, key=lambda place: (not place, place)):
        yield Group(place or texts("initiatives.no_place"), tuple(one for one in made if one.place == place))


def card(one: Initiative, shelf: Shelf, texts: Words) -> InitiativeCard:
    entry, quote = one.entry, one.sentence.quotes[0]
    known = [
        ("serves", entry.serves),
        ("does", entry.does),
        ("organisations", ", ".join(entry.organisations)),
        ("needs", ", ".join(entry.needs)),
    ]
    return InitiativeCard(
        anchor=f"initiative-{entry.id}",
        name=entry.name,
        kind=texts(f"initiatives.kinds.{entry.kind}"),
        place=entry.place,
        facts=tuple((texts(f"initiatives.{name}"), value) for name, value in known if value),
        words=pieces(one.sentence.text, one.sentence.spans),
        marks=quotation_marks(one.sentence.text),
        source=cited_as(quote.passage, shelf.metadata),
        address=of_citation(Citation(1, quote.passage, one.claim.quotes), texts),
        question=texts("initiatives.question", name=entry.name),
    )
