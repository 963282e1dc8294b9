"""What sort of thing a question asks for, and the words of a sentence that could be it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from index.sentences import Span


class AnswerType(StrEnum):
    AMOUNT = "amount of money"
    SHARE = "share"
    COUNT = "number"
    DURATION = "length of time"
    FREQUENCY = "how often"
    DATE = "date"
    AGE = "age"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    TIME = "time of day"
    CONTACT = "telephone number, address or e-mail"


_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half|third|quarter|single|both|several|all ten)"
)
_NUMBER = rf"(?:\d[\d,.]*\d|\d|{_NUMBER_WORD}(?:[- ]{_NUMBER_WORD})*)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)"
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?"
_PERIOD = r"(?:second|minute|hour|day|week|month|term|year|decade|century)s?"
_TITLE_WORD = r"[A-Z][\w’'&.-]*"
_TITLE_WORDS = rf"{_TITLE_WORD}(?: {_TITLE_WORD})*"
_NAME = rf"{_TITLE_WORD}(?: (?:(?:of|for) (?:the )?)?{_TITLE_WORD})*"
_PLACED = r"(?:(?<=\b(?:in|at|to|of|by) )|(?<=\b(?:from|near) )|(?<=\bacross )|(?<=\baround )|(?<=\b(?:outside|through|between) ))"

_PATTERNS: dict[AnswerType, str] = {
    AnswerType.AMOUNT: rf"(?:just under |over |about |around |approximately )?[£$€]\s?\d[\d,.]*(?:\s?(?:million|billion|bn|m|k))?|{_NUMBER} (?:pounds|euros|pence)|\b(?:free|do not cost anything|not cost)\b",
    AnswerType.SHARE: rf"(?:around |about |over |nearly |at least |approximately )?{_NUMBER}\s?(?:%|per ?cent)|\b(?:half|a third|a quarter|two[- ]thirds|three[- ]quarters|majority|{_NUMBER} times)\b",
    AnswerType.COUNT: rf"(?:around |about |over |nearly |at least |approximately |more than |some of the )?\b{_NUMBER}\b",
    AnswerType.DURATION: rf"\b(?:{_NUMBER}|an?|several|few|half an?)[- ](?:{_PERIOD}|one-day)\b(?: to (?:{_NUMBER}|an?) {_PERIOD})?|\b(?:one|two|three)-(?:day|week|month|year)\b|\bfrom \w+ \d{{4}} to \w+ \d{{4}}\b|\bover the course of an? \w+",
    AnswerType.FREQUENCY: rf"\b(?:every {_DAY}(?: and {_DAY})?|every \w+|(?:at least )?(?:once|twice|{_NUMBER} times|{_NUMBER} hours) (?:a|an|per|each|every) \w+|daily|weekly|monthly|annually|yearly|annual|per month|each (?:day|week|month|year)|as often as they like|on a regular basis|regularly)\b",
    AnswerType.DATE: rf"\b(?:\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|{_MONTH} (?:\d{{4}})|(?:18|19|20)\d\d|{_MONTH}|early \d{{4}}s?|{_DAY}|last (?:year|month|century)|earlier this year)\b",
    AnswerType.AGE: r"\b(?:aged? \d+|\d+[- ]years?[- ]olds?|\w+teen and \w+teen year olds?|(?:six|seven)teen year olds?|primary[- ]school[- ](?:age|children)|adults of all ages|all ages)\b|(?<=, )\d{2}(?=,)",
    AnswerType.PERSON: rf"\b(?:(?:Professor|Prof|Dr|Dame|Sir|Lord|Senator|Ms|Mrs|Mr|Councillor|Minister|Headteacher|Chair|Director|Hon|Commissioner) )*{_TITLE_WORD} (?:(?:de|van|der) )?{_TITLE_WORD}(?: {_TITLE_WORD})*",
    AnswerType.ORGANISATION: rf"\b{_TITLE_WORDS}(?: (?:of|for) (?:the )?{_TITLE_WORDS}(?:,? and {_TITLE_WORDS})?)*",
    AnswerType.TIME: rf"\b\d{{1,2}}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|noon|o.clock)|\b\d{{1,2}}:\d\d\b|\b(?:at|from|until|till) (?:noon|midnight|{_NUMBER_WORD} o.clock)\b|\b(?:mornings?|afternoons?|evenings?|lunch ?times?)\b",
    AnswerType.CONTACT: r"[\w.+-]+@[\w-]+\.[\w.]+|\b(?:https?://|www\.)\S+|\b(?:\+44|0)\d[\d ]{7,12}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",
    AnswerType.PLACE: rf"{_PLACED}(?!{_MONTH}\b|{_DAY}\b){_NAME}",
}  # fmt: skip
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}

_MONEY = r"(?:cost\w*|pay|pays|paid|charg\w+|spen[dt]\w*|give|gives|gave|given|put|raise\w*|invest\w*|receive\w*|get|got|worth|fund\w*|set|need\w*|offer\w*|earn\w*|save\w*)"

# What is asked for, most telling first. Each is searched in the lower-case question.
_ASKED: list[tuple[str, tuple[AnswerType, ...]]] = [
    (r"\bhow many times (?:more|as|over|the|higher|bigger|larger|dearer|greater|\w+er)\b", (AnswerType.SHARE,)),
    (r"\b(?:phone|telephone|mobile|helpline|contact) (?:number|details?)|\b(?:post ?code|(?:e-?mail|email) address|web(?:site)? address|postal address|street address)\b|\b(?:ring|phone|contact) (?:them|him|her)\b|\bgot an e-?mail for\b", (AnswerType.CONTACT,)),
    (r"\b(?:what|which) times?\b(?! of (?:year|life))|\bopening (?:hours|times)\b|\bhow (?:early|late) (?:does|do|is|are)\b", (AnswerType.TIME,)),
    (r"\bpercentage points?\b|\bper ?cent(?:age)? (?:of|is|are|was|were)\b", (AnswerType.SHARE,)),
    (r"\bcosts? (?:and|or) benefits?\b|\bbenefits? (?:and|or) costs?\b|\bcosts? of (?:not|fail\w*|poor|(?:a )?lack|doing nothing|inaction|segregation|division|isolation)\b", ()),
    (rf"\bhow (?:much (?:(?:extra|more|federal|public|central|new|government|local) )?(?:money|funding|cash|grant)|costly|expensive)|\bhow much (?:more |extra )?(?:of the [\w ]+fund|should)\b|\b(?:in|many) (?:pounds|euros|dollars)\b|\b(?:what|how much)(?:'s| is| are| was| were| will| would| does| do| did) [^,.;:]{{0,60}}?(?<!to )\b(?:pay|paid|costs?|charge|tickets?|penalty|fine)\b(?! off)|\bwhat (?:income|salary|pay|wage|pay level)\b|\bnew price\b|\bhow much (?:is|was|are|were)\b(?! (?:known|said|understood|done|left|being|of|due|about))|\bhow much (?:does|did|do|would|has|have|will|should|can|it|they)\b.{{0,80}}\b{_MONEY}\b|\bhow much\b.{{0,60}}\b(?:worth|costs?|spent|paid|pay)\b", (AnswerType.AMOUNT,)),
    (r"\b(?:what|which) (?:is |was |are |were |did |does )?(?:the |it |they )?(?:cost|price|fee|charge|budget|salary|amount of money)|\bcost (?:of|to)\b|\bfees?\b.*\bhow\b|\bhow many pounds\b", (AnswerType.AMOUNT,)),
    (r"\b(?:crime|unemployment|employment|birth|pass|success|poverty|literacy|drop-?out) rates?\b|\bwhat (?:percentage|proportion|share|fraction|per ?cent)|\bhow (?:large|big) a (?:share|proportion)|\bpercentage of\b|\bproportion of\b", (AnswerType.SHARE,)),
    (r"\bhow (?:often|frequently|regularly|many times)|\bhow many (?:hours|days|times) (?:a|per|each|every)\b|\bhow much time\b|\bwhich days?\b|\bwhat days?\b", (AnswerType.FREQUENCY, AnswerType.DURATION)),
    (r"\bhow long\b|\bhow many (?:days|weeks|months|years|hours)\b|\bwhat length of time\b|\bduration\b", (AnswerType.DURATION,)),
    (r"\bhow old\b|\bwhat ages?\b|\bage (?:group|range)\b", (AnswerType.AGE,)),
    (r"\bpopulation of\b|\bhow many\b|\bwhat number\b|\bthe number of\b|\bhow large\b|\bhow big\b|\bhead ?count\b", (AnswerType.COUNT, AnswerType.SHARE)),
    (r"^(?:and |so |but )?when (?:did|was|were|is|will|does|do|are)\b|\bwhen (?:did|was|were|is|will|does)\b|\bwhat (?:year|date|month|day)\b|\bwhich (?:year|month|date)\b|\bsince when\b", (AnswerType.DATE,)),
    (r"^(?:and |so |but )?who(?:se|m)?\b|\b(?:by|to|for|from|with) whom\b|\bwho (?:runs?|ran|set|said|wrote|told|chairs?|funds?|funded|leads?|led|spoke|is|was|are|were|did|does|pays?|paid)\b|\bwhose\b|\bwhich (?:person|mp|minister|academic|professor|researcher|speaker)", (AnswerType.PERSON, AnswerType.ORGANISATION)),
    (r"\b(?:which|what) (?:charity|charities|organisation|organization|body|bodies|council|force|university|agency|company|group|school|department|institution|trust|foundation|(?:football |sports )?(?:club|team)|newspapers?|papers|employers?|firms?|college|church|bank|broadcaster)s?\b", (AnswerType.ORGANISATION,)),
    (r"^(?:and |so |but )?where\b(?! (?:possible|appropriate|necessary|there|people)\b)|\bwhere (?:is|was|are|were|did|does|do|can)\b|\b(?:which|what) (?:\w+ )?(?:cit(?:y|ies)|countr(?:y|ies)|(?:town|place|region|area|borough|location|district|neighbourhood|part)s?)\b|\bwhereabouts\b", (AnswerType.PLACE,)),
]  # fmt: skip
_ASKED_COMPILED = [(re.compile(pattern), types) for pattern, types in _ASKED]


def expected_types(question: str) -> tuple[AnswerType, ...]:
    """The types that would answer the question; empty when it asks for no such thing (how, why, what is said about)."""
    text = question.lower()
    for pattern, types in _ASKED_COMPILED:
        if pattern.search(text):
            return types
    return ()


def candidates(
    sentence: str, types: tuple[AnswerType, ...], question: str, is_body: Callable[[str], bool] = lambda _: True
) -> list[Span]:
    """Spans of `sentence` that have one of the types and are not already in the question. `is_body` says whether an
    abbreviation may be an organisation's name."""
    asked = " ".join(question.lower().split())
    kind_of_body = _IN_ITS_NAME.search(asked)
    spans: list[Span] = []
    for kind in types:
        for found in _COMPILED[kind].finditer(sentence):
            if not _could_be(kind, found, asked):
                continue
            if kind is AnswerType.ORGANISATION and not _such_a_body(found.group(), kind_of_body, is_body):
                continue
            spans.append(_trimmed(found) if kind in _NAMED else found.span())
    return _without_overlaps(spans)


