"""Settings in, an assistant that is ready out; or what to do when there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.assemble import open_assistant, ready_assistant
from assistant.errors import CorpusFileError
from assistant.model import Answer
from assistant.settings import PathSettings, Settings
from index.errors import IndexMissing


@pytest.fixture
def moved(small_settings: Settings, tmp_path: Path) -> Settings:
    """The small corpus and its index, copied to a folder of their own."""
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    shutil.copytree(small_settings.paths.corpus, corpus)
    shutil.copytree(small_settings.paths.data, data)
    return Settings(paths=PathSettings(corpus=corpus, data=data))


def test_without_an_index_the_next_step_is_named(tmp_path: Path) -> None:
    settings = Settings(paths=PathSettings(corpus=tmp_path, data=tmp_path / "data"))
    with pytest.raises(IndexMissing, match="python app.py index"), open_assistant(settings):
        pass


def test_an_index_is_opened_and_asked(small_settings: Settings) -> None:
    with open_assistant(small_settings) as assistant:
        reply = assistant.ask("How is the Long Kitchen paid for?")
        assert isinstance(reply, Answer)
        assert any("a lottery grant" in claim.text for claim in reply.claims)


def test_a_document_that_nothing_is_known_of_is_cited_as_that(small_settings: Settings) -> None:
    with open_assistant(small_settings) as assistant:
        reply = assistant.json(assistant.ask("What does a coach of a mixed football team need?"))
        (about,) = {
            (c["publisher"], c["published"], c["date"]) for c in reply["citations"] if "football" in c["source_id"]
        }
        assert about == ("", None, "date unknown")


def test_a_sound_index_is_not_built_again(moved: Settings) -> None:
    current = moved.paths.data / "CURRENT"
    before = current.stat().st_mtime_ns, sorted(moved.paths.data.iterdir())
    with ready_assistant(moved):
        pass
    assert (current.stat().st_mtime_ns, sorted(moved.paths.data.iterdir())) == before


def test_a_missing_index_is_built_first(moved: Settings) -> None:
    (moved.paths.data / "CURRENT").unlink()
    told: list[str] = []
    with ready_assistant(moved, lambda what, *_: told.append(what)) as assistant:
        assert assistant.shelf.sources
    assert told


def test_the_engine_says_what_answered(small_settings: Settings) -> None:
    with open_assistant(small_settings) as assistant:
        engine = assistant.json(assistant.ask("What does the desk cost?"))["engine"]
        assert engine["writer"] == "extractive"
        assert engine["embedding"] and engine["index"] and engine["version"]


def test_notices_stand_beside_the_documents(moved: Settings) -> None:
    rule = (
        '[[notice]]\nid = "grant"\nsources = ["kitchen-2020"]\npattern = "lottery grant"\nkind = "dated"\nconfidence = "high"\n'
        'text = "The grant has ended."\nwhy = "Made up."\n'
    )
    (moved.paths.corpus / "notices.toml").write_text(rule, encoding="utf-8")
    with open_assistant(moved) as assistant:
        reply = assistant.json(assistant.ask("How is the Long Kitchen paid for?"))
        assert "The grant has ended." in [notice["text"] for notice in reply["notices"]]


def test_notices_that_cannot_be_used_are_named(moved: Settings) -> None:
    (moved.paths.corpus / "notices.toml").write_text("[[notice]]\nid = 1\n", encoding="utf-8")
    with pytest.raises(CorpusFileError, match="notices.toml"), open_assistant(moved):
        pass
