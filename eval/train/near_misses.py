"""Questions changed a little, so that the passage that answered them no longer does: a name or a figure that it does not
hold, or a word turned into its opposite."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_OPPOSITES = [
    "first last", "largest smallest", "biggest smallest", "most least", "highest lowest", "oldest youngest", "best worst",
    "before after", "north south", "east west", "northern southern", "eastern western", "increase decrease", "rise fall",
    "more fewer", "male female", "men women", "boys girls", "father mother", "son daughter", "husband wife", "buy sell",
    "begin end", "start finish", "began ended", "started finished", "win lose", "won lost", "accept reject", "upper lower",
    "advantages disadvantages", "supported opposed", "support oppose", "above below", "inside outside", "urban rural",
    "public private", "early late", "earliest latest", "longest shortest", "majority minority", "good bad", "strong weak",
    "allowed forbidden", "included excluded", "maximum minimum", "positive negative", "import export", "gained lost",
    "joined left", "old new", "cause prevent", "causes prevents", "caused prevented", "successful unsuccessful", "rich poor",
    "high low", "hot cold", "left right", "arrive leave", "arrived left", "hired dismissed", "opened closed",
]  # fmt: skip
_OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair.split(), pair.split()[::-1])}
_WORD = re.compile(r"[A-Za-z]+")
_FIGURE = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: (?:of |the |de )?[A-Z][a-z]{2,})*")


def names(passage: str) -> list[str]:
    """What looks like a name in running text."""
    return _NAME.findall(passage)


def near_miss(question: str, passage: str, others: Sequence[str], rng: random.Random) -> str | None:
    """The question with one thing changed; None when nothing in it can be. `others` are names from elsewhere."""
    ways = [_other_name, _other_figure, _opposite]
    rng.shuffle(ways)
    for way in ways:
        changed = way(question, passage, others, rng)
        if changed and changed != question:
            return changed
    return None


def _other_name(question: str, passage: str, others: Sequence[str], rng: random.Random) -> str | None:
    mine = [found for found in _NAME.finditer(question) if found.group() in passage]
    strange = [name for name in rng.sample(others, min(8, len(others))) if not any(w in passage for w in name.split())]
    if not mine or not strange:
        return None
    old = rng.choice(mine)
    alike = sorted(strange, key=lambda name: abs(len(name.split()) - len(old.group().split())))
    return question[: old.start()] + alike[0] + question[old.end() :]


def _other_figure(question: str, passage: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = [one for one in _FIGURE.finditer(question) if one.group() in passage]
    if not found:
        return None
    old = rng.choice(found)
    digits = list(old.group())
    at = rng.choice([n for n, digit in enumerate(digits) if digit.isdigit()])
    digits[at] = str((int(digits[at]) + rng.randint(1, 8)) % 9 + 1)
    new = "".join(digits)
    return question[: old.start()] + new + question[old.end() :] if new not in passage else None


def _opposite(question: str, passage: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = [word for word in _WORD.finditer(question) if word.group().lower() in _OPPOSITE]
    found = [word for word in found if _OPPOSITE[word.group().lower()] not in passage.lower()]
    if not found:
        return None
    old = rng.choice(found)
    return question[: old.start()] + _OPPOSITE[old.group().lower()] + question[old.end() :]
