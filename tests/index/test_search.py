"""From a question to passages: filters, parts that can be switched off, the same order every time, LlamaIndex's seams."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import ValidationError

from index.embedding import SentenceEmbedding, fingerprint_of, load_embedding
from index.errors import ModelUnusable
from index.model import Filters, Hit
from index.open import OpenIndex
from index.search import Searcher, Signs, Weights
from index.settings import EmbeddingSettings, SearchSettings, SplitSettings
from index.split import PassageSplitter
from tests.index.doubles import WordVectors


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def sources(hits: list[Hit]) -> set[str]:
    return {hit.passage.source_id for hit in hits}


def with_settings(index: OpenIndex, **settings: object) -> Searcher:
    """The same parts, searched with other settings."""
    return Searcher(index.searcher.parts, index.shelf, SearchSettings.model_validate(settings))


# what is found


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where does the welcome desk stand?", "entrance of the town library"),
        ("Who started the first language café?", "a baker, Ewan Ross"),
        ("How much does an evening cost?", "about £25"),
        ("Why did conversation groups close?", "the bus stopped running"),
        ("overcrowded housing complaints", "fell from 210"),
        ("What do refugees do in the kitchen?", "Refugees lead the cooking"),
        ("players without a common language", "share no language"),
        ("What did the organizers learn?", "learned three lessons"),
    ],
)
def test_the_passage_with_the_answer_comes_first(small_index: OpenIndex, question: str, words: str) -> None:
    assert words in " ".join(small_index.searcher.search(question)[0].passage.text.split())


def test_hits_are_ranked_from_one_by_falling_score(small_index: OpenIndex) -> None:
    hits = small_index.searcher.search("volunteers at the desk")
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(ids(hits)) == len(set(ids(hits)))


def test_a_hit_tells_what_found_it(small_index: OpenIndex) -> None:
    best, *_ = small_index.searcher.search("welcome desk in the town library")
    assert {"words", "meaning"} <= best.found_by <= {"words", "meaning", "questions"}


def test_no_more_than_asked_for(small_index: OpenIndex) -> None:
    assert len(small_index.searcher.search("desk", top_k=2)) == 2
    assert len(with_settings(small_index, top_k=3).search("desk")) == 3


def test_the_same_question_twice_gives_the_same_order(small_index: OpenIndex) -> None:
    first = small_index.searcher.search("What brings newcomers and neighbours together?")
    again = Searcher(small_index.searcher.parts, small_index.shelf, small_index.searcher.settings)
    assert again.search("What brings newcomers and neighbours together?") == first


def test_many_may_ask_at_the_same_time(small_index: OpenIndex) -> None:
    questions = [
        "Where is the desk?",
        "Who pays for the kitchen?",
        "What is a language café?",
        "forum of employers",
    ] * 5
    alone = [ids(small_index.searcher.search(question)) for question in questions]
    searcher = Searcher(small_index.searcher.parts, small_index.shelf, small_index.searcher.settings)
    with ThreadPoolExecutor(8) as pool:
        together = [ids(hits) for hits in pool.map(searcher.search, questions)]
    assert together == alone


def test_a_warm_search_is_quick(small_index: OpenIndex) -> None:
    """Two seconds is no promise but an alarm: a search takes some milliseconds."""
    small_index.searcher.search("Where is the desk?")
    started = time.process_time()
    small_index.searcher.search("Where is the other desk?")
    assert time.process_time() - started < 2


def test_a_document_without_predicted_questions_is_not_pushed_aside(small_index: OpenIndex) -> None:
    """Whoever adds a document has no predicted questions for it; those of the others must not drown it."""
    best, *_ = small_index.searcher.search("How many people cook and eat together on Thursdays?")
    assert best.passage.source_id == "kitchen-2020"
    assert not any(id_.startswith("kitchen-2020") for id_ in small_index.searcher.parts.questions.passage_ids)


# odd questions


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_no_question_finds_nothing(small_index: OpenIndex, question: str) -> None:
    assert small_index.searcher.search(question) == []


@pytest.mark.parametrize(
    "question",
    ["the of and", "?", "☃☃☃", "你好", "\x00", "a" * 5000, "desk " * 3000, "' OR 1=1 --", "${desk}", "\u202edesk", "1"],
    ids=lambda question: repr(question[:10]),
)
def test_whatever_is_typed_can_be_searched_for(small_index: OpenIndex, question: str) -> None:
    hits = small_index.searcher.search(question)
    assert all(np.isfinite(hit.score) for hit in hits)


# filters


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(sources=frozenset({"kitchen-2020"})), {"kitchen-2020"}),
        (Filters(since=2018), {"westmoor-2018", "kitchen-2020"}),
        (Filters(until=2013), {"bradley-2010", "harbour-2013"}),
        (Filters(since=2013, until=2018), {"harbour-2013", "westmoor-2018"}),
        (Filters(kinds=frozenset({"report"})), {"bradley-2010", "westmoor-2018"}),
        (Filters(kinds=frozenset({"essay", "case study"})), {"harbour-2013", "kitchen-2020"}),
        (Filters(place="westmoor"), {"westmoor-2018"}),
        (Filters(place="Scotland"), {"harbour-2013"}),
        (Filters(place="England", since=2015, kinds=frozenset({"case study"})), {"kitchen-2020"}),
        (Filters(publisher="harbour trust"), {"harbour-2013"}),
        (Filters(), {"bradley-2010", "football", "harbour-2013", "kitchen-2020", "westmoor-2018"}),
    ],
    ids=str,
)
def test_a_filter_leaves_only_its_documents(small_index: OpenIndex, filters: Filters, left: set[str]) -> None:
    assert small_index.shelf.select(filters).whole == left
    assert sources(small_index.searcher.search("people in the town", filters)) == left


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since=2030),
        Filters(sources=frozenset({"nobody"})),
        Filters(place="Atlantis"),
        Filters(kinds=frozenset({"poem"})),
        Filters(sources=frozenset({"football"}), since=1900),  # of unknown year
    ],
    ids=str,
)
def test_a_filter_that_leaves_nothing_finds_nothing(small_index: OpenIndex, filters: Filters) -> None:
    assert small_index.searcher.search("people in the town", filters) == []


def test_no_filter_is_no_filter() -> None:
    assert not Filters()
    assert Filters(place="Bradley")


# parts


@pytest.mark.parametrize(
    ("off", "found_by"),
    [
        ({"dense": False}, {"words", "questions"}),
        ({"lexical": False}, {"meaning", "questions"}),
        ({"questions": False}, {"words", "meaning"}),
        ({"rerank": "none"}, {"words", "meaning", "questions"}),
        ({"dense": False, "questions": False}, {"words"}),
        ({"lexical": False, "questions": False, "rerank": "none"}, {"meaning"}),
    ],
    ids=str,
)
def test_it_answers_with_a_part_switched_off(
    small_index: OpenIndex, off: dict[str, object], found_by: set[str]
) -> None:
    hits = with_settings(small_index, **off).search("What did newcomers ask at the welcome desk in the library?")
    assert "how to see a doctor" in hits[0].passage.text
    assert frozenset().union(*(hit.found_by for hit in hits)) == found_by


def test_with_every_part_off_nothing_is_found(small_index: OpenIndex) -> None:
    assert with_settings(small_index, dense=False, lexical=False, questions=False).search("desk") == []


def test_signs_are_weighed_one_by_one() -> None:
    # 2 x 0.5 + 3 x 0.25 + 5 x 1 + 7 x 0.1 = 1 + 0.75 + 5 + 0.7
    signs = Signs(rerank=0.5, meaning=0.25, words=1.0, questions=0.1)
    assert signs.total(Weights(rerank=2, meaning=3, words=5, questions=7)) == pytest.approx(7.45)


class Shortest(BaseNodePostprocessor):
    """Another re-ranker at the same seam: short passages first."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return [NodeWithScore(node=n.node, score=-float(len(n.node.get_content()))) for n in nodes]


