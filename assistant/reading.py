"""A question as the assistant reads it: what kind it is, what would answer it, whom it names, and what is not for us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.answer_types import AnswerType, expected_types
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
    """`names` are the proper names in the question as written; `assumed` says what "the report" was taken for."""

    question: str
    kind: Kind
    types: tuple[AnswerType, ...]
    names: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    vague: str = ""


_COMPARE = re.compile(
    r"\b(?:compare|comparison|differ(?:s|ence|ences|ent from|ently)?|disagree|agree|versus|vs\.?|contrast|in common|both (?:the )?\w+"
    r"(?: \w+)? and|across (?:the )?(?:reports|documents|sources)|(?:do|does|would) (?:the|all|these) (?:\w+ )?(?:reports|documents|sources|papers)"
    r"|what do the (?:\w+ )?(?:reports|documents|sources|papers)|line up|square with|same view|side by side|each (?:report|source|document))\b",
    re.I,
)
_LIST = re.compile(
    r"\b(?:list|which (?:\w+ ){0,3}(?:recommendations|principles|dimensions|factors|lessons|characteristics|questions|themes|pillars|groups|"
    r"organisations|barriers|categories|areas|things|steps|points|reasons)|what (?:are|were) (?:the|its|their|all)\b|what (?:\w+ ){0,2}(?:three|four|five|six|"
    r"eight|ten) |name (?:the|all)|all (?:the|of the) |(?:three|four|five|six|eight) (?:principles|pillars|dimensions|lessons|characteristics|things)|bullet points|run through|checklist)\b",
    re.I,
)
_EXAMPLES = re.compile(
    r"\b(?:examples?|case stud(?:y|ies)|what have (?:other )?\w+|what has (?:worked|been done)|who else|how have|how (?:can|could|do|might|should) (?:we|i|you|a|an|councils?|our)\b"
    r"|any (?:ideas|projects|schemes|initiatives|good practice)|projects? (?:that|which|where|for)|schemes? (?:that|which|where|for)|initiatives?|ideas for|what works|good practice"
    r"|anything (?:for|on|about|that)|is there (?:a|any) \w+ (?:that|which|for)|ways (?:to|of)|tips|how to)\b",
    re.I,
)
_VAGUE = re.compile(
    r"\b(?:the|this|that) (report|study|document|paper|project|council|article|blog|event|conference)\b", re.I
)
_SINCE = re.compile(r"\b(?:since|after|from) ((?:19|20)\d\d)\b(?! (?:to|until|and))", re.I)
_NOT_NAMES = frozenset(
    "I I'm I'd I've I'll OK Hi Hello Please Thanks English British UK Britain United Kingdom Government Council Councils ESOL PDF "
    "MP MPs Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Brexit European EU NHS".split()
)


def read_question(question: str, shelf: Mapping[str, Metadata]) -> Reading:
    types = expected_types(question)
    filters = explicit_filters(question, shelf)
    vague = _VAGUE.search(question)
    return Reading(
        question,
        _kind(question, types),
        types,
        tuple(names_in(question)),
        filters,
        vague.group(1).lower() if vague and not filters.sources else "",
    )


def _kind(question: str, types: tuple[AnswerType, ...]) -> Kind:
    if _COMPARE.search(question):
        return Kind.COMPARE
    if types:
        return Kind.FACT
    if _LIST.search(question):
        return Kind.LIST
    if _EXAMPLES.search(question):
        return Kind.EXAMPLES
    return Kind.GENERAL


def names_in(question: str) -> list[str]:
    """Runs of capitalised words that are names and not the first word of a sentence or a word of the trade."""
    if question.isupper():
        return []
    names = []
    for found in re.finditer(r"[A-Z][\w’'-]*(?:\s+(?:(?:of|the|for|and)\s+)?[A-Z][\w’'-]*)*", question):
        text = found.group()
        starts_sentence = not question[: found.start()].strip() or question[: found.start()].rstrip()[-1:] in ".?!:"
        parts = text.split()
        if starts_sentence and (parts[0].lower() in STOPWORDS or len(parts) == 1):
            parts = parts[1:]
        parts = [part.removesuffix("'s").removesuffix("’s") for part in parts]
        if any(part not in _NOT_NAMES and part.lower() not in STOPWORDS for part in parts):
            names.append(" ".join(parts))
    return names


# How people name the sources in a question. Longer, surer forms only: "academy" alone may be a school.
_SOURCE_WORDS: dict[str, str] = {
    "appg-2017": r"\bAPPG\b|\ball[- ]party\b|\binterim report\b",
    "ippr-2007": r"\b(?:the )?(?:ippr|cre) (?:report|study|research|paper|summary)\b|\b2007 (?:report|study|research|paper)\b",
    "british-future-2018": r"\bbritish future (?:conference|event|report|blog|write[- ]up)\b|\bgetting it right locally\b|\bbritish library (?:conference|event)\b",
    "british-academy-2017": r"\bbritish academy (?:report|summary|document|paper|project|key lessons)\b|\bkey lessons (?:document|summary|paper)\b",
    "heath-2017": r"\banthony heath'?s? (?:blog|article|piece)\b|\b(?:eight|8) things\b|\bheath (?:blog|article|piece)\b",
}


def explicit_filters(question: str, shelf: Mapping[str, Metadata]) -> Filters:
    """What the question itself asks to be searched: a source by name ("in the APPG report"), a year ("since 2015").

    Only when it says so: "what did the APPG recommend" names a speaker and is not narrowed; two named sources are both kept.
    """
    asked = re.search(r"\b(?:in|according to|from|within|does|did|what does|per) (?:the |this )?", question, re.I)
    named = {id_ for id_, pattern in _SOURCE_WORDS.items() if id_ in shelf and re.search(pattern, question, re.I)}
    named |= {id_ for id_, about in shelf.items() if about.title and about.title.lower() in question.lower()}
    since = _SINCE.search(question)
    reports_since = since and re.search(
        r"\b(?:reports?|documents?|sources?|evidence|published|anything)\b", question, re.I
    )
    return Filters(
        sources=frozenset(named) if asked and named else frozenset(),
        since=int(since.group(1)) if since and reports_since else None,
    )


_PERSONAL = re.compile(
    r"\b(?:my|his|her|their|our|a|the) (?:own )?(?:\w+ ){0,2}(?:visa|settled status|asylum (?:claim|case|application)|leave to remain|deportation|appeal|"
    r"citizenship application|benefits? claim|eviction|solicitor|immigration status|sponsor licence)\b|\bam i (?:entitled|eligible|allowed)\b|"
    r"\b(?:do|does|can|could|will|would|should|is|are) (?:i|he|she|they|my \w+|this (?:man|woman|family|person|client|tenant))\b.{0,60}\b(?:qualif\w+|eligible|entitled|apply|appeal|claim|be deported|sue|"
    r"get (?:a visa|citizenship|benefits|settled status))\b|\blegal advice\b|\bhome office reference\b",
    re.I,
)
_OFF_TOPIC = re.compile(
    r"\b(?:weather|forecast|recipe|football score|lottery|horoscope|stock price|bitcoin|python|javascript|sql|excel (?:formula|macro)|regex|"
    r"(?:write|compose|give) (?:me |us )?(?:a |an |some )?(?:\w+ )?(?:poem|song|limerick|haiku|joke|story|rap|essay|cover letter|code|script|program|function)|tell (?:me|us) a joke|"
    r"translate|symptoms?|prescri\w+|dosage|ibuprofen|paracetamol|diagnos\w+|chest pain|train times?|bus times?|restaurant|who won|capital of|solve|calculate|what(?:'s| is) \d+\s*[x*+/-])\b",
    re.I,
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|instructions|rules?|prompt|previous|above|guidelines|everything)\b|"
    r"\b(?:system|hidden|developer|initial) (?:prompt|message|instructions?)\b|\byou are (?:now|no longer)\b|\bact as\b|\bpretend (?:to be|you|that)\b|\brole[- ]?play\b|"
    r"\b(?:jailbreak|developer mode|dan mode|do anything now)\b|\b(?:print|repeat|reveal|show|output|say|reply|respond|answer|end|finish|start|begin)\b.{0,30}\b(?:exactly|only with|verbatim|the words?|the phrase|the following|with the (?:word|phrase|link|sentence)|your (?:prompt|instructions|rules))\b|"
    r"\b(?:base64|rot13|decode)\b|https?://|<[a-z!/][^>]*>|\bcite\b.{0,40}\b(?:as|source|report)\b|\b(?:new|special) instructions?\b|\bfrom now on\b",
    re.I,
)


def is_personal_case(question: str) -> bool:
    """Whether the question asks for advice on a person's case, which needs a registered adviser."""
    return bool(_PERSONAL.search(question))


def is_off_topic(question: str) -> bool:
    return bool(_OFF_TOPIC.search(question))


def without_orders(question: str) -> tuple[str, bool]:
    """The question less the sentences that are orders to the program, and whether there were any."""
    pieces = re.split(r"(?<=[.!?;:])\s+|\n+", question)
    kept = [piece for piece in pieces if not _ORDERS.search(piece)]
    if len(kept) == len(pieces):
        return question, False
    rest = " ".join(kept).strip()
    return (rest if len(content_words(rest)) >= 2 else ""), True


# Personal data of a third person: shown as a warning, and a reason not to log the question.
_PERSONAL_DATA = re.compile(
    r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b|[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:\+44\s?|0)\d(?:[\s-]?\d){8,10}\b|\b(?:\d[ -]?){13,16}\b|\b[A-Z]\d{7,8}\b"
)


def holds_personal_data(question: str) -> bool:
    """An e-mail address, a telephone, card or National Insurance number, or a Home Office reference."""
    return bool(_PERSONAL_DATA.search(question))
