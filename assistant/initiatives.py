"""`initiatives.toml` -> initiatives on the shelf, found by need, place, kind, organisation and whom they serve.

The file is an index to the documents: name, place and description are somebody's notes. What may be shown as evidence is
the quotation, tied here to the passage it stands in; an entry whose words do not stand on the shelf is left out.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.clean import clean, collapse
from assistant.draft import Draft, DraftClaim
from assistant.errors import CorpusFileError
from assistant.model import Claim
from assistant.units import Unit, units_of
from assistant.verify import verify
from index.model import Encoded, Filters, Passage
from index.search import Searcher
from index.words import content_words, stems
from ingest.model import Metadata

FILE = "initiatives.toml"
InitiativeKind = Literal["case", "mention", "policy", "proposal", "study"]
KIND_WORDS: dict[InitiativeKind, str] = {
    "case": "described in the source",
    "mention": "named in passing",
    "policy": "policy, law, fund or guidance",
    "proposal": "proposed; it did not exist when the source was written",
    "study": "research or review",
}
# Of needs tried on the five documents, those that nothing on the shelf meets stay below; see `Fit`.
_FITS = 0.40
_NEAR_BEST = 0.55


class Entry(BaseModel):
    """One `[[initiative]]` of the file, as written there."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kind: InitiativeKind
    place: str = ""
    organisations: tuple[str, ...] = ()
    serves: str = ""
    does: str = ""
    needs: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    quote: str = Field(pattern=r"\w")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    initiative: tuple[Entry, ...] = ()


def read_initiatives(path: Path) -> tuple[Entry, ...]:
    """The entries of the file; none when it is absent. Raises CorpusFileError that names the entry and the field."""
    if not path.is_file():
        return ()
    try:
        entries = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).initiative
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise CorpusFileError(f"{path.name} cannot be used: {error}") from error
    twice = [id_ for id_, times in Counter(entry.id for entry in entries).items() if times > 1]
    if twice:
        raise CorpusFileError(f"{path.name} cannot be used: two initiatives have the id “{twice[0]}”. Change one.")
    return entries


@dataclass(frozen=True, slots=True)
class Initiative:
    """One initiative and its words in the source.

    `claim` is the quotation of the file, word for word. `sentence` is the whole sentence (or sentences) that holds it, with
    the quotation as its `spans`: it reads on its own where the quotation is a part of a sentence.
    """

    entry: Entry
    claim: Claim
    sentence: Claim

    @property
    def passage(self) -> Passage:
        return self.claim.quotes[0].passage


@dataclass(frozen=True, slots=True)
class Fit:
    """An initiative and how well it fits the need, about 0 to 1; from 0.4 it is taken to fit. 1 when no need is given."""

    initiative: Initiative
    score: float