def test_another_reranker_plugs_in(small_index: OpenIndex) -> None:
    own = small_index.searcher.parts
    parts = replace(own, reranker=Shortest())
    only_rerank = Weights(rerank=1, meaning=0, words=0, questions=0)
    hits = Searcher(parts, small_index.shelf, SearchSettings(), only_rerank).search("desk")
    lengths = [len(hit.passage.text) for hit in hits]
    assert lengths == sorted(lengths)


def test_neighbours_are_the_passages_before_and_after(small_index: OpenIndex) -> None:
    first, second, *_ = small_index.shelf.passages("harbour-2013")
    assert small_index.searcher.neighbours(first) == (None, second)
    assert small_index.searcher.neighbours(second)[0] == first


@pytest.mark.parametrize("wrong", [{"top_k": 0}, {"candidates": 1}, {"rrf_k": 0}, {"topk": 3}])
def test_settings_out_of_bounds_or_unknown_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SearchSettings.model_validate(wrong)


# LlamaIndex's seams


def test_the_searcher_is_a_retriever(small_index: OpenIndex) -> None:
    nodes = small_index.searcher.retrieve("Where does the welcome desk stand?")
    assert [n.node.node_id for n in nodes] == ids(small_index.searcher.search("Where does the welcome desk stand?"))
    assert nodes[0].node.metadata == {"source_id": "bradley-2010"}


def test_the_searcher_drives_a_query_engine_of_llama_index(small_index: OpenIndex) -> None:
    engine = RetrieverQueryEngine(
        retriever=small_index.searcher, response_synthesizer=get_response_synthesizer(llm=MockLLM())
    )
    response = engine.query("Where does the welcome desk stand?")
    assert "entrance of the town library" in response.source_nodes[0].node.get_content().replace("\n", " ")


