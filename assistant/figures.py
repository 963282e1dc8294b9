"""Text -> the figures and dates in it, each in one form however it is written: "£38k" and "£38,000", "two" and "2"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_VALUES = {word: n for n, word in enumerate(_UNITS)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
# "One" that counts nothing: one another, no one, the one that.
_PRONOUN = re.compile(
    r"\b(?:no|any|every|some|each|this|that|the|which|another) one\b|\bone (?:another|of|or|can|could|may|might|must|should|that|who|day)\b|\bone['’]s\b",
    re.I,
)
# Words that say how many or how much without being numbers; each counts as itself.
_PARTS = {
    word: word
    for word in (
        "half",
        "quarter",
        "quarters",
        "thirds",
        "dozen",
        "dozens",
        "once",
        "twice",
        "double",
        "triple",
        "treble",
    )
}
_PARTS |= {"halves": "half", "doubled": "double", "tripled": "triple", "trebled": "treble"}

_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(_UNITS[::-1])})"
_FIGURE = re.compile(
    rf"(?P<money>[£$€]\s?)?(?:(?P<digits>\d(?:[\d,]*\d)?(?:\.\d+)?)(?P<nth>st|nd|rd|th)?|\b(?P<small>{_SMALL})\b)"
    r"(?:[ -]?(?P<scale>hundred|thousand|million|billion|bn|k|m)\b)?(?:\s?(?P<unit>%|per ?cent\b|percent\b|pounds\b|euros\b|pence\b))?"
    rf"|\b(?P<order>{'|'.join(_ORDINALS)})\b|\b(?P<part>{'|'.join(_PARTS)}|hundreds|thousands|millions|billions)\b",
    re.I,
)
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(
    [*(month.capitalize() for month in _MONTHS), *"Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec".split()]
)
_DATE = re.compile(
    rf"(?:\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?\b(?P<month>{_MONTH})\b\.?(?: (?P<late>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?!\d))?(?:,? (?P<year>\d{{4}})\b)?"
)
_WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_CURRENCIES = {"£": "£", "pounds": "£", "$": "$", "€": "€", "euros": "€", "pence": "pence"}


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` tells figures apart ("£38000", "14%", "640", "#3" for the third); `start` and `end` say where it stands."""

    value: str
    start: int
    end: int

    @property
    def is_year(self) -> bool:
        return bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", self.value))


def figures(text: str) -> list[Figure]:
    """In order of place. Scale words and signs that stand with a number are part of it."""
    pronouns = [found.span() for found in _PRONOUN.finditer(text)]
    return [
        Figure(_value(found), found.start(), found.end())
        for found in _FIGURE.finditer(text)
        if not any(start <= found.start() < end for start, end in pronouns)
    ]


def _value(found: re.Match[str]) -> str:
    if found["part"]:
        return _PARTS.get(found["part"].lower(), found["part"].lower())
    if found["order"]:
        return f"#{_ORDINALS.index(found['order'].lower()) + 1}"
    number = _number(found) * _SCALES.get((found["scale"] or "").lower(), 1)
    plain = f"{number:.6f}".rstrip("0").rstrip(".")
    unit = " ".join((found["unit"] or "").lower().split())
    money = _CURRENCIES.get((found["money"] or "").strip() or unit, "")
    return f"{'#' if found['nth'] else money}{plain}{'%' if unit.startswith(('%', 'per')) else ''}"


def _number(found: re.Match[str]) -> float:
    if found["digits"]:
        return float(found["digits"].replace(",", ""))
    return float(sum(_VALUES[part] for part in re.split(r"[- ]", found["small"].lower())))


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is given; 0 for what is not."""

    month: int
    day: int = 0
    year: int = 0

    def is_in(self, other: Day) -> bool:
        """Whether the other says as much or more, and the same."""
        return self.month == other.month and self.day in (0, other.day) and self.year in (0, other.year)


def dates(text: str) -> list[Day]:
    """The dates that name a month."""
    return [_day(found) for found in _DATE.finditer(text)]


def _day(found: re.Match[str]) -> Day:
    month = next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(found["month"].lower()[:3]))
    return Day(month, int(found["day"] or found["late"] or 0), int(found["year"] or 0))


def weekdays(text: str) -> set[str]:
    return set(_WEEKDAY.findall(text))
