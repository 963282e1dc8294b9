"""What the documents know of the names in a question: which words are names at all, and where each name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.model import Passage
from index.search import Searcher
from index.words import STOPWORDS, stem, words
from ingest.model import Metadata

_LOOKED_AT = 60  # passages by BM25 in which a word is looked for
_KINDS_OF_PLACE = frozenset(
    "hall house street road square centre park court".split()
)  # City Hall may be called the Mayor
_NATIONS = frozenset(("England", "Scotland", "Wales", "Northern Ireland", "Ireland", "Britain", "Europe"))
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


class Names:
    """Asks the index about one word or one name at a time; what it finds is kept while the index lasts."""

    def __init__(self, searcher: Searcher) -> None:
        self._shelf, self._lexical, self._speller = searcher.shelf, searcher.parts.lexical, searcher.speller
        self._capital = lru_cache(maxsize=5000)(self._only_capital)
        self.sources = lru_cache(maxsize=2000)(self._sources)

    def typed_small(self, question: str) -> tuple[str, ...]:
        """The names in a question that was typed without capitals ("what does aik saath do in slough"): neighbouring words
        that the documents only ever write with a capital. None when the question has capitals of its own."""
        if re.search(r"(?<!^)(?<![.!?] )[A-Z]", question):
            return ()
        runs: list[list[str]] = [[]]
        for word in _WORD.findall(question):
            plain = re.sub(r"['’]s?$", "", word)
            if plain.lower() not in STOPWORDS and self._capital(plain.lower()):
                runs[-1].append(plain.capitalize())
            elif runs[-1]:
                runs.append([])
        return tuple(" ".join(run) for run in runs if len(run) > 1 or (run and self._no_other_word(run[0].lower())))

    def _no_other_word(self, word: str) -> bool:
        """A name that is no word of the language besides, as Reading and Northern may be."""
        return self._capital(word) == "first" and not self._speller.is_common(word)

    def strangers(self, names: Sequence[str]) -> tuple[str, ...]:
        """Of two names that no document holds together, the one that fewer passages hold: "what did Alexander Downer say at
        the British Library" has two sources, and no answer. None when some document holds all of them, or one of them is
        nowhere."""
        held = {name: self.sources(name) for name in dict.fromkeys(names) if self._is_name(name)}
        if len(held) < 2 or not all(held.values()) or frozenset.intersection(*held.values()):
            return ()
        return (min(held, key=lambda name: len(self._holding(name))),)

    def nobody(self, name: str) -> bool:
        """A name of several words, one of which no document holds, nor one spelt like it: Sadiq Khan is not the Khan of Aga
        Khan University."""
        long = [word for word in words(name) if len(word) >= 4 and word.isalpha() and word not in STOPWORDS]
        unknown = [word for word in long if not self._lexical.known(stem(word))]
        unknown = [word for word in unknown if word not in _KINDS_OF_PLACE]
        return len(telling(name)) > 1 and any(self._speller.correct_name(word) == word for word in unknown)

    def _is_name(self, name: str) -> bool:
        """More than a word of the language that happens to have a capital in the question; and no nation, of which much is
        said without its name."""
        if name in _NATIONS:
            return False
        return " " in name or name.isupper() or bool(self._capital(name.lower()))

    def _only_capital(self, word: str) -> str:
        """How the documents write the word inside a sentence: "first", always with a capital and somewhere as the first word
        of a name (Slough, the Stepney of Stepney City Farm); "later", always with a capital and behind another (the Office
        of Home Office); empty, without a capital."""
        seen = [use for passage in self._with(word) for use in _uses(passage.text, word)]
        inside = [use for use in seen if not use.starts]
        if not inside or not all(use.text[0].isupper() and not use.text.isupper() for use in inside):
            return ""
        return "first" if any(use.first for use in inside) else "later"

    def _sources(self, name: str) -> frozenset[str]:
        told = telling(name)
        known = {id_ for id_, about in self._shelf.metadata.items() if told <= _stems(_of(about))}
        return frozenset(known | {passage.source_id for passage in self._holding(name)})

    def _holding(self, name: str) -> list[Passage]:
        told = telling(name)
        return [passage for passage in self._with(name) if told <= _stems(self._shelf.embedded[passage.id])]

    def _with(self, text: str) -> list[Passage]:
        scores = self._lexical.scores(text)
        best = np.argsort(-scores, kind="stable")[:_LOOKED_AT]
        return [self._shelf.passage(self._lexical.ids[n]) for n in best if scores[n] > 0]


@dataclass(frozen=True, slots=True)
class _Use:
    """A word as it stands in a text: whether it begins a sentence or a line, where a capital says nothing, and whether it
    is the first of its name."""

    text: str
    starts: bool
    first: bool


def _uses(text: str, word: str) -> Iterator[_Use]:
    for found in re.finditer(rf"(?<![\w’'-]){re.escape(word)}(?![\w-])", text, re.I):
        before = text[: found.start()].rstrip(" “‘\"'(")
        left = before.split(" ")[-1]
        starts = not before or before[-1] in ".!?:•\n“”"
        yield _Use(found.group(), starts, not left[:1].isupper() or not left[-1].isalnum())


def _of(about: Metadata) -> str:
    return " ".join((about.title, about.short_title, about.publisher, *about.authors, *about.aliases))


def telling(name: str) -> set[str]:
    """The stems of a name's words, less the small ones."""
    return {stem(word) for word in words(name) if word not in STOPWORDS}


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
