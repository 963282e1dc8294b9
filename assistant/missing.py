"""What a question asks for that the found evidence does not hold: a year, a name, a figure, somebody's words.

A close miss ("how long was the exhibition open?") is as near to the documents in every score as an answer is, so it can
only be told by what is absent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from assistant.answer_types import AnswerType
from assistant.draft import Draft
from assistant.evidence import Scored
from assistant.model import Reason
from assistant.names import Names, telling
from assistant.reading import YEAR, Kind, Reading, facets, named_sources, number_named
from assistant.units import units_of
from index.model import Hit
from index.search import Searcher
from index.words import content_words, stem, words

_MEASURED = frozenset(
    {
        AnswerType.AMOUNT,
        AnswerType.SHARE,
        AnswerType.COUNT,
        AnswerType.DURATION,
        AnswerType.FREQUENCY,
        AnswerType.DATE,
        AnswerType.AGE,
        AnswerType.TIME,
        AnswerType.CONTACT,
    }
)
_NAMED_THINGS = frozenset({AnswerType.ORGANISATION, AnswerType.PLACE})
_WHICH_THING = re.compile(
    r"\b(?:which|what) (?:\w+ )?(newspapers?|clubs?|teams?|banks?|church(?:es)?|colleges?|schools?|universit(?:y|ies)|charit(?:y|ies)|"
    r"foundations?|trusts?|hospitals?|police force)\b",
    re.I,
)
_OUR_YEAR = re.compile(r"\b(?:our|my|we)\b[^.?!]{0,40}?\b((?:19|20)\d\d)\b", re.I)
_SHORT = re.compile(r"\b[A-Z]{3,}\b")
_NEAR = 5  # hits in which a name or a year must stand
_SURE = 0.985
# A question that puts something to us ("did the Home Office hold ...?") is answered with what the documents say of it.
_CHECKS = re.compile(r"(?:so |and |but |is it (?:true|right) that |did|does|do|was|were|is|are|has|have|had)\b", re.I)
# Who holds an office today is nothing that a dated document can tell.
_WHO_TODAY = re.compile(
    r"\bwho(?:['’]s| is| are) (?:the |our )?(?:current|present)\b|\bwho(?:['’]s| is| are| chairs?| heads?) (?:the|our) .*\b(?:now|today|nowadays|at the moment)\b",
    re.I,
)
_RELEVANT = 0.75  # share of the best late-interaction score from which a sentence counts as about the question
_NO_PERSON = re.compile(
    r"(?:Review|Report|Network|Project|Council|Group|Survey|Study|Fund|Academy|Office|Party|Government|Service|Strategy|Committee|Executive|Together|Farm|Scots|Future)$"
)
_TWO_WORDS = re.compile(r"[A-Z](?:'[A-Z])?[a-z'-]+(?: [A-Z](?:'[A-Z])?[a-z'-]+)+")
_SAYING = r"(?:proposed|proposes|recommend(?:s|ed|ation)|acknowledged|noted|notes|found|finds|gave|promoting|said|says?|told|argued?|argues|warned|added|stated|explained|wrote|talked|pointed out|suggested|agreed|highlighted|called)"
_ASKS_FOR_WORDS = re.compile(
    r"\bwhat (?:did|does|has|had) .{3,60}?\b(?:say|tell|argue|think|warn|call|claim|talk about)\b", re.I
)


Sign = Literal["", "year", "name", "figure", "thing", "words", "unheard of"]
_COUNTED = frozenset({AnswerType.COUNT, AnswerType.SHARE})


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not there: names or years, an answer of these types, somebody's words; or, as somebody who has read the documents
    puts it, what they do not say (`unsaid`). `sign` is what showed it: a "figure" (an amount, a date, a length of time) is more surely missed
    than a "thing" (a number, a name)."""

    reason: Reason
    names: tuple[str, ...] = ()
    types: tuple[AnswerType, ...] = ()
    unsaid: str = ""
    sign: Sign = field(default="", compare=False)


