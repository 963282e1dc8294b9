"""What the screen calls things: each state has a word or two and an icon, so that colour never speaks alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.web.words import Words


@dataclass(frozen=True, slots=True)
class State:
    icon: str
    words: str
    tone: str = "plain"


OUTCOMES = {
    "answered": ("check", "good"),
    "partly_answered": ("half", "warn"),
    "not_in_documents": ("empty", "none"),
    "out_of_scope": ("empty", "none"),
    "needs_clarification": ("question", "none"),
    "declined": ("stop", "none"),
    "error": ("warning", "warn"),
}
NOTICES = {
    "dated": "clock",
    "superseded": "replaced",
    "jurisdiction": "place",
    "source_slip": "pencil",
    "writer": "quote",
    "personal_data": "stop",
}
_COUNTING = re.compile(r"Writing, (\d+) sentence")
CLAIMS = {"quoted": "quote", "supported": "check"}


def outcome(name: str, texts: Words) -> State:
    known = name if name in OUTCOMES else "error"
    icon, tone = OUTCOMES[known]
    return State(icon, texts(f"outcomes.{known}"), tone)


def notice(kind: str, texts: Words) -> State:
    return State(NOTICES.get(kind, "warning"), texts(f"notices.{kind if kind in NOTICES else 'other'}"))


def claim(state: str, texts: Words) -> State | None:
    return State(CLAIMS[state], texts(f"claims.{state}")) if state in CLAIMS else None


def how_worded(states: Iterable[str], texts: Words) -> str:
    """How the statements of an answer relate to their sources, in one phrase; empty when they differ."""
    found = set(states)
    return texts(f"how.{found.pop()}") if len(found) == 1 and found <= set(CLAIMS) else ""


def is_counting(name: str) -> bool:
    """Whether a stage only says how far it is: to be seen, not to be read aloud each time."""
    return bool(_COUNTING.match(name))


def stage(name: str, texts: Words) -> str:
    """ "Searching the documents…"."""
    plain = name.rstrip(" .…")
    if found := _COUNTING.match(plain):
        return f"{texts.count('stages.sentences', int(found.group(1)))}…"
    return f"{texts.known(f'stages.{plain}', plain)}…"
