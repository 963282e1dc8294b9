"""Which notices a reply owed its reader: every quoted word that a rule of `notices.toml` knows to be out of date owes one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.notices import NoticeRule
from eval.reply import Reply
from eval.words import collapse


@dataclass(frozen=True, slots=True)
class Dated:
    """How many rules the quoted words of a reply meet, and how many of these stand among its notices."""

    due: int
    given: int


def dated(reply: Reply, rules: Sequence[NoticeRule]) -> Dated:
    """Looks at the quoted words alone: what else a passage names is the assistant's choice to mention. Only answers owe."""
    if not reply.answered:
        return Dated(0, 0)
    due = {rule.text for rule in _met(reply, rules)}
    return Dated(len(due), len(due & {notice.text for notice in reply.notices}))


def _met(reply: Reply, rules: Sequence[NoticeRule]) -> Iterator[NoticeRule]:
    quoted = [(one.source_id, collapse(quote.text)) for one in reply.citations for quote in one.quotes]
    for rule in rules:
        if any(source in rule.sources and re.search(rule.pattern, text) for source, text in quoted):
            yield rule
