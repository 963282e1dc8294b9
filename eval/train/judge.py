"""Does the reader know better than the signs that need no training whether a question is answered, and by which sentence?

Two grounds: the paragraphs of SQuAD 2.0 with the questions asked of them, and cases over our own shelf, each with the
passages that search finds. Differences come with paired bootstrap intervals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.assemble import open_assistant
from assistant.assistant import Assistant
from assistant.evidence import Scored
from assistant.missing import missing
from assistant.settings import Settings
from eval.bootstrap import RESAMPLES, SEED
from eval.load import read_cases
from eval.model import Case
from eval.sources import read_sources
from eval.train.loop import Tell, area
from eval.train.reader import Reader, Reading
from eval.words import plain
from index.embedding import SentenceEmbedding, load_embedding
from index.sentences import sentences

NEAR = 5  # passages read for each question


@dataclass(frozen=True, slots=True)
class Sign:
    """One question: whether it has an answer there, and what each sign says of it. `right` tells of each way to choose a
    sentence whether it chose one that holds the evidence; empty where there is none."""

    id: str
    kind: str
    answered: bool
    values: dict[str, float]
    right: dict[str, bool]


def on_squad(settings: Settings, weights: Path, folder: Path, most: int) -> list[Sign]:
    reader = Reader(weights)
    return squad_signs(reader, load_embedding(settings.index.embedding), read_squad(folder, most))


def on_shelf(settings: Settings, weights: Path, files: Sequence[Path], tell: Tell) -> list[Sign]:
    reader = Reader(weights)
    cases = read_cases(files, read_sources(settings.paths.corpus))
    with open_assistant(settings) as assistant:
        return shelf_signs(assistant, reader, cases, tell)


def read_squad(folder: Path, most: int) -> list[dict[str, Any]]:
    """The first questions of the set with their paragraph and answers; spread over all articles."""
    lines = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = _by_id(folder / "corpus.jsonl", "text")
    spans = _by_id(folder / "answers.jsonl", "spans")
    chosen = lines[:: max(1, len(lines) // most)][:most]
    return [{**line, "text_of": texts[line["paragraph"]], "spans": spans[line["id"]]} for line in chosen]


def _by_id(path: Path, key: str) -> dict[str, Any]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row[key] for row in rows}


def squad_signs(reader: Reader, embedding: SentenceEmbedding, questions: Sequence[dict[str, Any]]) -> list[Sign]:
    """Reader beside late interaction and cosine, each question against its own paragraph."""
    return [_squad_sign(reader, embedding, one) for one in questions]


def _squad_sign(reader: Reader, embedding: SentenceEmbedding, one: dict[str, Any]) -> Sign:
    text = one["text_of"]
    found = reader.score(one["text"], [text])[0]
    asked, read = embedding.encode([one["text"], text])
    starts = embedding.token_starts(text)[: len(read.tokens)]
    best = asked.tokens @ read.tokens.T
    spans = sentences(text)
    late = [_late(best[:, (starts >= a) & (starts < b)]) for a, b in spans]
    shares = [found.share(a, b) for a, b in spans]
    right = {}
    if one["spans"]:
        home = [n for n, (a, b) in enumerate(spans) if any(a <= start < b for start, _ in one["spans"])]
        right = {"late": int(np.argmax(late)) in home, "reader": int(np.argmax(shares)) in home}
    values = {
        "reader": found.answerable,
        "late": _late(best),
        "late of the best sentence": max(late),
        "cosine": float(asked.pooled @ read.pooled),
    }
    return Sign(one["id"], "squad2", not one["unanswerable"], values, right)


def _late(best: NDArray[np.float32]) -> float:
    return float(best.max(axis=1).mean()) if best.size else 0.0


def shelf_signs(assistant: Assistant, reader: Reader, cases: Sequence[Case], tell: Tell) -> list[Sign]:
    """What the assistant's own confidence and the reader say of each case that is asked without a conversation."""
    kept = []
    for n, case in enumerate(cases):
        tell(n, len(cases))
        if not case.history and (sign := _shelf_sign(assistant, reader, case)):
            kept.append(sign)
    return kept


