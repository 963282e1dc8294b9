"""Is the answer right? Facts are groups of alternatives; a group is found when the answer says one of them."""

from __future__ import annotations

from dataclasses import dataclass

from eval.holds import touches
from eval.model import Case, Verdict
from eval.reply import Reply, ShownCitation, ShownClaim
from eval.words import content_words, says


@dataclass(frozen=True, slots=True)
class Facts:
    """What an answer said of what it should say. `missing` has the first alternative of each group not found."""

    found: int
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def groups(self) -> int:
        return self.found + len(self.missing)


def answer_text(case: Case, reply: Reply) -> str:
    """What counts as said: claims with what is shown beside them, the quotes they rest on, and notices. Hits and
    related passages do not count. For a question about who said something, the titles and publishers shown count
    too."""
    parts = [part for claim in reply.claims for part in (claim.about, claim.context, claim.group, claim.text)]
    parts += [quote.text for citation in reply.citations for quote in citation.quotes]
    parts += [notice.text for notice in reply.notices]
    if case.kind == "attribution":
        parts += [part for c in reply.citations for part in (c.title, c.publisher or "", c.published or "")]
    return "\n".join(part for part in parts if part)


def facts_of(case: Case, reply: Reply) -> Facts:
    """An answerable case is judged by the answer alone; any other by everything the reply shows as text."""
    text = answer_text(case, reply) if case.answerable else reply.text
    missing = tuple(group[0] for group in case.must_contain if not any(says(text, one) for one in group))
    forbidden = tuple(phrase for phrase in case.must_not_contain if says(text, phrase))
    return Facts(len(case.must_contain) - len(missing), missing, forbidden)


def verdict(case: Case, reply: Reply, facts: Facts) -> Verdict:
    """Right, partly right or wrong; whatever says something forbidden is wrong."""
    if facts.forbidden or reply.outcome == "error":
        return "wrong"
    if case.kind == "ambiguous":
        return _of_ambiguous(case, reply, facts)
    if not case.answerable:
        return "right" if reply.refused else "wrong"
    return _of_answer(case, reply, facts) if reply.answered else "wrong"


def _of_ambiguous(case: Case, reply: Reply, facts: Facts) -> Verdict:
    """Asking back is right; so is answering from a document that one of the readings is about."""
    if reply.outcome == "needs_clarification":
        return "right"
    return _of_answer(case, reply, facts) if reply.answered and case.must_contain else _by_source(case, reply)


def _by_source(case: Case, reply: Reply) -> Verdict:
    cited = {citation.source_id for citation in reply.citations}
    return "right" if reply.answered and cited & set(case.gold_sources) else "wrong"


def _of_answer(case: Case, reply: Reply, facts: Facts) -> Verdict:
    """Right with every group, partly with at least half of them (one of three will not do), else wrong. A case without
    groups is right when it cites a gold quote, or, if it names none, any gold source."""
    if case.must_contain:
        return "right" if not facts.missing else "partly" if 2 * facts.found >= facts.groups else "wrong"
    if case.gold_quotes:
        return "right" if cites_gold(case, reply) else "wrong"
    return _by_source(case, reply)


def cites_gold(case: Case, reply: Reply) -> bool:
    """Does a shown quote rest on the same words as a gold quote?"""
    return any(_shows(citation, quote) for citation in reply.citations for quote in case.gold_quotes)


def _shows(citation: ShownCitation, gold: str) -> bool:
    return any(touches(quote.text, gold) for quote in citation.quotes)


def claims_on_gold(case: Case, reply: Reply) -> int:
    """How many claims bear on the gold: they say a fact of a group, rest on the words of a gold quote, or share at
    least half of their content words with one."""
    return sum(_bears(case, reply, claim) for claim in reply.claims)


def _bears(case: Case, reply: Reply, claim: ShownClaim) -> bool:
    if any(says(claim.text, one) for group in case.must_contain for one in group):
        return True
    return any(touches(claim.text, gold) or _shares_words(claim.text, gold) for gold in case.gold_quotes)


def _shares_words(text: str, gold: str) -> bool:
    own = content_words(text)
    return bool(own) and 2 * len(own & content_words(gold)) >= len(own)