_NAMED = frozenset({AnswerType.PERSON, AnswerType.ORGANISATION, AnswerType.PLACE})
_OPENERS = frozenset(
    "the a an this these those that it in on for as at of and but our we they there if while from through over although however "
    "during when what throughout many some such since most speaking finally indeed because both by to with".split()
)


# Bodies that say in their names what they are: asked for a university, no sentence answers with a trust.
_IN_ITS_NAME = re.compile(
    r"\b(?:which|what) (?:\w+ )?(universit|college|school|church|mosque|bank|trust|foundation|institut)"
)
# Whoever has an office is no body.
_OFFICES = frozenset(
    "chair vice director minister prime secretary professor prof dr dame sir lord lady senator councillor mr mrs ms president mayor".split()
)
_POSSESSIVE = re.compile(r"(?:['’]s?|[.-])+$")


def _could_be(kind: AnswerType, found: re.Match[str], asked: str) -> bool:
    text = found.group().strip(" ,.")
    if kind in _NAMED:
        named = [word for word in text.split() if word.lower() not in _OPENERS]
        # A single capital at the start of a sentence is no name, unless it is an acronym.
        if not named or (found.start() <= 1 and len(named) == 1 and not named[0].strip(".,’'").isupper()):
            return False
        return any(word.lower().strip(".,’'") not in asked for word in named)
    if kind is AnswerType.AMOUNT and not any(letter.isdigit() for letter in text):
        return re.search(r"\b(?:costs?|fees?|charge\w*|price|pay|paid|free|expensive)\b", asked) is not None
    if kind is AnswerType.COUNT and re.fullmatch(r"(?:19|20)\d\d|one|both|half|single|third|quarter", text.lower()):
        return False
    return True


def _such_a_body(found: str, wanted: re.Match[str] | None, is_body: Callable[[str], bool]) -> bool:
    """Whether what looks like a name may be an organisation's: of the kind `wanted`, of several words, or an abbreviation."""
    name = _POSSESSIVE.sub("", found)
    words = [word for word in name.split() if word.lower() not in _OPENERS]
    if not words or words[0].lower().rstrip(".s") in _OFFICES:
        return False
    if wanted:
        return wanted.group(1) in name.lower()
    return len(words) > 1 or (len(name) > 2 and name.isupper() and is_body(name))


def _trimmed(found: re.Match[str]) -> Span:
    """A name's span less the article before it, the full stop of its sentence or a possessive."""
    name = _POSSESSIVE.sub("", found.group())
    article = re.match(r"(?:The|A|An) (?=\S)", name)
    return found.start() + (article.end() if article else 0), found.start() + len(name)


def _without_overlaps(spans: list[Span]) -> list[Span]:
    """The longest of overlapping spans, in order of place."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return sorted(kept)
