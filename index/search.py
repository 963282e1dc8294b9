"""A question -> Hits: dense, lexical and predicted questions propose, reciprocal rank fuses, a closer look orders."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters

from index.abbreviations import Abbreviations
from index.embedding import Encoded, SentenceEmbedding
from index.errors import IndexProblem
from index.expansion import QuestionIndex
from index.fuse import fuse
from index.lexical import LexicalIndex
from index.model import Filters, Hit, Passage
from index.near_misses import AnswerableIndex, Near, UnanswerableIndex
from index.queries import QueryVectors
from index.sentences import Span
from index.settings import SearchSettings
from index.shelf import Allowed, Shelf
from index.spelling import Speller
from index.tokens import Scores, TokenVectors


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the order of the candidates: fitted listwise on the development cases (the likelihood that
    a passage with gold evidence is drawn first), checked by ten-fold cross-validation."""

    rerank: float = 0.83
    meaning: float = 0.26
    words: float = 0.26
    questions: float = 2.34


# The closeness of a passage's questions from late interaction with its text: least squares over the candidates of the
# development cases, when there were fewer predicted questions. With those of now the fit is 0.13 + 0.63 x (r = .63, 4889
# candidates). Where one document at a time is without its questions, it comes among the first five for 3 of the 104 cases
# that it answers with nothing in their place, for 77 with this, for 80 with that; these stay until that is tried on SciFact.
_EXPECTED = (0.09, 0.67)
# In the order of passages: what stands in for the score of a passage's words with those of its questions, from that of its
# words alone (least squares over the same candidates as above are today: r = .49), and for the closeness of its questions,
# from late interaction with its text. The latter is more than one may expect of a candidate, as what answers is no common one.
# Tried with each source in turn as if it had just been added (`eval added`; development and tuning cases): of the questions
# that it alone answers evidence comes first for .50 without this and for .65 with it, among five for .71 and .84; of the
# others for .90 and .99 both ways.
_HOPED_WORDS = (0.24, 0.48)
_HOPED = (0.10, 0.90)
_ANSWERING = 5  # hits whose predicted questions a question may be one of
_ENOUGH = 8  # predicted questions of a passage that need no such help


def expected_closeness(text: float) -> float:
    """Of questions that nobody predicted, from how close the text itself comes."""
    return _line(_EXPECTED, text)


def believed_closeness(close: float, predicted: int, text: float) -> float:
    """`close` as far as it can be believed: the fewer questions were predicted, the more counts what the text lets one
    expect."""
    return _mixed(_known(predicted), close, expected_closeness(text))


def _known(predicted: int) -> float:
    """How far a passage's questions tell what it answers, 0 to 1."""
    return min(1.0, predicted / _ENOUGH)


def _mixed(known: float, seen: float, otherwise: float) -> float:
    return known * seen + (1 - known) * otherwise


def _line(of: tuple[float, float], x: float) -> float:
    return of[0] + of[1] * x


@dataclass(frozen=True, slots=True)
class Versus:
    """The nearest of the questions that are not answered, beside how close those come that are."""

    near: Near
    answered: float

    @property
    def margin(self) -> float:
        return self.near.closeness - self.answered


