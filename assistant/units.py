"""Passages -> the units an answer is made of: whole sentences, and a spoken quotation with whoever spoke it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.model import Passage
from index.sentences import Span, sentences

_SPEECH_MOST = 120  # words: a spoken paragraph up to this length stays whole
_OPEN, _CLOSE = "“", "”"
_POINTS_BACK = re.compile(
    r"^(?:It|Its|They|Their|Them|He|She|His|Her|This|These|Those|Such|Both|Others|The (?:Senator|scheme|programme|project|strategy|model|"
    r"conference|officers?|university|council|Council|approach|initiative|two|second|third|latter|former)|By combining|However|In contrast|For (?:example|instance))\b"
)
_SPOKEN_BY_PRONOUN = re.compile(r"”,? (?:she|he|they) (?:said|told|added|wrote|argued)|, (?:he|she) said\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of a passage, or one spoken paragraph. `needs_before` says that it points to what stands before it;
    `item` that it is a list item; `fragment` that it is no sentence of its own (a title line, a speaker's name)."""

    passage: Passage
    start: int
    end: int
    needs_before: bool = False
    item: bool = False
    fragment: bool = False

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@lru_cache(maxsize=4096)
def units_of(passage: Passage) -> tuple[Unit, ...]:
    """The units of a passage in reading order; they do not overlap. Kept, since the same passages are found again."""
    return tuple(_unit(passage, start, end) for start, end in _with_speech_whole(passage.text))


def _with_speech_whole(text: str) -> list[Span]:
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        inside = [(line.start() + s, line.start() + e) for s, e in sentences(line.group())]
        if line.group().lstrip().startswith(_OPEN) and len(line.group().split()) <= _SPEECH_MOST and inside:
            spans.append((inside[0][0], inside[-1][1]))
        else:
            spans.extend(_with_quotation_whole(text, inside))
    return spans


def _with_quotation_whole(text: str, spans: list[Span]) -> list[Span]:
    """The spans, those joined between which a quotation runs on ("she said, ‘It is late. We must go.’")."""
    joined: list[Span] = []
    for start, end in spans:
        both = text[joined[-1][0] : end] if joined else ""
        if both and _is_open(text[slice(*joined[-1])]) and not _is_open(both) and len(both.split()) <= _SPEECH_MOST:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_open(text: str) -> bool:
    """Whether a quotation begins that does not end; an apostrophe inside or at the end of a word looks like an end."""
    return len(re.findall(r"(?<!\w)[‘“]", text)) > len(re.findall(r"[’”](?!\w)", text))


def _unit(passage: Passage, start: int, end: int) -> Unit:
    text = passage.text[start:end]
    line_start = passage.text.rfind("\n", 0, start) + 1
    item = bool(re.fullmatch(r"(?:• |\d{1,2}[.)] |\(?[a-z][.)] )", passage.text[line_start:start]))
    points = bool(_POINTS_BACK.match(text) or _SPOKEN_BY_PRONOUN.search(text))
    return Unit(passage, start, end, points, item, _is_fragment(text, item))


def _is_fragment(text: str, item: bool) -> bool:
    """A heading, a name under a quotation or a note's bibliographic line; list items may be short."""
    words = text.split()
    if item:
        return len(words) < 2
    ends = text.rstrip("”’\"') ")[-1:]
    return len(words) < 4 or (ends not in ".?!:;" and len(words) < 12)
