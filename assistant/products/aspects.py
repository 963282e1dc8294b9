"""What a sentence does for a topic: it asks for something, tells of a hindrance or a benefit, tells what was done, or finds.

Read from the sentence's own words, so the heading it stands under is true of it whatever the topic: no list of topics is
built in. Asking counts before all else; between a hindrance and a benefit the more signs decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.products.material import Point


class Aspect(StrEnum):
    """The value is the heading, in the order in which a briefing has them."""

    FOUND = "What the sources find"
    HINDERS = "What stands in the way"
    BRINGS = "What is said to help"
    DONE = "What has been done"
    ASKED = "What the sources ask for"


_ASKS = re.compile(
    r"\b(?:should|must|ought to|recommend(?:s|ed|ation)?|urges?|calls? (?:on|for)|propos(?:es|ed|als?)|needs? to|"
    r"(?:may|might|could) (?:want to|look to|consider)|(?:may|might) consider|it is (?:vital|essential|important|necessary) (?:that|to|for))\b",
    re.I,
)
_HINDERS = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|barriers?|limit(?:s|ed)?|obstacles?|difficult(?:y|ies)?|challeng(?:e|es|ed|ing)|pressures?|problems?|tensions?|isolat\w+|"
    r"segregat\w+|misperceptions?|misinformation|misconceptions?|rumours?|hostil\w+|critical of|excluded|exclusion|unable|cannot|fail(?:s|ed|ure|ing)?|"
    r"undermin\w+|waiting lists?|locked into|insufficient|inadequate|not well[- ]informed|do(?:es)? not (?:fully |yet )?\w+|"
    r"risks?|divid(?:e|ed|es)|decline|stopped|worrying|fragment\w*|grievances?|conflict)\b",
    re.I,
)
_BRINGS = re.compile(
    r"\b(?:help(?:s|ed|ing)?|benefits?|improv\w+|key to|enabl\w+|makes? a (?:real )?difference|success\w*|effective\w*|valuable|build(?:s|ing)? "
    r"(?:trust|bonds|confidence|links|relationships)|increas(?:es|ed|ing)|strengthen\w*|reduc(?:es|ed|ing)|transformed|foster\w*|dissolve\w*|"
    r"would (?:allow|encourage)|(?:resolv|overcom|dispel|tackl|address)\w*|prevents? (?:this|these|it|them) from|challenged? (?:misconceptions|myths)|"
    r"opportunit(?:y|ies) to|support(?:s|ed)?|great way|dividends|break(?:s|ing)? down)\b",
    re.I,
)
_DONE = re.compile(
    r"\b(?:(?:has|have) (?:been )?(?:\w+ly )?\w+ed|was (?:set up|initially|launched|developed|created|founded|established)|were (?:set up|launched|developed)|"
    r"(?:runs|offers|provides|employs|brings|links|builds|recruited|launched|developed|created|set up|met with|brought together|came together|write about|describe|"
    r"allowed|combined|established)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Points of one aspect, in the order in which they are told."""

    aspect: Aspect
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        return self.aspect.value


def aspect_of(text: str, practice: bool = False) -> Aspect:
    """`practice`: the sentence stands in a case study or holds words of an initiative that was carried out."""
    if _ASKS.search(text):
        return Aspect.ASKED
    if practice and _DONE.search(text):
        return Aspect.DONE
    hinders, brings = len(_HINDERS.findall(text)), len(_BRINGS.findall(text))
    if hinders or brings:
        return Aspect.HINDERS if hinders > brings else Aspect.BRINGS
    return Aspect.DONE if practice else Aspect.FOUND


def by_aspect(points: Sequence[Point]) -> list[Group]:
    """The groups that have a point, in the order of `Aspect`."""
    held: dict[Aspect, list[Point]] = {aspect: [] for aspect in Aspect}
    for point in points:
        aspect = aspect_of(point.scored.unit.text, point.practice)
        held[aspect_of(point.claim.text, point.practice) if aspect is Aspect.FOUND else aspect].append(point)
    return [Group(aspect, tuple(mine)) for aspect, mine in held.items() if mine]
