"""Who "she" is: the last person named before a sentence, in the same section of the source."""

from __future__ import annotations

import re

from assistant.units import Unit
from index.search import Searcher

_WORD = r"[A-Z][a-zà-ÿ’'-]+"
_TITLE = r"(?:Professor|Prof|Dr|Senator|Dame|Sir|Lord|Lady|Ms|Mr|Mrs|Minister|Councillor|Cllr|Ambassador|Director|Commissioner,?)"
# A name counts as a person's when a title stands before it, or an office or "of somewhere" behind it.
_PERSON = re.compile(
    rf"\b(?:{_TITLE} (?:{_WORD} ){{0,2}}{_WORD}|{_WORD} {_WORD}(?= (?:MP|MNA|AC|CBE)\b|, (?:Chair|Director|Head|Deputy|Minister|London|the )| of (?:the )?[A-Z]))"
)
_PERHAPS = re.compile(rf"\b(?!(?:The|A|An|In|On|At|This|These|That|We|They|And|But|It|As|For|With) ){_WORD} {_WORD}\b")
_PRONOUN = re.compile(
    r"^(?:“[^”]{0,400}” )?(?:She|He)\b|”,? (?:she|he) (?:said|told|added|wrote|argued)|, (?:he|she) said\b"
)
_PASSAGES_BACK = 2


def speaker_of(searcher: Searcher, unit: Unit, text: str) -> str:
    """The person whom "she" or "he" in `text` points to; empty when nobody is pointed to, nobody is named before, or it is
    not sure who was named last."""
    if not _PRONOUN.search(text) or _PERSON.search(text):
        return ""
    before = unit.passage.text[: unit.start]
    passage = unit.passage
    for _ in range(_PASSAGES_BACK + 1):
        named = list(_PERSON.finditer(before))
        if named:
            # Somebody else may be named after them in a way that only looks like another name: then nobody is.
            return "" if _PERHAPS.search(before, named[-1].end()) else named[-1].group()
        if _PERHAPS.search(before):
            return ""
        earlier = searcher.shelf.at(passage.source_id, passage.order - 1)
        if earlier is None or earlier.section != passage.section:
            return ""
        passage, before = earlier, earlier.text
    return ""
