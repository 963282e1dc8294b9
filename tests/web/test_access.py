"""Who is let in, under each rule, and what whoever is not hears."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from assistant.access import AccessSettings, RateSettings, SiteSettings
from assistant.errors import AssistantError
from assistant.serving import OperationSettings, WebSettings
from assistant.settings import load_settings
from assistant.web import credentials
from assistant.web.embed_tokens import EmbedTokens, Session
from tests.web.callers import (
    CHARITY,
    INTRANET,
    PASSWORD,
    QUESTION,
    TOKEN,
    basic,
    bearer,
    client_for,
    settings,
)


@functools.cache
def under(rule: str) -> TestClient:
    return client_for(settings(rule))


def ask(client: TestClient, headers: dict[str, str] | None = None, path: str = "/api/v1/ask") -> Any:
    return client.post(path, json=QUESTION, headers=headers or {})


ALLOWED = [
    ("loopback", {}),
    ("everyone", {}),
    ("everyone", bearer("what-a-client-must-send")),
    ("token", bearer(TOKEN)),
    ("token", basic("anybody", TOKEN)),
    ("token", bearer(INTRANET)),
    ("sites", bearer(INTRANET)),
    ("sites", {**bearer(INTRANET), "origin": "https://intranet.example"}),
    ("proxy", {"x-forwarded-user": "amina", "x-forwarded-for": "10.1.2.3"}),
    ("basic", basic("amina", PASSWORD)),
]
REFUSED = [
    ("token", {}),
    ("token", bearer("a-shared-token-of-some-lengtH")),
    ("token", bearer("")),
    ("token", {"authorization": TOKEN}),
    ("token", {"authorization": "Basic !!!"}),
    ("token", {"authorization": "Basic /w=="}),
    ("token", {"authorization": "Bearer " + "x" * 5000}),
    ("token", {"cookie": f"token={TOKEN}"}),
    ("sites", {}),
    ("sites", bearer(TOKEN)),
    ("proxy", {}),
    ("proxy", {"x-forwarded-user": "  "}),
    ("proxy", {"remote-user": "amina"}),
    ("basic", {}),
    ("basic", basic("amina", "wrong")),
    ("basic", basic("nobody", PASSWORD)),
    ("basic", bearer(PASSWORD)),
]


@pytest.mark.parametrize(("rule", "headers"), ALLOWED)
def test_whom_the_rule_knows_is_answered(rule: str, headers: dict[str, str]) -> None:
    assert ask(under(rule), headers).status_code == 200


@pytest.mark.parametrize(("rule", "headers"), REFUSED)
@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions", "/gradio_api/queue/join"])
def test_whom_it_does_not_is_told_so_in_a_sentence(rule: str, headers: dict[str, str], path: str) -> None:
    response = ask(client_of(rule), headers, path)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].endswith(".")
    assert response.headers["www-authenticate"].startswith(("Bearer", "Basic"))
    assert response.headers["x-content-type-options"] == "nosniff"


@functools.cache
def client_of(rule: str) -> TestClient:
    """Without a limit on wrong credentials, which one test after another would reach."""
    return client_for(settings(rule, access={"failures": ""}))


@pytest.mark.parametrize("rule", ["token", "sites", "proxy", "basic"])
@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/theme.css", "/assets/x.js", "/openapi.json", "/api/v1/sources", "/v1/models", "/api/v1/x"],
)
def test_nothing_with_content_is_open_to_a_stranger(rule: str, path: str) -> None:
    assert client_of(rule).get(path).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/embed.js", "/web/chat.js", "/web/chat.css"])
def test_health_and_the_widgets_own_files_are_open(path: str) -> None:
    assert client_of("token").get(path).status_code == 200


def test_a_browser_is_asked_for_the_shared_token_as_a_password() -> None:
    challenge = client_of("token").get("/", headers={"accept": "text/html"}).headers["www-authenticate"]
    assert challenge.startswith("Basic")


def test_the_sign_on_header_is_believed_from_the_sign_on_alone() -> None:
    elsewhere = client_for(settings("proxy"), address="10.0.0.9")
    assert ask(elsewhere, {"x-forwarded-user": "amina"}).status_code == 401
    assert ask(under("proxy"), {"x-forwarded-user": "amina"}).status_code == 200


def test_a_sites_token_is_no_good_on_another_sites_page() -> None:
    response = ask(under("sites"), {**bearer(CHARITY), "origin": "https://intranet.example"})
    assert response.status_code == 403
    assert response.json()["detail"] == "This token belongs to another web site."


def test_wrong_credentials_are_slowed_down_and_the_address_beside_is_not() -> None:
    made = settings("token", access={"failures": "3/minute"})
    client = client_for(made)
    assert [ask(client, bearer("x" * 30)).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert ask(client, bearer(TOKEN)).status_code == 429
    client_beside = TestClient(client.app, base_url=str(client.base_url), client=("10.0.0.2", 1))
    assert ask(client_beside, bearer(TOKEN)).status_code == 200


def test_a_server_in_front_that_nobody_told_us_of_brings_nobody_in() -> None:
    response = ask(under("loopback"), {"x-forwarded-for": "203.0.113.7"})
    assert response.status_code == 403
    assert "web.access.rule" in response.json()["detail"]


# rates and caps


def test_a_person_who_asks_too_fast_waits_and_others_do_not() -> None:
    client = client_for(settings("basic", RateSettings(person="2/minute")))
    amina = basic("amina", PASSWORD)
    assert [ask(client, amina).status_code for _ in range(3)] == [200, 200, 429]
    late = ask(client, amina)
    assert 1 <= int(late.headers["retry-after"]) <= 60
    assert late.json()["detail"] == "You are asking faster than this service allows. Please wait a moment."
    assert client.get("/api/v1/sources", headers=amina).status_code == 200


def test_a_site_over_its_cap_is_told_and_the_next_site_is_served() -> None:
    capped = {"name": "intranet", "origins": ["https://intranet.example"], "token": INTRANET, "per_day": 2}
    other = {"name": "charity", "origins": ["https://charity.example"], "token": CHARITY}
    client = client_for(settings("sites", access={"sites": [capped, other]}))
    assert [ask(client, bearer(INTRANET)).status_code for _ in range(3)] == [200, 200, 429]
    assert ask(client, bearer(INTRANET)).json()["detail"] == "This site has reached its number of questions for today."
    assert ask(client, bearer(CHARITY)).status_code == 200


def test_one_opened_chat_has_its_own_cap() -> None:
    capped = {"name": "intranet", "origins": ["https://intranet.example"], "token": INTRANET, "per_session": 1}
    client = client_for(settings("sites", access={"sites": [capped]}))
    one, other = (client.post("/api/v1/embed/token", headers=bearer(INTRANET)).json()["token"] for _ in range(2))
    assert [ask(client, bearer(one)).status_code for _ in range(2)] == [200, 429]
    assert ask(client, bearer(other)).status_code == 200


def test_a_sites_rate_and_reading_have_limits_too() -> None:
    client = client_for(settings("sites", RateSettings(site="1/minute", reading="2/minute")))
    assert [ask(client, bearer(INTRANET)).status_code for _ in range(2)] == [200, 429]
    reads = [client.get("/api/v1/sources", headers=bearer(INTRANET)).status_code for _ in range(3)]
    assert reads == [200, 200, 429]
    assert client.get("/healthz").status_code == 200


# settings


@pytest.mark.parametrize(
    ("access", "words"),
    [
        ({"rule": "token"}, "needs web.access.token"),
        ({"rule": "token", "token": "short"}, "too short to be a secret"),
        ({"rule": "proxy"}, "trusted_proxies"),
        ({"rule": "basic"}, "app.py password"),
        ({"rule": "sites"}, "at least one"),
        ({"sites": [{"name": "a", "origins": ["https://a.example/path"]}]}, "without a path"),
        ({"sites": [{"name": "a", "origins": ["*"]}]}, "without a path"),
        ({"sites": [{"name": "a", "origins": ["https://a.example; script-src *"]}]}, "without a path"),
        ({"sites": [{"name": "a", "origins": []}]}, "at least 1"),
        ({"sites": [{"name": "a", "origins": ["https://a.example"], "snippet": False}]}, "nothing could open"),
        ({"rule": "proxy", "trusted_proxies": ["somewhere"]}, "somewhere"),
        ({"failures": "often"}, "often"),
    ],
)
def test_settings_that_would_let_the_wrong_people_in_are_refused(access: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AccessSettings.model_validate(access)


def test_names_that_others_reach_us_by_need_a_rule() -> None:
    with pytest.raises(ValidationError, match=r"answers\.example\.org.*web\.access\.rule"):
        WebSettings(allowed_hosts=("answers.example.org",))


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert AccessSettings.model_validate({"rule": "token", "token_file": file}).secret == TOKEN
    with pytest.raises(ValidationError, match="cannot be read: FileNotFoundError"):
        AccessSettings.model_validate({"rule": "token", "token_file": tmp_path / "none"})


@pytest.mark.parametrize(
    "toml",
    [
        '[web.access]\nrule = "token"\ntoken = "{secret}"\nbad = 1\n',
        '[web.access]\nrule = "token"\ntoken = ["{secret}"]\n',
        '[web.access]\nsites = [{{name = "A B", token = "{secret}", origins = ["x"]}}]\n',
        '[web.access]\nusers = "{secret}"\n',
        '[web.operation]\nmetrics_token = 3\notlp_endpoint = "{secret}"\n',
        '[web.access]\nsigning_key = "{secret}"\nrule = "{secret}"\n',
    ],
)
def test_what_is_wrong_with_the_settings_is_said_without_a_secret(toml: str, tmp_path: Path) -> None:
    secret = "zx9-secret"
    file = tmp_path / "settings.toml"
    file.write_text(toml.format(secret=secret), encoding="utf-8")
    with pytest.raises(AssistantError) as wrong:
        load_settings(file)
    assert secret not in str(wrong.value)
    assert "web" in str(wrong.value)


def test_settings_can_be_printed_without_giving_a_secret_away() -> None:
    access = {"rule": "token", "token": TOKEN, "signing_key": "k" * 30, "users": {"amina": "scrypt$x$y"}}
    made = WebSettings(access=access, operation=OperationSettings(metrics_token="m" * 30))  # type: ignore[arg-type]
    for shown in (repr(made), str(made.model_dump()), made.model_dump_json()):
        for secret in (TOKEN, "k" * 30, "scrypt$x$y", "m" * 30):
            assert secret not in shown


def test_no_secret_reaches_the_log_or_a_response() -> None:
    log = io.StringIO()
    made = settings("token", operation=OperationSettings(log_level="info"))
    client = client_for(made, log)
    wrong = "wrong-" + TOKEN
    said = [
        ask(client, headers).text
        for headers in (bearer(TOKEN), bearer(wrong), basic("amina", wrong), bearer(INTRANET), {"x-token": TOKEN})
    ]
    said.append(client.get(f"/api/v1/sources?token={TOKEN}").text)
    said.append(client.post("/api/v1/ask", json={"question": "break"}, headers=bearer(TOKEN)).text)
    for text in (*said, log.getvalue()):
        assert TOKEN not in text and INTRANET not in text
    assert '"status": 401' in log.getvalue() and '"event": "fault"' in log.getvalue()


# credentials and tokens


def test_a_password_is_kept_as_a_salted_hash() -> None:
    one, other = credentials.hashed(PASSWORD), credentials.hashed(PASSWORD)
    assert one != other and PASSWORD not in one
    assert credentials.is_password(PASSWORD, one) and credentials.is_password(PASSWORD, other)
    assert not credentials.is_password(PASSWORD + "x", one)
    assert not credentials.is_password(PASSWORD, PASSWORD)


@pytest.mark.parametrize("kept", ["", "scrypt", "scrypt$$", "scrypt$!$!", "bcrypt$YQ==$YQ==", "scrypt$YQ==$YQ=="])
def test_a_malformed_hash_lets_nobody_in(kept: str) -> None:
    assert not credentials.is_password("", kept)


def test_nothing_is_the_same_as_an_empty_secret() -> None:
    assert not credentials.same("", "")
    assert credentials.same(TOKEN, TOKEN)
    assert not credentials.same("\ud800", TOKEN)


def test_an_embed_token_is_ours_whole_and_short_lived() -> None:
    tokens = EmbedTokens("k" * 32, minutes=15, hours=8)
    token = tokens.open("intranet")
    session = tokens.read(token)
    assert session and session.site == "intranet"
    assert tokens.read(token[:-2] + "xx") is None
    assert tokens.read("") is None
    assert EmbedTokens("other" * 8, 15, 8).read(token) is None
    assert EmbedTokens("k" * 32, minutes=0, hours=8).read(token) is not None  # this very second
    begun_long_ago = tokens.sign(Session("intranet", "abc", session.began - 8 * 3600 - 60))
    assert tokens.read(begun_long_ago) is None


def test_an_old_embed_token_is_refused() -> None:
    import itsdangerous

    class Past(itsdangerous.TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - 16 * 60

    tokens = EmbedTokens("k" * 32, minutes=15, hours=8)
    signer = itsdangerous.URLSafeTimedSerializer("k" * 32, salt="common-ground-embed", signer=Past)
    assert tokens.read(str(signer.dumps(("intranet", "abc", 0.0)))) is None


def test_a_site_that_is_taken_off_the_list_takes_its_open_chats_along() -> None:
    site = SiteSettings(name="intranet", origins=("https://intranet.example",))
    key = "s" * 32
    before = client_for(settings("sites", access={"sites": [site], "signing_key": key}))
    page = before.get("/embed?site=intranet").text
    token = page.split('data-token="')[1].split('"')[0]
    assert ask(before, bearer(token)).status_code == 200
    other = SiteSettings(name="charity", origins=("https://charity.example",))
    after = client_for(settings("sites", access={"sites": [other], "signing_key": key}))
    assert ask(after, bearer(token)).status_code == 401
