"""One case of a run, told step by step: what was asked, what was searched, found, chosen, checked and said, and where it went
wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.errors import EvalError
from eval.faults import MEANING
from eval.folder import RunFolder
from eval.holds import holds
from eval.judge import Judged, judge
from eval.model import Case
from eval.reply import Reply
from eval.sources import Sources


@dataclass(frozen=True, slots=True)
class Step:
    """A title and the lines below it."""

    title: str
    lines: tuple[str, ...]


def replayed(cases: Sequence[Case], folder: RunFolder, sources: Sources, id_: str) -> Judged:
    """The case by its id, with the reply it got, judged anew. Raises EvalError when either is not there."""
    case = next((case for case in cases if case.id == id_), None)
    if case is None:
        raise EvalError(f"There is no case {id_!r} in these cases; the report and scores.csv list their ids.")
    outcome = next((outcome for outcome in folder.read_outcomes() if outcome.id == id_), None)
    if outcome is None:
        raise EvalError(f"{folder.path} holds no reply to {id_}. Run: python -m eval generate")
    reply = Reply.model_validate(outcome.reply)
    return Judged(case, reply, judge(case, reply, sources))


def steps(one: Judged) -> Iterator[Step]:
    """What happened, in order."""
    case, reply, score = one.case, one.reply, one.score
    asked = [f"{turn.role}: {turn.content}" for turn in case.history]
    yield Step("Asked", (*asked, case.question))
    yield Step("Searched", (reply.search_text or "nothing: it was answered before any search",))
    yield Step("Found", tuple(_hits(case, reply)) or ("nothing",))
    if score.confidence is not None:
        yield Step("How sure", (f"{score.confidence:.2f} that the documents speak to it (0 to 1)",))
    yield Step("Chosen", tuple(_claims(reply)) or (f"nothing: {reply.outcome}, {reply.reason or 'no reason given'}",))
    yield Step("Said", (reply.text or "nothing",))
    yield Step("Expected", tuple(_expected(case, one)))
    meaning = MEANING[score.why] if score.why else ""
    yield Step("Judged", (f"{score.verdict}: {score.why}. {meaning}" if score.why else score.verdict,))


def _hits(case: Case, reply: Reply) -> Iterator[str]:
    for hit in reply.hits:
        mark = "*" if any(holds(hit.text, quote) for quote in case.gold_quotes) else " "
        ways = ", ".join(hit.found_by)
        yield f"{mark}{hit.rank:>3}  {hit.source_id}  {hit.score:.3f}  by {ways}  {hit.text[:90]}"


def _claims(reply: Reply) -> Iterator[str]:
    for claim in reply.claims:
        marks = "".join(f"[{number}]" for number in claim.citations)
        yield f"{claim.text} {marks} ({claim.state})"


def _expected(case: Case, one: Judged) -> Iterator[str]:
    if not case.answerable:
        yield "to decline"
    for group in case.must_contain:
        told = "missing" if group[0] in one.score.missing else "said"
        yield f"{told}: {' / '.join(group)}"
    yield from (f"forbidden and said: {words}" for words in one.score.forbidden)
    yield from (f"resting on: {quote}" for quote in case.gold_quotes)
    if case.note:
        yield f"note: {case.note}"