def missing(
    searcher: Searcher, known: Names, reading: Reading, hits: Sequence[Hit], scored: Sequence[Scored], sure: float
) -> Missing | None:
    """The first thing asked for that is not there; None when nothing is seen to be missing. `sure` is the chance that the
    documents speak to the question: near certainty outweighs a name that may only be another word for one of theirs."""
    if reading.kind in (Kind.COMPARE, Kind.EXAMPLES):
        return None
    years = _missing_years(searcher, reading, hits)
    if years:
        return Missing(Reason.NAME_NOT_IN_DOCUMENTS, years, sign="year")
    one_thing = not (_CHECKS.match(reading.question) or facets(reading, searcher.shelf.metadata))
    apart = known.strangers(reading.names) if one_thing else ()
    if apart:
        return Missing(Reason.NAME_NOT_IN_DOCUMENTS, apart, sign="name")
    nobody = tuple(name for name in reading.names if known.nobody(name))
    names = nobody or missing_names(searcher, reading.names, hits)
    if names and (nobody or sure < _SURE):
        return Missing(Reason.NAME_NOT_IN_DOCUMENTS, names, sign="name")
    if _WHO_TODAY.search(reading.question):
        return Missing(Reason.ATTRIBUTE_MISSING, unsaid="who holds an office today", sign="words")
    if _MEASURED.intersection(reading.types) and not _has_typed(searcher, reading, scored):
        counted = _COUNTED.intersection(reading.types)  # a number may stand in words that are not seen to be one
        return Missing(Reason.ATTRIBUTE_MISSING, types=reading.types, sign="thing" if counted else "figure")
    if _NAMED_THINGS.intersection(reading.types) and not _names_it(reading, scored):
        return Missing(Reason.ATTRIBUTE_MISSING, types=reading.types, sign="thing")
    if _ASKS_FOR_WORDS.search(reading.question) and not _speaks(reading.names, hits):
        return Missing(Reason.ATTRIBUTE_MISSING, sign="words")
    return None


def unheard_of(searcher: Searcher, question: str) -> Missing | None:
    """That all it asks about is in words which neither the documents nor the questions predicted from them have ("What is
    quinoa?"); None when one of them is known."""
    asked = list(dict.fromkeys(content_words(question)))
    if not asked or any(searcher.parts.expanded.known(stem(word)) for word in asked):
        return None
    together = " ".join(asked) in question.lower()
    return Missing(
        Reason.ATTRIBUTE_MISSING,
        unsaid=f"anything about {(' ' if together else ' or ').join(asked)}",
        sign="unheard of",
    )


def unsaid_figure(reading: Reading, draft: Draft) -> Missing | None:
    """The figure that a question asks for, when no sentence of the answer holds one: a sentence without it does not count as an
    answer. A number may stand in words that are not seen to be one ("several", "a coalition of")."""
    asked = reading.kind is Kind.FACT and _MEASURED.intersection(reading.types)
    if not asked or AnswerType.COUNT in reading.types or any(claim.spans for claim in draft.claims):
        return None
    return Missing(Reason.ATTRIBUTE_MISSING, types=reading.types, sign="figure")


def _has_typed(searcher: Searcher, reading: Reading, scored: Sequence[Scored]) -> bool:
    """Whether a sentence about the question has a thing of the kind asked for, close to the name it is asked of."""
    sources = named_sources(reading.question, searcher.shelf.metadata)
    said = {word for names in sources.values() for name in names for word in _stems(name)}
    known = [
        t for name in reading.names if (t := telling(name) - said) and any(searcher.parts.lexical.known(w) for w in t)
    ]
    # What is asked of a thing known by its letters is not answered by a sum for another thing.
    known += [{word} for word in _shorts(reading.question) if word not in said]
    best = max(one.late for one in scored)
    return any(one.typed and one.late >= best * _RELEVANT and _of_the_name(searcher, known, one) for one in scored)


def _shorts(question: str) -> list[str]:
    """The stems of what is named by its letters ("ESOL"); none in a question that is all in capitals."""
    return [] if question.isupper() else [stem(short.lower()) for short in _SHORT.findall(question)]


