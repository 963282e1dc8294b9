"""The embedded chat over HTTP: which pages may show it, its policy, its tokens, and how light it is."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.serving import OperationSettings
from assistant.web.embed import SCRIPT
from assistant.web.pause import pause
from assistant.web.words import LANGUAGES, words
from tests.web.callers import (
    CHARITY,
    INTRANET,
    INTRANET_SITE,
    QUESTION,
    SITES,
    TOKEN,
    basic,
    bearer,
    client_for,
    settings,
)

INTRANET_PAGE = {"referer": "https://intranet.example/"}


@functools.cache
def under(rule: str) -> TestClient:
    return client_for(settings(rule, access={"sites": SITES}, **({} if rule != "loopback" else {})))


def policy(response: Any) -> dict[str, str]:
    parts = (rule.strip().partition(" ") for rule in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


def token_of(response: Any) -> str:
    found = re.search(r'data-token="([^"]*)"', response.text)
    assert found
    return found[1]


@pytest.mark.parametrize("rule", ["loopback", "token", "sites", "proxy"])
@pytest.mark.parametrize("headers", [INTRANET_PAGE, {}])
def test_a_listed_page_shows_the_chat_and_no_other_page_can(rule: str, headers: dict[str, str]) -> None:
    response = under(rule).get("/embed?site=intranet", headers=headers)
    assert response.status_code == 200
    assert policy(response)["frame-ancestors"] == "'self' https://intranet.example"
    assert "x-frame-options" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_a_strange_page_is_refused_in_words_that_it_can_show() -> None:
    response = under("sites").get("/embed?site=intranet", headers={"referer": "https://evil.example/"})
    assert response.status_code == 403
    assert "This web site is not on the list" in response.text
    assert "https://evil.example" in response.text
    assert policy(response)["frame-ancestors"] == "*"
    assert policy(response)["default-src"] == "'none'" and "script-src" not in policy(response)
    assert "data-token" not in response.text


@pytest.mark.parametrize("site", ["nowhere", "<script>", "../etc", "x" * 5000])
def test_an_unknown_site_is_told_and_not_repeated(site: str) -> None:
    response = under("sites").get("/embed", params={"site": site})
    assert response.status_code == 404
    assert site not in response.text.replace("<script>alert", "")


def test_a_hostile_page_address_is_escaped() -> None:
    response = under("sites").get("/embed?site=intranet", headers={"referer": "https://<b>evil</b>/"})
    assert response.status_code == 403
    assert "<b>" not in response.text


def test_without_a_site_the_access_rule_decides() -> None:
    assert under("loopback").get("/embed").status_code == 200
    assert under("sites").get("/embed").status_code == 401
    assert under("token").get("/embed").status_code == 401
    assert under("token").get("/embed", headers=basic("x", TOKEN)).status_code == 200
    strange = under("loopback").get("/embed", headers={"referer": "https://evil.example/"})
    assert strange.status_code == 403


def test_the_page_has_no_inline_script_or_style_and_the_strictest_policy() -> None:
    response = under("sites").get("/embed?site=intranet")
    rules = policy(response)
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == rules["trusted-types"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|style=|https?://", response.text) == []


def test_the_scripts_make_no_markup_and_speak_to_no_other_host() -> None:
    for name in ("chat.js", "embed.js"):
        script = (SCRIPT.parent / name).read_text(encoding="utf-8")
        code = "\n".join(line for line in script.splitlines() if not line.strip().startswith("//"))
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "document.cookie",
            "Storage",
        ):
            assert word not in code, (name, word)
        assert "http" not in code.replace("https?", ""), name


def test_the_widget_may_be_loaded_by_any_page_and_sets_no_cookie() -> None:
    for path in ("/embed.js", "/embed?site=intranet"):
        response = under("sites").get(path)
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in response.headers
    assert under("sites").get("/embed.js").headers["content-type"].startswith("text/javascript")


def test_the_whole_chat_weighs_a_few_tens_of_kilobytes() -> None:
    sizes = [
        len(under("sites").get(path).content) for path in ("/embed?site=intranet", "/web/chat.js", "/web/chat.css")
    ]
    assert sum(sizes) < 40_000
    assert len(under("sites").get("/embed.js").content) < 10_000


# tokens


def test_the_pages_token_asks_and_reads_sources_and_nothing_else() -> None:
    client = under("sites")
    token = bearer(token_of(client.get("/embed?site=intranet")))
    assert client.post("/api/v1/ask", json=QUESTION, headers=token).status_code == 200
    assert client.get("/api/v1/sources", headers=token).status_code == 200
    for path in ("/", "/api/v1/initiatives", "/v1/models", "/openapi.json", "/config"):
        refused = client.get(path, headers=token)
        assert refused.status_code == 403, path
        assert "embedded chat" in refused.json()["detail"]


def test_an_open_chat_renews_its_token_and_stays_the_same_session() -> None:
    client = client_for(settings("sites", access={"sites": [INTRANET_SITE.model_copy(update={"per_session": 1})]}))
    first = token_of(client.get("/embed?site=intranet"))
    renewed = client.post("/api/v1/embed/token", headers=bearer(first)).json()
    assert renewed["expires_in"] == 900
    asked = [
        client.post("/api/v1/ask", json=QUESTION, headers=bearer(t)).status_code for t in (first, renewed["token"])
    ]
    assert asked == [200, 429]


def test_a_site_without_a_snippet_needs_a_token_from_its_own_server() -> None:
    client = under("sites")
    assert token_of(client.get("/embed?site=charity")) == ""
    made = client.post("/api/v1/embed/token", headers=bearer(CHARITY)).json()["token"]
    assert client.post("/api/v1/ask", json=QUESTION, headers=bearer(made)).status_code == 200
    assert client.post("/api/v1/embed/token").status_code == 401


def test_only_known_sources_reach_the_page() -> None:
    page = under("sites").get("/embed", params={"site": "intranet", "sources": 'appg-2017,nowhere,"><script>'}).text
    assert 'data-sources="appg-2017"' in page
    assert "1 document from 2017" in page


@pytest.mark.parametrize(("lang", "tag", "asks"), [("", "en", "Ask"), ("cy", "cy", "Gofyn"), ("../xx", "en", "Ask")])
def test_the_page_speaks_the_language_that_the_snippet_names(lang: str, tag: str, asks: str) -> None:
    page = under("sites").get("/embed", params={"site": "intranet", "lang": lang}).text
    assert f'<html lang="{tag}">' in page and f'id="ask">{asks}</button>' in page
    refused = under("sites").get("/embed", params={"lang": lang})
    assert f'<html lang="{tag}">' in refused.text


def test_the_script_has_the_words_of_every_language() -> None:
    script = under("sites").get("/embed.js").text
    for code in LANGUAGES:
        assert json.dumps(words(code)("widget.name")) in script


def test_a_pause_a_notice_and_the_keeping_of_questions_are_told_before_anybody_asks(tmp_path: Path) -> None:
    told = OperationSettings(pause_folder=tmp_path, notice_file=tmp_path / "n", question_log=tmp_path / "log")
    client = client_for(settings("sites", operation=told))
    assert "Answers are paused" not in client.get("/embed?site=intranet").text.split("<main>")[1]
    (tmp_path / "n").write_text("Back on <Monday>.")
    pause(tmp_path, "", "intranet")
    page = client.get("/embed?site=intranet").text
    assert "Back on &lt;Monday&gt;." in page and "Questions are kept, without anything about you." in page
    assert "<strong>Answers are paused.</strong> Please try again later.</p>" in page
    assert "atebion wedi" in client.get("/embed?site=intranet&lang=cy").text
    pause(tmp_path, "We are checking an answer.")
    assert "We are checking an answer." in client.get("/embed?site=intranet").text


def test_a_listed_sites_page_may_call_the_api_and_another_may_not() -> None:
    client = under("sites")
    origin = {"origin": "https://intranet.example", **bearer(INTRANET)}
    allowed = client.post("/api/v1/ask", json=QUESTION, headers=origin)
    assert allowed.headers["access-control-allow-origin"] == "https://intranet.example"
    preflight = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    asked_first = client.options("/api/v1/ask", headers={"origin": "https://intranet.example", **preflight})
    assert asked_first.status_code == 200
    strange = client.options("/api/v1/ask", headers={"origin": "https://evil.example", **preflight})
    assert (strange.status_code, strange.headers["content-type"]) == (403, "application/problem+json")
    assert strange.json()["detail"] == "Pages of this web site may not ask here."
    assert not any(name.startswith("access-control-") for name in strange.headers) and "evil" not in str(
        strange.headers
    )
    other = {"access-control-request-method": "POST", "access-control-request-headers": "x-evil"}
    unusual = client.options("/api/v1/ask", headers={"origin": "https://intranet.example", **other})
    assert unusual.status_code == 403 and "evil" not in unusual.text
    assert "Accept, Authorization, Content-Type; nothing else." in unusual.json()["detail"]


def test_the_sample_page_holds_two_frames_and_a_button() -> None:
    page = (Path(__file__).parent / "intranet.html").read_text(encoding="utf-8")
    assert page.count("/embed.js") == 2 and page.count("<common-ground-chat") == 1
