"""A follow-up and its history -> text that can be searched alone, without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.model import Turn
from assistant.reading import names_in
from index.words import content_words

_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|his|her|that|this|these|those|there|then|the same|such|one|ones|former|latter|"
    r"(?:the )?(?:first|second|third|fourth|fifth|last|other)(?: one)?)\b(?! (?:World|language|year|month|week|century|generation|time)\b)",
    re.I,
)
_GOES_ON = re.compile(
    r"^\s*(?:and|but|so|also|ok(?:ay)?|what about|how about|or|why|who else|anything else|any more|more on|tell me more|which)\b",
    re.I,
)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_NEW_TOPIC = re.compile(
    r"\b(?:different (?:question|topic|subject)|new (?:question|topic)|change of (?:subject|topic)|something else|separately|unrelated|moving on|by the way)\b",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"(?:and |but |ok,? |so )?(?:what about|how about|and|for|about)\s+((?!who|what|when|where|how|why|did|do|does|is|are|would|if|in\b)[^?.!]{2,60})\??$",
    re.I,
)
_LAST_MATTER = re.compile(r"(.+\b(?:on|about|for|with|to|of|by|against))\s+[^?.!]+\??$", re.I | re.S)
_MAY_BE_NEW = 2  # content words
_SERIES = re.compile(r"[:,–—-]\s+((?:[^.:;,]{3,60},\s+){1,8}(?:and\s+)?[^.:;,]{3,60})")
_MARKS = re.compile(r"\[\d+\]|[*_>#`]|^\s*(?:[-•]|\d+\.)\s*", re.M)


def search_texts(question: str, history: Sequence[Turn]) -> list[str]:
    """Texts to try, the likeliest first: the question itself when it stands alone, otherwise with what it points to; and by
    itself too when it says enough to be the beginning of something new.

    One text when there is no history or the question needs none of it; then the old topic does not come along.
    """
    earlier = [turn for turn in history if turn.content.strip()]
    if not earlier or not leans_on_history(question):
        return [question]
    asked = [turn.content for turn in earlier if turn.role == "user"]
    answers = [turn.content for turn in earlier if turn.role == "assistant"]
    topic = _topic(asked)
    pointed = _item(question, answers[-1]) if answers else ""
    said = _said(answers[-1]) if answers else ""
    # Names in the answer help only where the questions so far name nothing themselves.
    more = "" if names_in(topic) else said
    texts = [f"{question} {pointed or topic}".strip(), f"{question} {pointed} {topic} {more}".strip()]
    alone = [question] if len(content_words(question)) >= _MAY_BE_NEW and not pointed else []
    swapped = [text for text in [_swapped(question, asked[-1])] if text] if asked else []
    return list(dict.fromkeys([*texts, *swapped, *alone]))


def names_pointed_to(text: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """The names in a follow-up's search text that the last answer speaks of too: what "it" is most likely to be."""
    answered = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return tuple(name for name in names_in(text) if name.lower() in answered.lower())


def leans_on_history(question: str) -> bool:
    """Whether the question cannot be understood alone: it points back, goes on, or says too little."""
    if _NEW_TOPIC.search(question):
        return False
    topical = len(content_words(question))
    if _GOES_ON.search(question):
        return topical <= 5
    if _POINTING.search(question):
        return topical <= 6
    return topical <= 2


def _topic(asked: Sequence[str]) -> str:
    """The last question that said what it was about, and the last follow-up to it if there was one."""
    standing = next((n for n in range(len(asked) - 1, -1, -1) if not leans_on_history(asked[n])), 0)
    return " ".join(dict.fromkeys([*asked[standing : standing + 1], *asked[standing + 1 :][-1:]]))


def _swapped(question: str, before: str) -> str:
    """ "What about employers?" after "What do the MPs recommend on English classes?": the question before, with the new matter in
    the place of its last one. Empty when the follow-up has another form."""
    new, frame = _WHAT_ABOUT.match(question.strip()), _LAST_MATTER.match(before.strip())
    if not new or not frame or not content_words(new.group(1)) or _POINTING.search(new.group(1)):
        return ""
    return f"{frame.group(1)} {new.group(1)}?"


def _item(question: str, answer: str) -> str:
    """The list item that "the second one" points to; empty when the answer was no list."""
    found = re.search(r"\b(first|second|third|fourth|fifth|last)\b", question, re.I)
    items = re.findall(r"^\s*(?:[-•*]|\d+[.)])\s+(.+)$", answer, re.M) or re.split(r"\s+·\s+", answer)
    if len(items) < 2:
        items = _in_series(answer)
    if not found or len(items) < 2:
        return ""
    n = _ORDINALS[found.group(1).lower()]
    return _MARKS.sub(" ", items[n]).strip() if n < len(items) else ""


def _in_series(answer: str) -> list[str]:
    """What a sentence names one after the other: "three dimensions: economic, civic and social"."""
    found = _SERIES.search(_MARKS.sub(" ", answer))
    return [item for item in re.split(r",\s+(?:and\s+)?|\s+and\s+", found.group(1)) if item.strip()] if found else []


def _said(answer: str) -> str:
    """The names in the last answer, or its first words where it names nothing."""
    plain = _MARKS.sub(" ", answer)
    names = list(dict.fromkeys(names_in(plain)))
    return " ".join(names[:6]) if names else " ".join(plain.split()[:20])
