"""The line to a model over real HTTP: an endpoint that is slow, silent, wrong, talks rubbish, or goes on for ever."""

from __future__ import annotations

import gc
from contextlib import suppress

import pytest
from llama_index.core.llms import ChatMessage

from assistant.breaker import Allowance, Breaker
from assistant.endpoint import LLMSettings
from assistant.errors import ModelUnavailable
from assistant.line import Line
from assistant.llm import load_llm
from eval.hold.talking import Script, talking_server

ASKED = [ChatMessage(role="user", content="Well?")]


def line_to(endpoint: str, **fields: object) -> Line:
    settings = LLMSettings.model_validate({"endpoint": endpoint, "model": "m", "retries": 0, **fields})
    llm = load_llm(settings)
    assert llm is not None
    return Line(llm, settings)


def test_what_is_said_comes_whole() -> None:
    with talking_server(Script(["The desk", " opened."])) as endpoint:
        assert line_to(endpoint).say(ASKED) == "The desk opened."


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (Script(status=401), "status 401"),
        (Script(status=404), "status 404"),
        (Script(status=429), "status 429"),
        (Script(status=500), "status 500"),
        (Script(status=307), "status 307"),
        (Script(body=b"<html>Welcome to the router</html>"), "nothing that could be read"),
        (Script(body=b"\xff\xfe\x00rubbish"), "could (?:not )?be read"),
        (Script(words=[]), "nothing that could be read"),
        (Script(words=["  ", "\n"]), "nothing that could be read"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_told(script: Script, says: str) -> None:
    with talking_server(script) as endpoint, pytest.raises(ModelUnavailable, match=says):
        line_to(endpoint, key="sk-secret").say(ASKED)


def test_an_endpoint_where_nobody_listens_is_told() -> None:
    with talking_server(Script()) as endpoint:
        pass
    with pytest.raises(ModelUnavailable, match="could not be reached"):
        line_to(endpoint).say(ASKED)


def test_a_silent_model_is_not_waited_for() -> None:
    with talking_server(Script(pause=60)) as endpoint, pytest.raises(ModelUnavailable, match="in time"):
        line_to(endpoint, silence_seconds=0.2).say(ASKED)


def test_a_model_that_goes_on_is_cut_short_with_what_it_said() -> None:
    with talking_server(Script(words=["So "] * 1000, pause=0.05)) as endpoint:
        said = line_to(endpoint, total_seconds=0.5).say(ASKED)
    assert 0 < said.count("So") < 1000


def test_a_model_that_writes_more_than_it_may_is_cut_short() -> None:
    with talking_server(Script(words=["x" * 1000] * 100)) as endpoint:
        assert len(line_to(endpoint, most_tokens=32).say(ASKED)) < 3000


def test_a_connection_that_ends_early_leaves_what_was_said() -> None:
    with talking_server(Script(words=["The desk opened. It"], cut=True)) as endpoint:
        assert line_to(endpoint).say(ASKED) == "The desk opened. It"


def test_what_is_enough_ends_it() -> None:
    with talking_server(Script(words=["So "] * 50)) as endpoint:
        assert line_to(endpoint).say(ASKED, lambda said: len(said) > 8) == "So So So "


def test_calls_beyond_those_at_once_are_turned_away_at_once() -> None:
    with talking_server(Script()) as endpoint:
        line = line_to(endpoint, at_once=1)
        with line._place(1), pytest.raises(ModelUnavailable, match="busy"):
            line.say(ASKED)
        assert line.say(ASKED) == "Yes."


# the breaker and the hour's allowance


class Hands:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_and_lets_one_try_after_a_rest() -> None:
    clock = Hands()
    breaker = Breaker(2, 60, clock)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += 61
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.passed()
    assert breaker.allows()


def test_a_call_between_failures_that_gets_through_begins_the_count_anew() -> None:
    breaker = Breaker(2, 60, Hands())
    breaker.failed()
    breaker.passed()
    breaker.failed()
    assert breaker.allows()


def test_an_allowance_is_for_the_hour() -> None:
    clock = Hands()
    allowance = Allowance(100, clock)
    assert [allowance.spend(60), allowance.spend(60), allowance.spend(40)] == [True, False, True]
    clock.now += 3601
    assert allowance.spend(100)


def test_no_allowance_set_is_no_limit() -> None:
    assert Allowance(0).spend(10**9)


def test_one_part_of_any_length_is_cut_where_the_model_should_have_ended() -> None:
    with talking_server(Script(["word" * 10_000])) as endpoint:
        assert len(line_to(endpoint, most_tokens=32).say(ASKED)) == 32 * 12


@pytest.mark.parametrize(
    "chunk", [b'{"choices": {"a": 1}}', b'{"choices": [{"delta": {"content": "' + b"word " * 900 + b'"}}]}']
)
def test_whoever_has_heard_enough_hangs_up_at_once(chunk: bytes) -> None:
    """Not when the garbage collector comes by: it may come while the client's lock is held, and closing wants that lock."""
    script = Script(body=b"data: " + chunk + b"\n\n" + b": more\n\n" * 100_000)
    gc.collect()
    gc.disable()
    try:
        with talking_server(script) as endpoint:
            line = line_to(endpoint, most_tokens=32)
            with suppress(ModelUnavailable):
                line.say(ASKED)
            client = line.llm._get_client()._client
            assert client._transport._pool.connections == []
    finally:
        gc.enable()