def test_the_splitter_is_a_node_parser() -> None:
    text = "\n\n".join(f"Paragraph {n} " + "word " * 40 + "ends." for n in range(6))
    splitter = PassageSplitter(settings=SplitSettings(target=60, most=90))
    source = LlamaDocument(text=text, metadata={"source_id": "s", "title": "A title"})
    nodes = splitter.get_nodes_from_documents([source])
    assert len(nodes) == 6
    assert [n.node_id for n in nodes] == [n.node_id for n in splitter.get_nodes_from_documents([source])]
    assert all(n.node_id.startswith("s-") and n.metadata["title"] == "A title" for n in nodes)
    assert all(text[n.start_char_idx : n.end_char_idx] == n.text for n in nodes)  # type: ignore[attr-defined]
    assert {n.ref_doc_id for n in nodes} == {source.doc_id}


def test_the_splitter_gives_the_same_words_two_ids() -> None:
    twice = "\n\n".join(["The same words. " + "word " * 50] * 2)
    nodes = PassageSplitter(settings=SplitSettings(target=50, most=60)).get_nodes_from_documents(
        [LlamaDocument(text=twice)]
    )
    assert len({n.node_id for n in nodes}) == len(nodes) == 2


def test_the_model_is_an_embedding_of_llama_index(embedding: SentenceEmbedding) -> None:
    nodes = PassageSplitter().get_nodes_from_documents(
        [LlamaDocument(text="Cats purr."), LlamaDocument(text="Ships sail.")]
    )
    index = VectorStoreIndex(nodes, embed_model=embedding)
    best, *_ = index.as_retriever(similarity_top_k=1).retrieve("What noise does a kitten make?")
    assert best.node.get_content() == "Cats purr."


def test_a_query_and_a_text_are_embedded_alike(embedding: SentenceEmbedding) -> None:
    assert embedding.get_query_embedding("Cats purr.") == embedding.get_text_embedding("Cats purr.")
    assert len(embedding.get_text_embedding_batch(["Cats purr.", "Ships sail."])) == 2


# the model itself


def test_vectors_have_unit_length_and_one_row_for_each_token(embedding: SentenceEmbedding) -> None:
    (one,) = embedding.encode(["The desk stands in the library."])
    assert np.linalg.norm(one.pooled) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(one.tokens, axis=1) == pytest.approx(1, abs=1e-4)
    assert len(one.tokens) == len(one.token_ids) == 7  # six words and a full stop
    assert one.pooled.shape == (embedding.dimensions,) == (384,)


def test_a_text_is_encoded_the_same_alone_and_among_others(embedding: SentenceEmbedding) -> None:
    texts = ["Cats purr.", "A much longer text about ships that sail the seas. " * 8, "", "Dogs bark."]
    together = embedding.encode(texts)
    for text, among in zip(texts, together, strict=True):
        (alone,) = embedding.encode([text])
        # Padding is rounded differently, more so in bfloat16.
        assert float(alone.pooled @ among.pooled) == pytest.approx(1, abs=0.01)
        assert alone.token_ids.tolist() == among.token_ids.tolist()


def test_tokens_know_where_they_stand_in_the_text(embedding: SentenceEmbedding) -> None:
    text = "The desk stands here."
    assert [text[start:][:4] for start in embedding.token_starts(text)] == ["The ", "desk", "stan", "here", "."]


def test_the_fingerprint_is_known_without_loading_the_model(embedding: SentenceEmbedding) -> None:
    assert fingerprint_of(EmbeddingSettings()) == embedding.fingerprint
    assert embedding.fingerprint.startswith("all-MiniLM-L6-v2/53aa51172d142c89/")


def test_a_model_that_is_not_there_is_told_and_nothing_is_fetched() -> None:
    with pytest.raises(ModelUnusable, match="'/no/such/model' cannot be loaded.*Give a folder that holds it"):
        load_embedding(EmbeddingSettings(model="/no/such/model"))


def test_the_words_of_a_text_decide_its_double(by_words: OpenIndex) -> None:
    """The stand-in for the model finds what shares words, so that tests with it search for something real."""
    near, same, far = WordVectors().encode(["the blue house", "The blue house!", "a green garden"])
    assert float(near.pooled @ same.pooled) == pytest.approx(1)
    assert float(near.pooled @ far.pooled) < 0.7
    assert by_words.searcher.search("welcome desk library")[0].passage.source_id == "bradley-2010"


def test_a_text_that_says_little_is_not_spoken_for_when_passages_are_proposed(small_index: OpenIndex) -> None:
    """Search by questions cannot propose what nobody predicted questions of; the other ways stand in for it, if it is trusted."""
    searcher = small_index.searcher
    question = "How many people cook and eat together on Thursdays?"
    (kitchen,) = {h.passage.id for h in searcher.search(question)[:1]}
    parts = replace(searcher.parts, trust={**searcher.parts.trust, kitchen: 0.1})
    doubting = Searcher(parts, small_index.shelf, searcher.settings)
    proposals = searcher._propose(question, small_index.shelf.select(Filters()))
    trusted, doubted = ({id_: score for id_, score, _ in one._fused(proposals)} for one in (searcher, doubting))
    assert doubted[kitchen] < trusted[kitchen]
    assert all(doubted[id_] == score for id_, score in trusted.items() if id_ != kitchen)