def _shelf_sign(assistant: Assistant, reader: Reader, case: Case) -> Sign | None:
    read = assistant.read(case.question)
    found = assistant.find(read)
    if not found.scored:
        return None
    gap = missing(assistant.searcher, assistant.names, read, found.hits, found.scored, found.chance)
    hits = found.hits[:NEAR]
    texts = [assistant.shelf.embedded[hit.passage.id] for hit in hits]
    readings = reader.score(found.search_text, texts)
    values = {
        "chance": found.chance,
        "no gap": float(gap is None),
        "late": found.scored[0].late,
        "meaning": found.scored[0].meaning,
        "typed": float(any(one.typed for one in found.scored[:5])),
        **_said(readings, reader.score(found.search_text, elsewhere(assistant))),
    }
    near = {
        hit.passage.id: (reading, len(text) - len(hit.passage.text))
        for hit, reading, text in zip(hits, readings, texts, strict=True)
    }
    return Sign(case.id, case.kind, case.answerable, values, _chosen(case, found.scored, near))


def elsewhere(assistant: Assistant) -> list[str]:
    """Passages that were not looked for: what the reader says of them, it says of the question alone."""
    passages = sorted(assistant.shelf.passages(), key=lambda passage: passage.id)
    return [assistant.shelf.embedded[passage.id] for passage in passages[:: max(1, len(passages) // 3)][:3]]


def _said(found: Sequence[Reading], others: Sequence[Reading]) -> dict[str, float]:
    """Log odds: a sign of the question alone would be as high for any passages, and the difference nothing."""
    mean, other = (float(np.mean([_odds(one) for one in readings])) for readings in (found, others))
    first = {"reader, first passage": _odds(found[0]), "reader, mean": mean, "reader, any passages": other}
    return {**first, "reader, mean less any": mean - other}


def _odds(reading: Reading) -> float:
    chance = min(max(reading.answerable, 1e-6), 1 - 1e-6)
    return float(np.log(chance / (1 - chance)))


def _chosen(case: Case, scored: Sequence[Scored], near: dict[str, tuple[Reading, int]]) -> dict[str, bool]:
    """Whether the sentence that each way puts first holds words of a gold quote, or is held by one."""
    gold = [plain(quote) for quote in case.gold_quotes]
    units = [one for one in scored if one.unit.passage.id in near]
    if not case.answerable or not gold or not units:
        return {}
    right = [any(_meet(plain(one.unit.text), quote) for quote in gold) for one in units]
    if not any(right):
        return {}
    ways = {
        "total": [one.total for one in units],
        "reader": [_worth(one, near) for one in units],
        **{f"both {w}": [one.total + w * _worth(one, near) for one in units] for w in (0.05, 0.1, 0.2, 0.4)},
    }
    return {name: right[int(np.argmax(values))] for name, values in ways.items()}


def _worth(one: Scored, near: dict[str, tuple[Reading, int]]) -> float:
    reading, before = near[one.unit.passage.id]
    return reading.share(one.unit.start + before, one.unit.end + before)


def _meet(text: str, quote: str) -> bool:
    return quote in text or text in quote


@dataclass(frozen=True, slots=True)
class Compared:
    """The area under a sign's curve, and how much it is above another's, with a 95 % interval."""

    area: float
    gap: float
    low: float
    high: float


def compare_areas(signs: Sequence[Sign], one: str, other: str) -> Compared:
    """By paired bootstrap: both signs are drawn for the same questions."""
    truth = np.array([sign.answered for sign in signs])
    a, b = (np.array([sign.values[name] for sign in signs]) for name in (one, other))
    rng = np.random.default_rng(SEED)
    drawn = (rng.integers(0, len(signs), len(signs)) for _ in range(RESAMPLES))
    gaps = [_area(a[k], truth[k]) - _area(b[k], truth[k]) for k in drawn]
    low, high = np.nanpercentile(gaps, [2.5, 97.5])
    return Compared(_area(a, truth), _area(a, truth) - _area(b, truth), float(low), float(high))


def share_right(signs: Sequence[Sign]) -> dict[str, float]:
    """How often each way to choose a sentence chose one that holds the evidence, where one of the read passages does."""
    told = [sign.right for sign in signs if sign.right]
    return {way: round(sum(right[way] for right in told) / len(told), 4) for way in (told[0] if told else ())}


def _area(values: NDArray[Any], truth: NDArray[Any]) -> float:
    return area(values.tolist(), truth.tolist())


def write_signs(path: Path, signs: Sequence[Sign]) -> None:
    path.write_text("".join(json.dumps(asdict(sign)) + "\n" for sign in signs), encoding="utf-8")
