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
_MARKS = re.compile(r"\[\d+\]|[*_>#`]|^\s*(?:[-•]|\d+\.)\s*", re.M)


def search_texts(question: str, history: Sequence[Turn]) -> list[str]:
    """Texts to try, the likeliest first: the question itself when it stands alone, otherwise with what it points to.

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
    return list(dict.fromkeys(texts))


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


def _item(question: str, answer: str) -> str:
    """The list item that "the second one" points to; empty when the answer was no list."""
    found = re.search(r"\b(first|second|third|fourth|fifth|last)\b", question, re.I)
    items = re.findall(r"^\s*(?:[-•*]|\d+[.)])\s+(.+)$", answer, re.M) or re.split(r"\s+·\s+", answer)
    if not found or len(items) < 2:
        return ""
    n = _ORDINALS[found.group(1).lower()]
    return _MARKS.sub(" ", items[n]).strip() if n < len(items) else ""


def _said(answer: str) -> str:
    """The names in the last answer, or its first words where it names nothing."""
    plain = _MARKS.sub(" ", answer)
    names = list(dict.fromkeys(names_in(plain)))
    return " ".join(names[:6]) if names else " ".join(plain.split()[:20])
