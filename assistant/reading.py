"""A question as the assistant reads it: what kind it is, what would answer it, and whom it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import takewhile

from assistant.answer_types import AnswerType, expected_types
from assistant.model import Narrowing
from index.model import Filters
from index.words import STOPWORDS, content_words
from ingest.model import Metadata


class Kind(StrEnum):
    FACT = "fact"
    LIST = "list"
    EXAMPLES = "examples"
    COMPARE = "compare"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Reading:
    """`names` are the proper names in the question as written; `vague` is the word that leaves open which document is
    meant ("the report"); `narrowed` is what the question itself asks to be searched. `language` is the code of a language
    other than English, in whose words nothing else can be read."""

    question: str
    kind: Kind
    types: tuple[AnswerType, ...]
    names: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    narrowed: tuple[Narrowing, ...] = ()
    vague: str = ""
    language: str = ""


_COMPARE = re.compile(
    r"\b(?:compare|comparison|differ(?:s|ence|ences|ent from|ently)?|disagree|agree|versus|vs\.?|contrast|both (?:the )?\w+"
    r"(?: \w+)? and|across (?:the )?(?:reports|documents|sources)|(?:do|does|would) (?:the|all|these) (?:\w+ )?(?:reports|documents|sources|papers)"
    r"|what do the (?:\w+ )?(?:reports|documents|sources|papers)|line up|square with|same view|side by side|each (?:report|source|document))\b",
    re.I,
)
_LIST = re.compile(
    r"\b(?:list|which (?:\w+ ){0,3}(?:recommendations|principles|dimensions|factors|lessons|characteristics|questions|themes|pillars|groups|"
    r"organisations|barriers|categories|areas|things|steps|points|reasons)|what (?:are|were) (?:the|its|their|all)\b|what (?:\w+ ){0,2}(?:three|four|five|six|"
    r"eight|ten) |name (?:the|all)|all (?:the|of the) (?:\w+ )?(?:recommendations|principles|dimensions|factors|lessons|characteristics|questions|themes|pillars|groups|items|points|steps)|(?:three|four|five|six|eight) (?:principles|pillars|dimensions|lessons|characteristics|things)|bullet points|run through|checklist)\b",
    re.I,
)
_EXAMPLES = re.compile(
    r"\b(?:examples?|case stud(?:y|ies)|what have (?:other )?\w+|what has (?:worked|been done)|who else|how have|how (?:can|could|do|might|should) (?:we|i|you|a|an|councils?|our)\b"
    r"|any (?:ideas|projects|schemes|initiatives|good practice)|projects? (?:that|which|where|for)|schemes? (?:that|which|where|for)|initiatives?|ideas for|what works|good practice"
    r"|anything (?:for|on|about|that)|is there (?:a|any) \w+ (?:that|which|for)|ways (?:to|of)|tips|how to)\b",
    re.I,
)
_OTHERS = re.compile(r"\b(?:others?|elsewhere|anyone else|all of them)\b", re.I)
_VAGUE = re.compile(r"\b(?:the|this|that) (report|study|document|paper|article|blog)\b", re.I)
_NOT_NAMES = frozenset(
    "I I'm I'd I've I'll OK Hi Hello Please Thanks English British UK Britain United Kingdom Government Council Councils ESOL PDF "
    "MP MPs TV Whitehall Westminster Parliament Downing Street Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Brexit European EU NHS".split()
)


def read_question(question: str, shelf: Mapping[str, Metadata]) -> Reading:
    types = expected_types(question)
    vague = _VAGUE.search(question)
    return Reading(
        question,
        _kind(question, types),
        types,
        tuple(names_in(question)),
        vague=vague.group(1).lower() if vague and not sources_to_look_in(question, shelf) else "",
    )


def _kind(question: str, types: tuple[AnswerType, ...]) -> Kind:
    if _COMPARE.search(question):
        return Kind.COMPARE
    if types:
        return Kind.FACT
    if _LIST.search(question) or _COUNTED.search(question):
        return Kind.LIST
    if _EXAMPLES.search(question):
        return Kind.EXAMPLES
    return Kind.GENERAL


_NUMBERS = {
    word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}


def number_named(question: str) -> int | None:
    """How many things a question speaks of ("the six principles"); None when it does not say."""
    found = re.search(rf"\b({'|'.join(_NUMBERS)}|\d{{1,2}})\s+[a-z]", question, re.I)
    if not found:
        return None
    said = found.group(1).lower()
    return _NUMBERS.get(said) or int(said)


_COUNTED = re.compile(
    rf"\b(?:the|all|its|their|those|these) (?:{'|'.join(_NUMBERS)}|\d{{1,2}}) (?:\w+ )?[a-z]+s\b", re.I
)


def names_in(question: str) -> list[str]:
    """Runs of capitalised words that are names and not the first word of a sentence or a word of the trade."""
    if question.isupper():
        return []
    names = []
    for found in re.finditer(r"[A-Z][\w’'-]*(?:\s+(?:(?:(?:of|for) the|of|the|for|and)\s+)?[A-Z][\w’'-]*)*", question):
        text = found.group()
        starts_sentence = not question[: found.start()].strip() or question[: found.start()].rstrip()[-1:] in ".?!:"
        parts = text.split()
        if starts_sentence and (parts[0].lower() in STOPWORDS or len(parts) == 1):
            parts = parts[1:]
        parts = [re.sub(r"['’](?:s|d|ll|ve|re|m)?$", "", part) for part in parts]
        if any(part not in _NOT_NAMES and part.lower() not in STOPWORDS for part in parts):
            names.append(" ".join(parts))
    return names


def named_sources(question: str, shelf: Mapping[str, Metadata]) -> dict[str, tuple[str, ...]]:
    """source id -> the words of the question that name it, by title or by one of the names of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    for source_id, about in shelf.items():
        names = sorted({about.title, about.short_title, *about.aliases} - {""}, key=len, reverse=True)
        said = [m.group() for name in names for m in [_name_pattern(name).search(question)] if m]
        if said:
            found[source_id] = tuple(said)
    return found


