"""Text -> stems, for lexical search and for counting how rare a word is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

# Words that carry no topic. Question words are here too: they say what kind of answer is wanted, not what about.
STOPWORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before being below between both but
    by can can't could did didn't do does doesn't doing don't down during each either else ever few for from further get
    gets getting give gives given go goes going got had has hasn't have haven't having he her here hers him his how i i'm
    i've if in into is isn't it it's its itself just let let's like made make makes many may me might more most much must
    my no nor not now of off ok on once one only or other our ours out over own per please put quite rather really same
    say said says shall she should so some such take tell than thanks that that's the their theirs them then there there's
    these they they're thing things think this those through to too under until up upon us use used uses using very via
    want was wasn't way ways we we're we've well were weren't what what's when where whether which while who who's whom
    whose why will with within without won't would yes yet you you're your yours""".split()
)

# British and American spellings, and words that lost a hyphen at a line end, meet in one form.
_SPELLINGS = {
    "organize": "organise", "organization": "organisation", "program": "programme", "programs": "programmes",
    "labor": "labour", "neighbor": "neighbour", "neighborhood": "neighbourhood", "center": "centre", "behavior": "behaviour",
    "recognize": "recognise", "color": "colour", "favor": "favour", "defense": "defence", "practicing": "practising",
}  # fmt: skip

_WORD = re.compile(r"[a-z0-9£$€%]+(?:['’][a-z]+)?(?:[.,]\d+)*")


@cache
def _stemmer() -> Any:
    from Stemmer import Stemmer

    return Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words and figures in order; a hyphen parts words."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def content_words(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOPWORDS]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    plain = word.removesuffix("'s")
    spelled = _SPELLINGS.get(plain, plain)
    if spelled.endswith(("ize", "izes", "ized", "izing", "ization", "izations")):
        spelled = re.sub(r"iz(e|es|ed|ing|ation|ations)$", r"is\1", spelled)
    return str(_stemmer().stemWord(spelled))


def stems(text: str) -> list[str]:
    """Stems of the content words of a text, in order."""
    return [stem(word) for word in content_words(text)]


def vocabulary(texts: Iterable[str]) -> set[str]:
    """Every word, as written in lower case, of some texts."""
    return {word for text in texts for word in words(text)}