def _of_the_name(searcher: Searcher, names: Sequence[set[str]], one: Scored) -> bool:
    """Whether the sentence, the two before it, the headings or what is known of the source hold each name: a figure for
    London says nothing of Halifax. A case study is about its subject from end to end."""
    about = searcher.shelf.metadata[one.unit.passage.source_id]
    whole = one.unit.passage.kind == "case_study"
    before = [unit.text for unit in units_of(one.unit.passage) if whole or unit.start <= one.unit.start]
    before = before if whole else before[-3:]
    close = _stems(" ".join((*one.unit.passage.where.heading, about.title, about.publisher, *about.authors, *before)))
    return all(sum(_near({word}, close) for word in telling) > len(telling) / 2 for telling in names)


def _names_it(reading: Reading, scored: Sequence[Scored]) -> bool:
    """Whether a sentence about the question gives the names asked for: as many as it speaks of ("which ten places"), and
    of the thing it asks for ("which newspaper") rather than of anything."""
    best = max(one.late for one in scored)
    about = [one for one in scored if one.late >= best * _RELEVANT]
    wanted = number_named(reading.question) or 1
    if wanted >= 3 and not any(len(one.spans) >= wanted // 2 for one in about):
        return False
    thing = _WHICH_THING.search(reading.question)
    if not thing:
        return True
    word = stem(thing.group(1).lower())
    return any(one.typed and word in _stems(one.unit.passage.text) for one in about)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def _missing_years(searcher: Searcher, reading: Reading, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Years in the question in which no found source was published and which none of the found passages names; less those
    that say which documents to search ("reports since 2015") and the asker's own ("for our 2027 plan")."""
    near = {year for hit in hits[:_NEAR] for year in YEAR.findall(hit.passage.text)}
    near |= {str(searcher.shelf.metadata[hit.passage.source_id].year) for hit in hits[:_NEAR]}
    near |= {year for one in reading.narrowed for year in YEAR.findall(one.words)}
    near |= set(_OUR_YEAR.findall(reading.question))
    return tuple(year for year in dict.fromkeys(YEAR.findall(reading.question)) if year not in near)


def missing_names(searcher: Searcher, names: Sequence[str], hits: Sequence[Hit]) -> tuple[str, ...]:
    """Names in the question none of whose telling words stands near: in the best passages, their headings and what is
    known of their sources."""
    near = {word for hit in hits[:_NEAR] for word in _words_near(searcher, hit)}
    return tuple(name for name in names if (told := telling(name)) and not _near(told, near))


def _near(telling: set[str], near: set[str]) -> bool:
    """Whether a word is there, or one like it: Belgian and Belgium, Umuna and Umunna."""
    return bool(telling & near) or any(
        len(word) >= 4
        and (
            process.extractOne(word, near, scorer=fuzz.ratio, score_cutoff=80)
            or any(one.startswith(word[:5]) for one in near if len(word) >= 5)
        )
        for word in telling
    )


def _words_near(searcher: Searcher, hit: Hit) -> set[str]:
    about = searcher.shelf.metadata[hit.passage.source_id]
    text = " ".join((searcher.shelf.embedded[hit.passage.id], about.title, about.name, about.publisher, *about.authors))
    return _stems(text)


def _speaks(names: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Whether a found passage has the person named in the question say something: a verb of saying close to the name.
    Only a name of two words or more that stands in the passages is taken for a person's."""
    text = "\n".join(hit.passage.text for hit in hits[:_NEAR]).replace("’", "'")
    plain = [name.replace("’", "'") for name in names]
    people = [name for name in plain if _TWO_WORDS.fullmatch(name) and name in text and not _NO_PERSON.search(name)]
    if not people:
        return True
    surnames = "|".join(re.escape(name.split()[-1]) for name in people)
    close = rf"(?:{surnames})\b[^.“”]{{0,80}}\b{_SAYING}\b|\b{_SAYING}\b[^.“”]{{0,30}}(?:{surnames})\b|”[^.“”]{{0,40}}(?:{surnames})\b"
    return bool(re.search(close, text))
