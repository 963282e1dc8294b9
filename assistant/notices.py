"""Dated facts and slips in the sources, curated in `corpus/notices.toml`: shown with what is cited, never used as evidence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.clean import collapse
from assistant.errors import CorpusFileError
from assistant.model import Citation, Notice
from ingest.model import Metadata

_MOST = 4  # of those that could be left out
_OLD_YEARS = 10
_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")


class NoticeRule(BaseModel):
    """One `[[notice]]` of the file. `pattern` is searched in a passage of one of `sources`, case-sensitive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sources: tuple[str, ...]
    pattern: str
    kind: Literal["dated", "superseded", "jurisdiction", "source_slip"]
    confidence: Literal["high", "medium"]
    text: str
    why: str
    as_of: str = ""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    notice: tuple[NoticeRule, ...] = ()


def read_notices(path: Path) -> tuple[NoticeRule, ...]:
    """The rules of the file; none when it is absent. Raises CorpusFileError that names the rule and the field."""
    if not path.is_file():
        return ()
    try:
        return _Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).notice
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise CorpusFileError(f"{path.name} cannot be used: {error}") from error


@dataclass(frozen=True, slots=True)
class _Match:
    rule: NoticeRule
    quoted: bool
    number: int


def notices_for(
    question: str, citations: Sequence[Citation], rules: Sequence[NoticeRule], shelf: dict[str, Metadata], today: date
) -> tuple[Notice, ...]:
    """What a reader of these citations must know, the most telling first: what the quoted words themselves name, the age
    of the evidence and its nation, none of which is ever crowded out; then, as far as there is room, what the rest of the
    passage names."""
    matches = [match for citation in citations for match in _matches(citation, rules)]
    quoted = _merged([match for match in matches if match.quoted])
    beside = _merged([match for match in matches if not match.quoted and match.rule.kind == "superseded"])
    known = {notice.text for notice in quoted}
    always = [*_age(citations, shelf, today), *_nation(question, citations, shelf)]
    found = [*quoted, *always, *(notice for notice in beside if notice.text not in known)]
    return tuple(found[: max(_MOST, len(quoted) + len(always))])


def _matches(citation: Citation, rules: Sequence[NoticeRule]) -> list[_Match]:
    quotes = collapse(" ".join(quote.text for quote in citation.quotes))
    whole = collapse(citation.passage.text)
    found = []
    for rule in rules:
        if citation.passage.source_id in rule.sources and re.search(rule.pattern, whole):
            found.append(_Match(rule, bool(re.search(rule.pattern, quotes)), citation.number))
    return found


def _merged(matches: Sequence[_Match]) -> list[Notice]:
    numbers: dict[str, list[int]] = {}
    rules: dict[str, NoticeRule] = {}
    for match in matches:
        rules[match.rule.id] = match.rule
        numbers.setdefault(match.rule.id, []).append(match.number)
    return [Notice(r.kind, r.text, r.confidence, tuple(sorted(set(numbers[id_])))) for id_, r in rules.items()]


def _age(citations: Sequence[Citation], shelf: dict[str, Metadata], today: date) -> list[Notice]:
    """One notice when everything cited is more than ten years old; one per source when only some of it is."""
    old: dict[int, list[int]] = {}
    for citation in citations:
        year = shelf[citation.passage.source_id].year
        if year is not None and today.year - year > _OLD_YEARS:
            old.setdefault(year, []).append(citation.number)
    cited = sum(len(numbers) for numbers in old.values())
    if cited and cited == len(citations):
        years = " and ".join(str(year) for year in sorted(old))
        numbers = tuple(sorted(n for group in old.values() for n in group))
        return [Notice("dated", f"This evidence dates from {years}, more than ten years ago.", "high", numbers)]
    return [
        Notice("dated", f"This source dates from {year}, {today.year - year} years ago.", "high", tuple(numbers))
        for year, numbers in sorted(old.items())
    ]


def _nation(question: str, citations: Sequence[Citation], shelf: dict[str, Metadata]) -> list[Notice]:
    """The question names one nation of the UK and the quoted passages name only others."""
    asked = [nation for nation in _NATIONS if re.search(rf"\b{nation}\b", question, re.I)]
    if len(asked) != 1:
        return []
    told = {nation for c in citations for nation in _NATIONS if nation in c.passage.text}
    if not told or asked[0] in told:
        return []
    return [
        Notice(
            "jurisdiction",
            f"You asked about {asked[0]}; this evidence is about {' and '.join(sorted(told))}.",
            "high",
            tuple(c.number for c in citations),
        )
    ]
