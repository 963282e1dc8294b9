"""Whether a sentence that a model wrote says no more than the words of a source it rests on.

It is held to the letter wherever letters can tell: figures, dates, names, quoted words, turns of meaning (`assistant.turns`)
and most of its content words. What only understanding could tell (who did it to whom, within the same words) is left to
the reader, who sees the quotation beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import turns
from assistant.clean import collapse
from assistant.figures import Figure, dates, figures, weekdays
from index.sentences import sentences
from index.words import STOPWORDS, stem, stems, words

_WORDS_FOR_ONE = 7  # content words for each one more that may be its own, from the first that may
_LEAST = 4  # content words from which one may be
_HELD_BY_ONE = 0.5  # share of them that one sentence of the quotation must hold
_MOST_WORDS = 70
_LINK = re.compile(
    r"\b(?:https?|ftp|file|mailto|javascript|data)\s*:|://|\bwww\.|\S@\S|\b[\w-]+\.(?:com|org|net|uk|eu|io|gov|info|example)\b",
    re.I,
)
_MARKUP = re.compile(r"[<>`|{}\\]|\]\(|^\s*#|\*\*|__|&#?\w+;")
_SPEECH = re.compile(r"[“\"]([^”\"]+)[”\"]|(?<!\w)[‘']([^’']+ [^’']+)[’'](?!\w)")
_POINTS_BACK = re.compile(r"(?:It|Its|They|Their|He|She|His|Her|This|These|Those|Such|That)\b")
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]*")
_NEAR_IT = 5  # content words after a figure among which the thing counted stands


def unsupported(text: str, quoted: str, beside: str = "") -> str | None:
    """Why the sentence may not be shown; None when it may. `beside` is what stands above the quotation: its headings."""
    main = _main_sentence(text, quoted)
    return _form(text, quoted) or _held_to_the_letter(text, quoted, beside, main) or turns.fault(text, quoted, main)


def share_held(text: str, quoted: str) -> float:
    """Share of the sentence's content words that the quotation holds; 0 when it has none."""
    mine, held = stems(text), set(stems(quoted))
    return sum(one in held for one in mine) / len(mine) if mine else 0.0


def _form(text: str, quoted: str) -> str | None:
    """What no sentence for people has, whatever its source says."""
    if _LINK.search(text):
        return "a link"
    if _MARKUP.search(text):
        return "markup"
    if not text.rstrip("”’\"') ").endswith((".", "!", "?")):
        return "an unfinished sentence"
    if _POINTS_BACK.match(text) and not _POINTS_BACK.match(quoted):
        return "points to what is not said"
    return "too long to check" if len(text.split()) > _MOST_WORDS else None


def _held_to_the_letter(text: str, quoted: str, beside: str, main: str) -> str | None:
    if any(letter.isalpha() and not letter.isascii() and letter not in quoted + beside for letter in text):
        return "a letter that the quotation does not hold"
    checks = (
        ("quoted words that are not in the quotation", _speaks_otherwise(text, quoted)),
        ("a figure that the quotation does not hold", _other_figures(text, quoted, main)),
        ("a date that the quotation does not hold", _other_dates(text, quoted)),
        ("a name that the quotation does not hold", _other_names(text, quoted, beside, main)),
        ("too few of its words in the quotation", _too_few(text, quoted, beside, main)),
        ("a figure for something else", _counts_something_else(text, main)),
        ("figures in another order", _reordered([f.value for f in figures(text)], [f.value for f in figures(main)])),
        ("names in another order", _reordered(_names(text), _names(quoted))),
    )
    return next((why for why, wrong in checks if wrong), None)


def _main_sentence(text: str, quoted: str) -> str:
    """The sentence of the quotation that holds most of what the text tells, names apart: they may be anybody's."""
    parts = [quoted[start:end] for start, end in sentences(quoted)] or [quoted]
    names = set(_names(text))
    told = " ".join(word for word in text.split() if word.strip(".,;:!?“”‘’'\"()") not in names) or text
    return max(parts, key=lambda part: (share_held(told, part), share_held(text, part)))


def _speaks_otherwise(text: str, quoted: str) -> bool:
    held = _plain_marks(quoted)
    said = [first or second for first, second in _SPEECH.findall(text)]
    return any(_plain_marks(one).strip(" .,") not in held for one in said)


def _plain_marks(text: str) -> str:
    return collapse(re.sub("[‘’]", "'", re.sub("[“”]", '"', text)))


def _other_figures(text: str, quoted: str, main: str) -> bool:
    """A figure must stand in the sentence that tells of it; a year, or the place in a row, in any of the quotation."""
    there, near = {f.value for f in figures(quoted)}, {f.value for f in figures(main)}
    return any(f.value not in (there if f.is_year else near) for f in figures(text))


def _other_dates(text: str, quoted: str) -> bool:
    there = dates(quoted)
    return any(not any(one.is_in(other) for other in there) for one in dates(text)) or bool(
        weekdays(text) - weekdays(quoted)
    )


def _other_names(text: str, quoted: str, beside: str, main: str) -> bool:
    held = {stem(word) for word in words(f"{quoted} {beside}")}
    mine = [stem(word) for name in _names(text) for word in words(name)]
    if any(one not in held for one in mine):
        return True
    # A name from another sentence, told of one that has names of its own which are left out: whose deed is it?
    told = {stem(word) for word in words(f"{main} {beside}")}
    own = [stem(word) for name in _names(main) for word in words(name)]
    return any(one not in told for one in mine) and any(one not in mine for one in own)


def _names(text: str) -> list[str]:
    """Capitalised words in order; the first of a sentence too, unless it is a word without a topic."""
    found = []
    for name in _CAPITAL.finditer(text):
        word = re.sub(r"['’]s?$", "", name.group())
        begins = not text[: name.start()].strip(" “‘\"'(") or bool(
            re.search(r"[.!?:][”’\"')]?\s+[“‘\"'(]*$", text[: name.start()])
        )
        plain = word.lower()
        dated = dates(word) or weekdays(word)  # these are held to by themselves
        if plain != "i" and not dated and not (begins and (plain in STOPWORDS or figures(word))):
            found.append(word)
    return found


def _too_few(text: str, quoted: str, beside: str, main: str) -> bool:
    """Whether more than one word in seven or so, figures apart, is the text's own; or no one sentence holds half."""
    mine, held = {one for one in stems(text) if not figures(one)}, set(stems(f"{quoted} {beside}"))
    own = 0 if len(mine) < _LEAST else max(1, len(mine) // _WORDS_FOR_ONE)
    return not mine or len(mine - held) > own or share_held(text, f"{main} {beside}") < _HELD_BY_ONE


def _counts_something_else(text: str, main: str) -> bool:
    """Whether the word after a figure stands after that figure nowhere in the quotation's sentence."""
    theirs = figures(main)
    for figure in figures(text):
        counted = _after(text, figure, 1)
        near = {word for other in theirs if other.value == figure.value for word in _after(main, other, _NEAR_IT)}
        if counted and not figure.is_year and not near.intersection(counted):
            return True
    return False


def _after(text: str, figure: Figure, most: int) -> list[str]:
    """Stems of the next content words of the same clause."""
    clause = re.split(r"[,.;:!?()—–]", text[figure.end :], maxsplit=1)[0]
    return stems(clause)[:most]


def _reordered(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether what stands once in each stands in another order."""
    once = [one for one in mine if mine.count(one) == 1 and theirs.count(one) == 1]
    places = [theirs.index(one) for one in once]
    return places != sorted(places)
