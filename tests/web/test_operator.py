"""The operator's page over HTTP: who gets in, what may be put where, and that it does what it says."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.serving import OperationSettings, OperatorSettings
from assistant.settings import PathSettings, Settings
from assistant.upkeep import Upkeep
from assistant.web.application import create_app
from assistant.web.pages import FOLDER as PAGES
from tests.web.callers import QUESTION, bearer, settings
from tests.web.doubles import FakeAssistant, wait_until

TOKEN = "the-token-of-the-operator-0001"
PAGE = b"# A club for parents\n\nIt meets in the library every Friday.\n"


def made(folder: Path, rule: str = "loopback", **web: Any) -> Any:
    """Settings with a page for the operator, the files it writes in `folder`."""
    operation = OperationSettings(pause_folder=folder / "paused", notice_file=folder / "notice.txt")
    return settings(rule, operator=OperatorSettings(token=TOKEN, max_upload_mb=1), operation=operation, **web)  # type: ignore[arg-type]


@pytest.fixture
def upkeep(small_settings: Settings, tmp_path: Path) -> Upkeep:
    """A copy of the small corpus and its index."""
    paths = PathSettings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    shutil.copytree(small_settings.paths.corpus, paths.corpus)
    shutil.copytree(small_settings.paths.data, paths.data)
    return Upkeep(small_settings.model_copy(update={"paths": paths}))


@pytest.fixture
def client(upkeep: Upkeep, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(FakeAssistant(), made(tmp_path), io.StringIO(), upkeep)
    with TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 1)) as opened:
        opened.headers.update(bearer(TOKEN))
        yield opened


def put(client: TestClient, name: str, content: bytes = PAGE, **query: Any) -> Any:
    return client.post("/operator/api/documents", params={"name": name, **query}, content=content)


def states(client: TestClient) -> dict[str, str]:
    return {one["path"]: one["state"] for one in client.get("/operator/api/overview").json()["documents"]}


# who gets in


def test_without_a_token_in_the_settings_there_is_no_such_page(upkeep: Upkeep) -> None:
    client = TestClient(create_app(FakeAssistant(), settings("loopback"), upkeep=upkeep), base_url="http://127.0.0.1")
    assert client.get("/operator").status_code == client.get("/operator/api/overview").status_code == 404


@pytest.mark.parametrize(
    "headers", [{}, bearer("x" * 30), {"authorization": f"Basic {TOKEN}"}, {"cookie": f"t={TOKEN}"}]
)
def test_nothing_is_told_or_done_without_the_token(client: TestClient, headers: dict[str, str], tmp_path: Path) -> None:
    client.headers.pop("authorization")
    for path in ("overview", "doctor", "indexing"):
        assert client.get(f"/operator/api/{path}", headers=headers).status_code == 401
    for path in ("documents?name=a.txt", "documents/remove", "pause", "notice", "indexing/start"):
        assert client.post(f"/operator/api/{path}", content=b"{}", headers=headers).status_code == 401
    assert not (tmp_path / "corpus" / "a.txt").exists()


def test_whoever_guesses_is_made_to_wait(client: TestClient) -> None:
    tried = [client.get("/operator/api/overview", headers=bearer(f"{n:030}")).status_code for n in range(11)]
    assert tried == [401] * 10 + [429]


@pytest.mark.parametrize("rule", ["token", "basic", "sites"])
def test_the_token_is_its_own_whatever_the_rule_for_asking(rule: str, upkeep: Upkeep, tmp_path: Path) -> None:
    client = TestClient(
        create_app(FakeAssistant(), made(tmp_path, rule), io.StringIO(), upkeep), base_url="http://127.0.0.1"
    )
    assert client.get("/operator/api/overview", headers=bearer(TOKEN)).status_code == 200
    assert client.get("/operator/api/overview", headers=bearer("a-shared-token-of-some-length")).status_code == 401
    assert client.get("/api/v1/sources", headers=bearer(TOKEN)).status_code == 401


def test_another_page_can_have_nothing_done(client: TestClient) -> None:
    headers = {"origin": "https://evil.example"}
    assert client.post("/operator/api/pause", json={"words": ""}, headers=headers).status_code == 403
    assert client.get("/operator/api/overview", headers={"host": "evil.example"}).status_code == 421
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200


def test_the_page_runs_no_script_but_its_own_and_stands_in_no_frame(client: TestClient) -> None:
    page = client.get("/operator")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert page.headers["x-frame-options"] == "DENY" and TOKEN not in page.text
    assert "<script>" not in page.text and " on" + "click" not in page.text


def test_the_page_and_what_it_is_told_are_in_the_language_that_is_chosen(client: TestClient) -> None:
    welsh = client.get("/operator?lang=cy")
    assert '<html lang="cy">' in welsh.text and "Ar gyfer y gweithredwr" in welsh.text
    assert welsh.headers["content-security-policy"] == client.get("/operator").headers["content-security-policy"]
    assert 'href="operator?lang=plain" lang="en"' in welsh.text and "Sign out" not in welsh.text
    assert "<code>web.operator.token_file</code>" in welsh.text
    kept = client.get("/operator/api/overview?lang=cy").json()["questions"]["how"]
    assert "Nid yw cwestiynau'n cael eu cadw" in kept
    assert '<html lang="en">' in client.get("/operator?lang=xx").text


# documents


@pytest.mark.parametrize(
    "name",
    [
        *("../outside.txt", "a/../../outside.txt", "/etc/outside.txt", "sub/outside.txt", "..\\outside.txt", "..", "."),
        *(".hidden.txt", "catalogue.toml", "README.md", "a\x00b.txt", "a\nb.txt", " a.txt", "a" * 200, "~$lock.docx"),
    ],
)
def test_a_document_comes_into_the_folder_and_nowhere_else(client: TestClient, name: str, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert put(client, name).status_code == 409
    assert put(client, name, replace=True).status_code == 409
    assert client.post("/operator/api/documents/remove", json={"path": name}).status_code == 409
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_a_file_is_its_content_tells(client: TestClient, tmp_path: Path) -> None:
    picture = (PAGES / "screenshot.png").read_bytes()[:100_000]
    assert "picture" in put(client, "report.pdf", picture).json()["detail"]
    assert put(client, "odd.txt", b"%PDF-1.4\n1 0 obj\n").json()["kind"] == "application/pdf"
    assert "empty" in put(client, "empty.txt", b" \n").json()["detail"]
    assert sorted(path.name for path in (tmp_path / "corpus").glob(".*")) == []


def test_what_is_too_large_is_refused_before_and_while_it_comes(client: TestClient, tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(12):
            yield b"word " * 20_000

    assert put(client, "declared.txt", b"x" * 1_000_001).status_code == 413
    undeclared = client.post("/operator/api/documents", params={"name": "undeclared.txt"}, content=parts())
    assert undeclared.status_code == 413 and "1 MB" in undeclared.json()["detail"]
    assert not list((tmp_path / "corpus").glob("*clared*")) and not list((tmp_path / "corpus").glob(".arriving*"))
    assert client.post("/operator/api/notice", content=b"x" * 100_000).status_code == 413


def test_a_document_is_not_replaced_by_accident(client: TestClient, tmp_path: Path) -> None:
    assert put(client, "club.md").status_code == 200
    assert put(client, "club.md", b"# Another\n\nIt meets on Mondays.\n").status_code == 409
    assert put(client, "club.md", b"# Another\n\nIt meets on Mondays.\n", replace=True).status_code == 200
    assert "Mondays" in (tmp_path / "corpus" / "club.md").read_text("utf-8")


def test_what_is_known_of_a_document_is_written_into_the_catalogue_and_leaves_it_with_the_document(
    client: TestClient, tmp_path: Path
) -> None:
    put(client, "club.md")
    about = {
        "path": "club.md",
        "title": "A club",
        "publisher": "The library",
        "published": "2024-05",
        "kind": "leaflet",
    }
    assert client.post("/operator/api/documents/about", json=about).status_code == 200
    catalogue = tmp_path / "corpus" / "catalogue.toml"
    before = catalogue.read_text("utf-8")
    assert 'published = "2024-05"' in before
    assert "year" in client.post("/operator/api/documents/about", json={**about, "published": "May"}).json()["detail"]
    assert catalogue.read_text("utf-8") == before
    known = {one["path"]: one["about"] for one in client.get("/operator/api/overview").json()["documents"]}
    assert known["club.md"]["publisher"] == "The library"
    client.post("/operator/api/documents/remove", json={"path": "club.md"})
    assert "club.md" not in catalogue.read_text("utf-8") and "bradley" in catalogue.read_text("utf-8")


def test_a_document_is_added_indexed_and_removed(client: TestClient, upkeep: Upkeep) -> None:
    assert set(states(client).values()) == {"indexed"}
    put(client, "club.md")
    (upkeep.stock.corpus / "figures.csv").write_text("a,b\n1,2\n", "utf-8")
    client.post("/operator/api/documents/remove", json={"path": "harbour.md"})
    assert {name: states(client)[name] for name in ("club.md", "figures.csv", "harbour.md")} == {
        "club.md": "new",
        "figures.csv": "skipped",
        "harbour.md": "removed",
    }
    assert client.post("/operator/api/indexing/start").json()["running"]
    assert client.post("/operator/api/indexing/start").status_code == 409
    assert wait_until(lambda: not upkeep.indexing.run.running, 240)
    run = client.get("/operator/api/indexing").json()
    assert run["fault"] == "" and "Added: club" in run["lines"]
    assert any(line.startswith("Removed: harbour") for line in run["lines"])
    assert states(client)["club.md"] == "indexed" and "harbour.md" not in states(client)
    found = client.get("/operator/api/doctor").json()
    assert found["sound"] and any("figures.csv: skipped" in line for line in found["lines"])


def test_a_run_that_is_stopped_says_so_and_leaves_what_served(client: TestClient, upkeep: Upkeep) -> None:
    put(client, "club.md")
    client.post("/operator/api/indexing/start")
    assert client.post("/operator/api/indexing/stop").status_code == 200
    assert wait_until(lambda: not upkeep.indexing.run.running, 30)
    assert "Stopped." in client.get("/operator/api/indexing").json()["fault"]
    assert client.post("/operator/api/indexing/stop").status_code == 409
    assert states(client)["bradley.txt"] == "indexed"


# answers, notice, counts


def test_answers_are_paused_and_go_on(client: TestClient) -> None:
    assert client.post("/operator/api/pause", json={"words": "Back at noon."}).json() == {"paused": "Back at noon."}
    assert client.post("/api/v1/ask", json=QUESTION).json()["detail"] == "Back at noon."
    assert client.post("/operator/api/resume").json() == {"paused": None}
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 200


def test_what_was_asked_is_counted_without_words(client: TestClient) -> None:
    for question in ("What do the reports want?", "How long was the exhibition at Bentley Priory open?"):
        client.post("/api/v1/ask", json={"question": question})
    said = client.get("/operator/api/overview").json()
    assert {one["outcome"]: one["number"] for one in said["counts"]["replies"]} == {
        "answered": 1,
        "not_in_documents": 1,
    }
    assert "Bentley" not in str(said)


def test_what_had_no_answer_is_shown_where_questions_are_kept(
    upkeep: Upkeep, client: TestClient, tmp_path: Path
) -> None:
    assert "question_log" in client.get("/operator/api/overview").json()["questions"]["how"]
    operation = OperationSettings(question_log=tmp_path / "questions")
    keeping = made(tmp_path).model_copy(update={"operation": operation})
    keeps = TestClient(create_app(FakeAssistant(), keeping, io.StringIO(), upkeep), base_url="http://127.0.0.1")
    for question in ("How long was the exhibition at Bentley Priory open?", "What do the reports want?") * 2:
        keeps.post("/api/v1/ask", json={"question": question})
    found = keeps.get("/operator/api/overview", headers=bearer(TOKEN)).json()["questions"]["found"]
    assert [(one["question"], one["times"]) for one in found] == [
        ("How long was the exhibition at Bentley Priory open?", 2)
    ]


def test_a_notice_is_put_up_and_taken_down(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/operator/api/notice", json={"words": " Closed\u202e on Monday. "}).json() == {
        "notice": "Closed on Monday."
    }
    assert client.get("/operator/api/overview").json()["notice"] == "Closed on Monday."
    client.post("/operator/api/notice", json={"words": ""})
    assert not (tmp_path / "notice.txt").exists()
