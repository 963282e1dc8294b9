"""Statements told one by one, each as soon as it stands: verified, numbered, and sure to be part of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.draft import Draft, DraftClaim
from assistant.model import Citation, Claim
from assistant.verify import Vote, number, verify


@dataclass(frozen=True, slots=True)
class Said:
    """A claim that stands. `citations` are those it rests on, numbered as in the reply to come, each with the words used of
    it so far: a later claim may use more of the same passage."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was said before this is void: the documents changed meanwhile, and the question is asked again."""


News = Said | Withdrawn
Tells = Callable[[News], None]


def unheard(_: News) -> None:
    """Where nobody listens."""


class Saying:
    """The claims of one answer in their order, each told once."""

    def __init__(self, votes: Sequence[Vote], tell: Tells) -> None:
        self._votes, self._tell = votes, tell
        self._said: list[Claim] = []

    def hear(self, claim: DraftClaim) -> None:
        """A claim of the draft in the making, which nothing that follows can take out of it again."""
        for verified in verify(Draft((claim,)), self._votes).claims:
            self._say(verified, number([*self._said, verified]))

    def rest(self, claims: Sequence[Claim]) -> None:
        """All claims of the answer, of which those told already are the first."""
        for claim in claims[len(self._said) :]:
            self._say(claim, number(claims))

    def _say(self, claim: Claim, citations: Sequence[Citation]) -> None:
        self._said.append(claim)
        used = {quote.passage.id for quote in claim.quotes}
        self._tell(Said(claim, tuple(one for one in citations if one.passage.id in used)))