@cache
def _name_pattern(name: str) -> re.Pattern[str]:
    plain = re.escape(name).replace("'", "['’]")
    return re.compile(rf"(?<!\w){plain}(?:['’]s|['’])?(?!\w)", re.I)


def without_sources(text: str, named: Mapping[str, tuple[str, ...]]) -> str:
    """The text less the names of sources: they say where to look, not what for. Unchanged when nothing else would be left."""
    rest = text
    for said in sorted({name for names in named.values() for name in names}, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", " ", rest)
    rest = " ".join(rest.split())
    return rest if len(content_words(rest)) >= 2 else text


def sources_to_look_in(question: str, shelf: Mapping[str, Metadata]) -> dict[str, str]:
    """source id -> the words that ask to look in it ("in the APPG report"). Only when they do: "what did the APPG recommend"
    names a speaker and is not narrowed."""
    named = named_sources(question, shelf)
    inside = {id_: name for id_, said in named.items() for name in said if _says_where(question, name)}
    return inside if len(named) == 1 or len(inside) == 1 else {}


def asks_to_compare(question: str) -> bool:
    return bool(_COMPARE.search(question))


def _says_where(question: str, name: str) -> bool:
    """Whether the name is that of a document to look in ("in the APPG report", "what does the CRE study say"), and not of
    one to compare others with."""
    what = r"(?:['’]s)?\s+(?:report|study|research|document|summary|blog|paper|article|leaflet|piece)\b"
    titled = re.search(r"\b(?:report|study|research|lessons|things)$", name, re.I)
    exact = re.escape(name) + ("" if titled else what)
    where = r"\b(?:in|according to|from|within|per|going by)\s+(?:the |this )?(?:\w+ )?"
    if re.search(where + exact, question, re.I):
        return True
    says = r"\b(?:does|do|did|has|is|are|was|were|of)\s+(?:the |this )?"
    asked = sum(bool(_ASKS.search(clause)) for clause in _CLAUSE.split(question) if clause)
    alone = asked <= 1 and not (_COMPARE.search(question) or _OTHERS.search(question))
    return alone and bool(re.search(says + exact, question, re.I))


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of what is asked: its own search text, and the sources it is about (empty: any)."""

    text: str
    sources: frozenset[str] = frozenset()


_CLAUSE = re.compile(
    r"[;:?!]\s+|\.\s+|,?\s+(?:and|but)\s+(?=(?:what|who|how|where|when|why|which|does|do|did|is|are|could|can|should)\b)|\s+(?:against|versus|vs\.?)\s+",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:what|who|whose|how|where|when|why|which|do|does|did|is|are|was|were|has|have|can|could|should|would|list|name)\b",
    re.I,
)
_ARE = r"\bhow (?:do|does|did|is|are|was|were)"
_IN = r"(?P<rest> (?:in terms of|in (?:how|what|who|when|where|which)|when it comes to|as regards)\b.*)?[?.]*$"
_SIDES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_ARE} (?P<one>.+?),? and (?P<other>.+?) (?:differ(?:ent)?|compare|contrast)\b(?P<rest>.*)",
        rf"{_ARE} (?P<one>.+?) (?:differ(?:ent)?|compared?) (?:from|with|to) (?P<other>.+?){_IN}",
        rf"\b(?:difference|differences|contrast|comparison) between (?P<one>.+?),? and (?P<other>.+?){_IN}",
        rf"\bcompare (?P<one>.+?),? (?:and|with|to) (?P<other>.+?){_IN}",
    )
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ABOUT_ME = re.compile(r"(?:I|I['’](?:m|ve|d)|We|We['’](?:re|ve)|My|Our)\b")
_ALL_SOURCES = re.compile(
    r"\b(?:reports|documents|sources|papers|each (?:report|document|source)|more than one (?:report|document|source)|across the shelf)\b",
    re.I,
)


def facets(reading: Reading, shelf: Mapping[str, Metadata]) -> list[Facet]:
    """The parts of a question that asks for several things, or for one thing of several sources; none when it is one."""
    clauses = [clause.strip(" ,") for clause in _CLAUSE.split(reading.question) if clause and content_words(clause)]
    named = [named_sources(clause, shelf) for clause in clauses]
    if len({_voice(id_, shelf) for one in named for id_ in one}) >= 2:
        return _by_source(clauses, named, shelf)
    if reading.kind is Kind.COMPARE:
        compared = _of_all(reading.question, shelf) or _by_year(reading.question, shelf) or _sides(clauses, shelf)
        if compared:
            return compared
    asking = [clause for clause in clauses if _ASKS.search(clause)]
    if len(asking) < 2:
        return []
    topic = _topic(clauses)
    enough = 2 if topic else 4
    # A clause that says little leans on the one before it.
    whole = [
        clause if n == 0 or len(content_words(clause)) >= enough else f"{asking[n - 1]} {clause}"
        for n, clause in enumerate(asking[:4])
    ]
    return [Facet(f"{topic} {clause}".strip()) for clause in whole]


def _topic(clauses: list[str]) -> str:
    """What is said in front of the questions and belongs to each of them ("English classes: what do ...")."""
    ahead = list(takewhile(lambda clause: not _ASKS.search(clause), clauses))
    return " ".join(clause for clause in ahead if not _ABOUT_ME.match(clause))


def _of_all(question: str, shelf: Mapping[str, Metadata]) -> list[Facet]:
    """The question put to every source, when it asks for that."""
    if not _ALL_SOURCES.search(question):
        return []
    text = without_sources(question, named_sources(question, shelf))
    return [Facet(text, frozenset(ids)) for ids in _voices(shelf).values()]


def _by_year(question: str, shelf: Mapping[str, Metadata]) -> list[Facet]:
    """The question put to the sources of each year that it names ("2007 versus 2017"), when there are some of two years."""
    years = list(dict.fromkeys(int(year) for year in YEAR.findall(question)))
    text = " ".join(YEAR.sub(" ", question).split())
    of_years = [frozenset(id_ for id_, about in shelf.items() if about.year == year) for year in years]
    return [Facet(text, ids) for ids in of_years] if len(of_years) >= 2 and all(of_years) else []


def _sides(clauses: list[str], shelf: Mapping[str, Metadata]) -> list[Facet]:
    """The two things whose difference is asked for, each with what they are compared in."""
    found = next((match for clause in clauses for sides in _SIDES if (match := sides.search(clause))), None)
    if not found or not all(content_words(found[side]) for side in ("one", "other")):
        return []
    return [
        Facet(without_sources(f"{found[side]} {found['rest'] or ''}".strip(" ?."), named), frozenset(named))
        for side in ("one", "other")
        for named in [named_sources(found[side], shelf)]
    ]


def _by_source(
    clauses: list[str], named: list[dict[str, tuple[str, ...]]], shelf: Mapping[str, Metadata]
) -> list[Facet]:
    """A facet for each source named; what is said before, as a topic, belongs to each of them."""
    topic = [clause for clause, one in zip(clauses, named, strict=True) if not one and not _ABOUT_ME.match(clause)]
    made = []
    for clause, one in zip(clauses, named, strict=True):
        voices: dict[str, set[str]] = {}
        for id_ in one:
            voices.setdefault(_voice(id_, shelf), set()).add(id_)
        text = f"{' '.join(topic)} {without_sources(clause, one)}".strip()
        made += [Facet(text, frozenset(ids)) for ids in voices.values()]
    return made


def voices_named(question: str, shelf: Mapping[str, Metadata]) -> set[str]:
    """The pieces of work that a question names; one project told twice is one."""
    return {_voice(id_, shelf) for id_ in named_sources(question, shelf)}


def _voice(source_id: str, shelf: Mapping[str, Metadata]) -> str:
    return shelf[source_id].project or source_id


def _voices(shelf: Mapping[str, Metadata]) -> dict[str, set[str]]:
    """Sources by the piece of work that they tell of: one project told twice is one voice."""
    voices: dict[str, set[str]] = {}
    for id_ in shelf:
        voices.setdefault(_voice(id_, shelf), set()).add(id_)
    return voices
