"""What the screen calls things: each state has a word or two and an icon, so that colour never speaks alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    icon: str
    words: str
    tone: str = "plain"


OUTCOMES = {
    "answered": State("check", "Answered", "good"),
    "partly_answered": State("half", "Partly answered", "warn"),
    "not_in_documents": State("empty", "Not in the documents", "none"),
    "out_of_scope": State("empty", "Outside what I can answer", "none"),
    "needs_clarification": State("question", "One more detail, please", "none"),
    "declined": State("stop", "Declined", "none"),
    "error": State("warning", "Something went wrong", "warn"),
}
NOTICES = {
    "dated": State("clock", "Dated"),
    "superseded": State("replaced", "Superseded"),
    "jurisdiction": State("place", "Holds for one nation"),
    "source_slip": State("pencil", "Slip in the source"),
}
CLAIMS = {
    "quoted": State("quote", "Quoted"),
    "supported": State("check", "Supported"),
}


def outcome(name: str) -> State:
    return OUTCOMES.get(name, OUTCOMES["error"])


def notice(kind: str) -> State:
    return NOTICES.get(kind, State("warning", "Please note"))


def how_worded(states: Iterable[str]) -> str:
    """How the statements of an answer relate to their sources, in one phrase; empty when they differ."""
    found = set(states)
    if found == {"quoted"}:
        return "quoted word for word"
    return "in other words, each supported by its quotation" if found == {"supported"} else ""


def stage(name: str) -> str:
    """ "Searching the documents…"."""
    return f"{name.rstrip(' .…')}…"
