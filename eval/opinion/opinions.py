"""Judged cases and a judge -> its opinion of each, and what they come to.

Citation recall and precision follow ALCE (Gao et al., 2023) with the model in the place of theirs: a statement is supported
when the quotes of all its citations together bear it out; a citation counts when its statement is supported and it bears the
statement out alone, or the others do not bear it out without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from assistant.errors import ModelUnavailable
from eval.bootstrap import Estimate, estimate_pairs
from eval.figures import Pair
from eval.judge import Judged
from eval.opinion.judge import Judge
from eval.reply import Reply, ShownClaim

Tells = Callable[[str, int, int], None]


class NoWord(Exception):
    """The judge gave none of the words it was asked for."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one case. `verdict` is empty where there is nothing to hold an answer against."""

    claims: int
    supported: int
    citations: int
    needed: int
    verdict: str
    agrees: bool | None


class Opinions(BaseModel):
    """What a model thinks of a run: a second opinion, in none of the other figures. `fault` says why there is no score;
    `silent` cases are left out, since the model gave none of the words asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    prompts: dict[str, str]
    cases: int
    silent: int
    fault: str
    figures: dict[str, Estimate]


# name -> what it is called, what it means, and how a case adds to it
FIGURES: dict[str, tuple[str, str, Callable[[Opinion], Pair | None]]] = {
    "citation_recall": (
        "Statements supported",
        "Of all the statements shown, how many the model finds borne out by the quotes cited for them.",
        lambda one: (one.supported, one.claims) if one.claims else None,
    ),
    "citation_precision": (
        "Citations needed",
        "Of all the citations, how many the model finds needed for a supported statement.",
        lambda one: (one.needed, one.citations) if one.citations else None,
    ),
    "answers_right": (
        "Answers right",
        "Of the questions the documents answer, how many got an answer that the model finds right.",
        lambda one: (float(one.verdict == "right"), 1.0) if one.verdict else None,
    ),
    "agreement": (
        "Of one mind with the rules",
        "Of those answers, how many the model and the rules both find right, or both not.",
        lambda one: None if one.agrees is None else (float(one.agrees), 1.0),
    ),
}


def opinions(judged: Sequence[Judged], judge: Judge, tell: Tells = lambda *_: None) -> Opinions:
    """No score, and why, when the judge cannot be asked; what it said by then is kept for the next time."""
    found, silent, fault = [], 0, ""
    for done, one in enumerate(judged):
        tell("asking the judge", done, len(judged))
        try:
            found.append(opinion(one, judge))
        except NoWord:
            silent += 1
        except ModelUnavailable as error:
            fault = f"The judge {judge.model} {error}. Score again when it can be asked: it goes on after case {done}."
            break
    prompts = {name: prompt.digest for name, prompt in judge.prompts.items()}
    figures = {name: _estimate(pair, [] if fault else found) for name, (_, _, pair) in FIGURES.items()}
    return Opinions(model=judge.model, prompts=prompts, cases=len(found), silent=silent, fault=fault, figures=figures)


def opinion(one: Judged, judge: Judge) -> Opinion:
    """Raises ModelUnavailable, and NoWord."""
    reply, claims = one.reply, one.reply.claims
    supported = [_yes(judge, _quotes(reply, claim.citations), claim.text) for claim in claims]
    needed = [_needed(reply, claim, judge) for claim, stands in zip(claims, supported, strict=True) if stands]
    verdict = _verdict(one, judge)
    agrees = (verdict == "right") == (one.score.verdict == "right") if verdict else None
    citations = sum(len(claim.citations) for claim in claims)
    return Opinion(len(claims), sum(supported), citations, sum(needed), verdict, agrees)


def _estimate(pair: Callable[[Opinion], Pair | None], found: Sequence[Opinion]) -> Estimate:
    return estimate_pairs([made for one in found if (made := pair(one)) is not None])


def _needed(reply: Reply, claim: ShownClaim, judge: Judge) -> int:
    """How many citations a supported statement needs."""
    if len(claim.citations) == 1:
        return 1
    return sum(_is_needed(reply, claim, number, judge) for number in claim.citations)


def _is_needed(reply: Reply, claim: ShownClaim, number: int, judge: Judge) -> bool:
    rest = tuple(other for other in claim.citations if other != number)
    return _yes(judge, reply.quotes_of(number), claim.text) or not _yes(judge, _quotes(reply, rest), claim.text)


def _verdict(one: Judged, judge: Judge) -> str:
    """Empty for a case that is not answerable: whether it was declined is no matter of opinion."""
    case, reply = one.case, one.reply
    if not case.answerable:
        return ""
    if not reply.answered:
        return "wrong"
    expected = "\n".join(f"- {' or '.join(group)}" for group in case.must_contain) or "(what the evidence says)"
    evidence = "\n".join(f"- {quote}" for quote in case.gold_quotes) or "(none given)"
    return _said(judge.verdict(case.question, expected, evidence, reply.text))


def _yes(judge: Judge, quotes: str, statement: str) -> bool:
    found = judge.supports(quotes, statement)
    if found is None:
        raise NoWord
    return found


def _said(word: str) -> str:
    if not word:
        raise NoWord
    return word


def _quotes(reply: Reply, marks: Sequence[int]) -> str:
    return "\n".join(reply.quotes_of(number) for number in marks)