class Initiatives:
    """Those of the file whose words stand on the shelf. Safe to share between threads."""

    def __init__(self, entries: Iterable[Entry], searcher: Searcher) -> None:
        self._searcher = searcher
        placed = (_placed(entry, searcher) for entry in entries)
        self.all: tuple[Initiative, ...] = tuple(one for one in placed if one)

    @property
    def shelf(self) -> Mapping[str, Metadata]:
        """What is known of the sources."""
        return self._searcher.shelf.metadata

    def __len__(self) -> int:
        return len(self.all)

    def search(
        self,
        need: str = "",
        *,
        place: str = "",
        kind: str = "",
        organisation: str = "",
        serves: str = "",
        filters: Filters | None = None,
        most: int | None = None,
    ) -> list[Fit]:
        """Those that fit the need (free text), best first; all that the filters leave, in the file's order, when no need
        is given. `place` and `organisation` match parts of names ("London", "academy"), `serves` its words in any form
        ("refugee"); `filters` leaves out sources as for a question."""
        allowed = self._searcher.shelf.select(filters or Filters())
        left = [
            one
            for one in self.all
            if allowed.holds(one.passage)
            and (not kind or one.entry.kind == kind.strip().lower())
            and _part_of(place, [one.entry.place])
            and _part_of(organisation, one.entry.organisations)
            and _words_of(serves, one.entry.serves)
        ]
        wanted = clean(need)
        found = self._fitting(wanted, left) if wanted else [Fit(one, 1.0) for one in left]
        return found[:most]

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """The values that can be filtered by and how many have each, most frequent first: "place", "kind",
        "organisation", "need"."""
        entries = [one.entry for one in self.all]
        values: dict[str, list[str]] = {
            "place": [entry.place for entry in entries],
            "kind": [str(entry.kind) for entry in entries],
            "organisation": [name for entry in entries for name in entry.organisations],
            "need": [need for entry in entries for need in entry.needs],
        }
        return {name: Counter(value for value in of if value).most_common() for name, of in values.items()}

    def _fitting(self, need: str, left: Sequence[Initiative]) -> list[Fit]:
        if not content_words(need):
            return []
        query = self._searcher.encode(need)
        weights = self._searcher.parts.tokens.weights(query)
        fits = [Fit(one, _likeness(query, weights, self._cards[one.entry.id])) for one in left]
        least = max([_FITS, *(fit.score * _NEAR_BEST for fit in fits)])
        return sorted(
            (fit for fit in fits if fit.score >= least), key=lambda fit: (-fit.score, fit.initiative.entry.id)
        )

    @cached_property
    def _cards(self) -> dict[str, Encoded]:
        """What each card says, as vectors: made when first searched, about a second for fifty."""
        encoded = self._searcher.parts.embedding.encode([_card(one.entry) for one in self.all])
        return {one.entry.id: card for one, card in zip(self.all, encoded, strict=True)}


def _card(entry: Entry) -> str:
    return f"{entry.name}. {entry.does}. {entry.serves}. {', '.join(entry.needs)}. {entry.place}"


def _likeness(query: Encoded, weights: np.ndarray, card: Encoded) -> float:
    """The mean of late interaction and of the cosine: the first knows words, the second what is meant."""
    if not len(query.tokens) or not len(card.tokens):
        return 0.0
    late = float((query.tokens @ card.tokens.T).max(axis=1) @ weights)
    return (late + float(query.pooled @ card.pooled)) / 2


def _part_of(wanted: str, names: Iterable[str]) -> bool:
    plain = clean(wanted).casefold()
    return not plain or any(plain in name.casefold() for name in names)


def _words_of(wanted: str, text: str) -> bool:
    return set(stems(wanted)) <= set(stems(text))


def _placed(entry: Entry, searcher: Searcher) -> Initiative | None:
    """The entry with its words found on the shelf, in the body of the text before the notes; None when they are not."""
    passages = sorted(searcher.shelf.passages(entry.source), key=lambda p: (p.kind == "notes", p.order))
    for passage in passages:
        span = _span_of(entry.quote, passage.text)
        if span:
            start, end = span
            claim = _checked(DraftClaim(passage.text[start:end], ((passage, start, end),)))
            sentence = _checked(_sentence(passage, start, end))
            return Initiative(entry, claim, sentence) if claim and sentence else None
    return None


def _checked(draft: DraftClaim) -> Claim | None:
    return next(iter(verify(Draft((draft,))).claims), None)


def _sentence(passage: Passage, start: int, end: int) -> DraftClaim:
    around = [unit for unit in units_of(passage) if unit.start < end and unit.end > start]
    first, last = (_from(passage, around[0]), around[-1].end) if around else (start, end)
    first, last = min(first, start), max(last, end)
    return DraftClaim(passage.text[first:last], ((passage, first, last),), spans=((start - first, end - first),))


def _from(passage: Passage, unit: Unit) -> int:
    """Where the sentence begins, or the one before it when it points back to that."""
    before = [other for other in units_of(passage) if other.end <= unit.start]
    joined = bool(before) and unit.needs_before and not before[-1].item and not unit.item
    between = passage.text[before[-1].end : unit.start].strip(" ") if joined else "-"
    return before[-1].start if joined and not between else unit.start


def _span_of(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quotation stands in the text, runs of white space being alike."""
    wanted = collapse(quote)
    places = [n for n, letter in enumerate(text) if not letter.isspace() or (n and not text[n - 1].isspace())]
    plain = "".join(" " if text[n].isspace() else text[n] for n in places)
    at = plain.find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None
