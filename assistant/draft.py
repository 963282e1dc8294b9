"""What a writer hands to the verifier: statements and the places they claim to rest on. Nothing in a draft is trusted."""

from __future__ import annotations

from dataclasses import dataclass

from index.model import Passage
from index.sentences import Span


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One statement. `support` are (passage, start, end); `written` says that a model chose the words."""

    text: str
    support: tuple[tuple[Passage, int, int], ...]
    written: bool = False
    about: str = ""
    group: str = ""
    item: bool = False
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    claims: tuple[DraftClaim, ...]
    note: str = ""
    partly: bool = False
