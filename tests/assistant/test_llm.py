"""The language model as it is set: which addresses are taken, what is sent there, and that the key is shown nowhere."""

from __future__ import annotations

import json

import pytest
from llama_index.core.llms import ChatMessage
from pydantic import ValidationError

from assistant.endpoint import LLMSettings, is_near
from assistant.errors import SettingsError
from assistant.llm import load_llm
from assistant.settings import AnswerSettings, Settings, load_settings
from eval.hold.talking import Script, talking_server

HERE = "http://127.0.0.1:11434/v1"


def test_no_model_is_used_unless_one_is_set() -> None:
    assert not LLMSettings().on
    assert load_llm(LLMSettings()) is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"endpoint": HERE}, "give endpoint and model together"),
        ({"model": "smollm2"}, "give endpoint and model together"),
        ({"endpoint": "localhost:11434", "model": "m"}, "must be an address"),
        ({"endpoint": "file:///etc/passwd", "model": "m"}, "must be an address"),
        ({"endpoint": "http://me:secret@127.0.0.1/v1", "model": "m"}, "a key goes into 'key'"),
        ({"endpoint": f"{HERE}?key=x", "model": "m"}, "a key goes into 'key'"),
        ({"endpoint": "http://api.example.com/v1", "model": "m"}, "unencrypted"),
        ({"endpoint": HERE, "model": "m", "context_tokens": 512, "most_tokens": 400}, "half of context_tokens"),
        ({"endpoint": HERE, "model": "m", "modle": "x"}, "modle"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        LLMSettings.model_validate(values)


@pytest.mark.parametrize(
    "endpoint", [HERE, "https://api.example.com/v1", "http://ollama:11434/v1", "http://10.0.0.7/v1"]
)
def test_an_address_that_can_be_right_is_taken(endpoint: str) -> None:
    assert LLMSettings(endpoint=endpoint, model="m").on


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.5", True),
        ("ollama", True),
        ("gpu.internal", True),
        ("8.8.8.8", False),
        ("0.0.0.0", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_what_is_near(host: str, near: bool) -> None:
    assert is_near(host) is near


def test_the_key_comes_from_the_environment_and_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENDPOINT": HERE, "MODEL": "m", "KEY": "sk-verysecret"}.items():
        monkeypatch.setenv(f"COMMON_GROUND_ANSWER__LLM__{name}", value)
    settings = load_settings()
    assert settings.answer.llm.key.get_secret_value() == "sk-verysecret"
    shown = [repr(settings), str(settings), settings.model_dump_json(), json.dumps(settings.model_dump(mode="json"))]
    assert not any("verysecret" in text for text in shown)


def test_a_wrong_setting_is_told_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"answer\.llm") as caught:
        load_settings(answer={"llm": {"endpoint": HERE, "key": "sk-verysecret"}})
    assert "verysecret" not in str(caught.value)


def settings_for(endpoint: str, **fields: object) -> LLMSettings:
    return LLMSettings.model_validate({"endpoint": endpoint, "model": "small-one", **fields})


def ask(settings: LLMSettings) -> str:
    llm = load_llm(settings)
    assert llm is not None
    return "".join(part.delta or "" for part in llm.stream_chat([ChatMessage(role="user", content="Well?")]))


def test_what_is_set_is_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-openai-alone")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-for-openai-alone")
    script = Script(["Wel", "come."])
    with talking_server(script) as endpoint:
        assert ask(settings_for(endpoint, key="mine", most_tokens=77, temperature=0.5, seed=9)) == "Welcome."
        ask(settings_for(endpoint, seed=None))
    first, second = script.asked
    assert (first["model"], first["stream"], first["max_tokens"]) == ("small-one", True, 77)
    assert (first["temperature"], first["seed"]) == (0.5, 9)
    assert "seed" not in second
    assert script.headers[0]["authorization"] == "Bearer mine"
    assert "for-openai-alone" not in json.dumps(script.headers)


def test_a_call_that_fails_is_tried_again_as_often_as_is_set() -> None:
    script = Script(fail_first=1)
    with talking_server(script) as endpoint:
        assert ask(settings_for(endpoint, retries=1)) == "Yes."
    assert len(script.asked) == 2


def test_nothing_is_sent_to_where_an_endpoint_points() -> None:
    script = Script(status=307)
    with talking_server(script) as endpoint, pytest.raises(Exception, match="307"):
        ask(settings_for(endpoint, retries=0))
    assert len(script.asked) == 1


def test_the_section_is_part_of_the_answer_s_settings() -> None:
    assert Settings(answer=AnswerSettings(llm=LLMSettings(endpoint=HERE, model="m"))).answer.llm.near