@dataclass(frozen=True, slots=True)
class Signs:
    """How well one candidate fits, each about 0 to 1; what `Weights` weighs."""

    rerank: float = 0.0
    meaning: float = 0.0
    words: float = 0.0
    questions: float = 0.0

    def total(self, weights: Weights) -> float:
        return (
            weights.rerank * self.rerank
            + weights.meaning * self.meaning
            + weights.words * self.words
            + weights.questions * self.questions
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one way of searching finds: the best passages, best first, and its own score of any passage, about 0 to 1."""

    best: Sequence[str]
    score: Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Parts:
    """What one generation offers to search with."""

    embedding: SentenceEmbedding
    dense: Callable[[MetadataFilters | None, int], BaseRetriever]
    lexical: LexicalIndex
    expanded: LexicalIndex
    tokens: TokenVectors
    questions: QuestionIndex
    answerable: AnswerableIndex
    unanswerable: UnanswerableIndex
    vocabulary: Collection[str]
    abbreviations: Mapping[str, str]
    trust: Mapping[str, float]
    reranker: BaseNodePostprocessor | None


class Searcher(BaseRetriever):
    """LlamaIndex's retriever seam over the parts; `search` is the same in our own types."""

    def __init__(self, parts: Parts, shelf: Shelf, settings: SearchSettings, weights: Weights | None = None) -> None:
        super().__init__()
        self.parts, self.shelf, self.settings = parts, shelf, settings
        self.weights = weights or Weights()
        self.outage = ""
        """Why search by meaning does not work just now; empty while it does."""
        self.speller = Speller(parts.vocabulary, parts.embedding.is_word)
        self.abbreviations = Abbreviations(parts.abbreviations, parts.embedding.is_word)
        self.covered = frozenset(
            shelf.passage(one.passage_id).source_id
            for one in parts.unanswerable.questions
            if shelf.holds(one.passage_id)
        )
        """The sources of which somebody wrote what they do not answer."""
        self.encode = QueryVectors(parts.embedding.encode)
        self.encode_asked = QueryVectors(parts.embedding.encode_asked)
        self.token_starts = functools.lru_cache(maxsize=4096)(parts.embedding.token_starts)
        self._rows = functools.lru_cache(maxsize=256)(self._rows_of)
        self.watch: Callable[[str], AbstractContextManager[object]] = lambda _: nullcontext()
        """Entered for each step of a search, by its name: what a benchmark measures with."""

    def search(self, text: str, filters: Filters | None = None, top_k: int | None = None) -> list[Hit]:
        """The best passages, best first; none when the filters leave no document or nothing is alike."""
        allowed = self.shelf.select(filters or Filters())
        if not allowed or not text.strip():
            return []
        return self._ordered(text, allowed)[: top_k or self.settings.top_k]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self.search(query_bundle.query_str)
        return [
            NodeWithScore(
                node=TextNode(id_=h.passage.id, text=h.passage.text, metadata={"source_id": h.passage.source_id}),
                score=h.score,
            )
            for h in hits
        ]

    def _ordered(self, text: str, allowed: Allowed) -> list[Hit]:
        with self.watch("encode"):
            self.encode(text)
        proposals = self._propose(text, allowed)
        with self.watch("fuse"):
            fused = self._fused(proposals)[: self.settings.candidates]
        found_by = {id_: names for id_, _, names in fused}
        if self.settings.rerank == "none":
            scores = {id_: score for id_, score, _ in fused}
        else:
            with self.watch("closer look"):
                looked = self._look(text, list(found_by), proposals)
            scores = {id_: signs.total(self.weights) for id_, signs in looked.items()}
        # A cross-encoder's scores may be below nothing; what is not trusted goes down from there too.
        scores = {id_: score - (1 - self._trust(id_)) * abs(score) for id_, score in scores.items()}
        order = sorted(scores, key=lambda id_: (-scores[id_], id_))
        return [Hit(self.shelf.passage(id_), scores[id_], n, found_by[id_]) for n, id_ in enumerate(order, start=1)]

    def _propose(self, text: str, allowed: Allowed) -> dict[str, Proposal]:
        """What each way of searching finds, by its name; nothing where it is switched off."""
        settings = self.settings
        ways = (
            ("meaning", settings.dense, self._by_meaning),
            ("words", settings.lexical, self._by_words),
            ("questions", settings.questions, self._by_questions),
        )
        found: dict[str, Proposal] = {}
        for name, on, way in ways:
            with self.watch(name):
                found[name] = way(text, allowed) if on else self._proposal({})
        return found

    def _fused(self, proposals: Mapping[str, Proposal]) -> list[tuple[str, float, frozenset[str]]]:
        """Search by questions cannot propose a passage that has none, whatever it holds: the other ways speak for it too, as far
        as it can be trusted."""
        rankings = {name: proposal.best for name, proposal in proposals.items() if proposal.best}
        count = len(rankings)

        def share(id_: str) -> float:
            unheard = (1 - self._known(id_)) * self.parts.trust.get(id_, 1.0)
            return 1 - unheard / count if count > 1 and "questions" in rankings else 1.0

        return fuse(rankings, self.settings.rrf_k, share)

    def _look(self, text: str, ids: list[str], proposals: Mapping[str, Proposal]) -> dict[str, Signs]:
        """The signs of each candidate, after the closer look."""
        query = self.encode(text)
        close, texts = self._close(query, ids)
        reranked = self._rerank(text, ids)

        def signs(id_: str) -> Signs:
            known, words = self._known(id_), proposals["words"].score(id_)
            return Signs(
                rerank=reranked[id_],
                meaning=proposals["meaning"].score(id_),
                words=_mixed(known, words, _line(_HOPED_WORDS, words)),
                questions=_mixed(known, close.get(id_, 0.0), _line(_HOPED, texts.get(id_, 0.0))),
            )

        return {id_: signs(id_) for id_ in ids}

    def closeness(self, query: Encoded, ids: Sequence[str]) -> dict[str, float]:
        """How close a question comes to those that each passage is known to answer. The fewer of them were predicted (none,
        for a document that a user has added, or where they are switched off), the more counts what the passage's text lets
        one expect."""
        close, texts = self._close(query, ids)
        return {id_: believed_closeness(close.get(id_, 0.0), self._predicted(id_), texts.get(id_, 0.0)) for id_ in ids}

    def _close(self, query: Encoded, ids: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
        """How close it comes to the questions of each passage that has any, and to the text of each that has too few."""
        asked = self.parts.questions if self.settings.questions else None
        close = asked.closeness(query, self.parts.tokens.weights(query), ids) if asked else {}
        return close, self.parts.tokens.scores(query, [id_ for id_ in ids if self._known(id_) < 1])

    def _trust(self, passage_id: str) -> float:
        """How far likeness to a passage tells that it answers: wholly where questions were predicted from it. A text that
        nobody looked into may be made of questions and of their words, to be found."""
        known = self._known(passage_id)
        return _mixed(known, 1.0, self.parts.trust.get(passage_id, 1.0)) if known < 1 else 1.0

    def _known(self, passage_id: str) -> float:
        return _known(self._predicted(passage_id))

    def _predicted(self, passage_id: str) -> int:
        return self.parts.questions.count(passage_id) if self.settings.questions else 0

    def asked(self, query: Encoded, weights: Scores, passage_id: str) -> list[tuple[Span, float]]:
        """The words of a passage from which questions were predicted, and how close `query`, whose tokens have these weights,
        comes to each question; none where they are switched off."""
        return self.parts.questions.by_words(query, weights, passage_id) if self.settings.questions else []

    def unanswerable(self, question: str, hits: Sequence[Hit]) -> Versus | None:
        """How close a question comes to those that the documents do not answer, and to those that the passages found do;
        None where that tells nothing: what they say is not answered may be answered in a document among the first found that
        nobody had read when they were written; or they are switched off."""
        on = self.settings.unanswerable and self.settings.questions
        if not (on and hits and all(hit.passage.source_id in self.covered for hit in hits[:_ANSWERING])):
            return None
        asked = self.encode_asked(question).pooled
        near = self.parts.unanswerable.nearest(asked)
        answered = self.parts.answerable.closest(asked, [hit.passage.id for hit in hits[:_ANSWERING]])
        return Versus(near, answered) if near else None

    def _proposal(self, scores: Mapping[str, float]) -> Proposal:
        best = sorted(scores, key=lambda id_: (-scores[id_], id_))[: self.settings.candidates]
        return Proposal(best, lambda id_: scores.get(id_, 0.0))

    def _by_meaning(self, text: str, allowed: Allowed) -> Proposal:
        retriever = self.parts.dense(self._where(allowed), self.settings.candidates)
        vector = [float(x) for x in self.encode(text).pooled]
        try:
            nodes = retriever.retrieve(QueryBundle(text, embedding=vector))
        except IndexProblem as error:  # words, questions and the closer look are on this machine and go on
            self.outage = str(error)
            return self._proposal({})
        self.outage = ""
        # The Chroma integration gives exp(-distance); the cosine is what other signs compare with.
        return self._proposal(
            {
                n.node.node_id: 1.0 + float(np.log(n.score))
                for n in nodes
                if n.score and self.shelf.holds(n.node.node_id)
            }
        )

    def _where(self, allowed: Allowed) -> MetadataFilters | None:
        if allowed.whole == self.shelf.sources:
            return None
        whole = MetadataFilters(filters=[_one_of("source_id", allowed.whole)] if allowed.whole else [])
        if not allowed.boxes:
            return whole
        boxes = MetadataFilters(filters=[_one_of("source_id", allowed.boxes), _one_of("kind", {"case_study"})])
        return MetadataFilters(filters=[whole, boxes], condition=FilterCondition.OR) if allowed.whole else boxes

    def _by_words(self, text: str, allowed: Allowed) -> Proposal:
        index = self.parts.expanded if self.settings.questions else self.parts.lexical
        scores = self._word_scores(index, text)
        most = float(scores.max()) if len(scores) else 0.0
        if most <= 0:
            return self._proposal({})
        rows = np.flatnonzero((scores > 0) & self._rows(allowed))
        if len(rows) > self.settings.candidates:  # with those that score as the last of them
            least = np.partition(scores[rows], -self.settings.candidates)[-self.settings.candidates]
            rows = rows[scores[rows] >= least]
        best = self._proposal({index.ids[row]: float(scores[row]) / most for row in rows}).best
        return Proposal(best, lambda id_: float(scores[index.places[id_]]) / most)

    def _word_scores(self, index: LexicalIndex, text: str) -> np.ndarray:
        """The other form of an abbreviation counts as much as the one in the text, however many its words."""
        scores = index.scores(text)
        for said, other in self.abbreviations.other_forms(text) if self.settings.abbreviations else ():
            share = index.rarity_of(said) / max(index.rarity_of(other), 1e-6)
            scores = scores + min(1.0, share) * index.scores(other)
        return scores

    def _rows_of(self, allowed: Allowed) -> np.ndarray:
        """Which scores are of passages that the filters leave."""
        ids = self.parts.lexical.ids
        if allowed.whole == self.shelf.sources:
            return np.ones(len(ids), dtype=np.bool_)
        return np.fromiter((allowed.holds(self.shelf.passage(id_)) for id_ in ids), dtype=np.bool_, count=len(ids))

    def _by_questions(self, text: str, allowed: Allowed) -> Proposal:
        best = self.parts.questions.propose(self.encode(text))
        return self._proposal(
            {
                id_: score
                for id_, score in best.items()
                if self.shelf.holds(id_) and allowed.holds(self.shelf.passage(id_))
            }
        )

    def _rerank(self, text: str, ids: Sequence[str]) -> dict[str, float]:
        if self.parts.reranker is None:
            return self.parts.tokens.scores(self.encode(text), ids)
        nodes = [NodeWithScore(node=TextNode(id_=id_, text=self.shelf.passage(id_).text), score=0.0) for id_ in ids]
        looked = self.parts.reranker.postprocess_nodes(nodes, query_str=text)
        scores = {n.node.node_id: float(n.score or 0.0) for n in looked}
        low = min(scores.values(), default=0.0)
        return {id_: scores.get(id_, low) for id_ in ids}

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in its source."""
        return self.shelf.at(passage.source_id, passage.order - 1), self.shelf.at(passage.source_id, passage.order + 1)


def _one_of(key: str, values: Collection[str]) -> MetadataFilter:
    return MetadataFilter(key=key, value=sorted(values), operator=FilterOperator.IN)
