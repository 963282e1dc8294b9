"""Settings: where each value comes from, and what is said of one that cannot be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import SettingsError
from assistant.settings import AnswerSettings, PathSettings, Settings, load_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no variables of ours in the environment."""
    import os

    for name in [name for name in os.environ if name.upper().startswith("COMMON_GROUND")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def file(folder: Path, text: str, name: str = "common-ground.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_hold_where_nothing_is_said(folder: Path) -> None:
    settings = load_settings()
    assert settings.answer == AnswerSettings()
    assert settings.index.search.top_k == 10


def test_the_file_of_the_working_folder_is_read(folder: Path) -> None:
    file(folder, "[answer]\npassages = 5\n")
    assert load_settings().answer.passages == 5


def test_a_file_that_is_given_goes_before_the_working_folder_s(folder: Path) -> None:
    file(folder, "[answer]\npassages = 5\n")
    assert load_settings(file(folder, "[answer]\npassages = 6\n", "mine.toml")).answer.passages == 6


def test_the_environment_goes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(folder, "[answer]\npassages = 5\nmost_support = 1\n")
    monkeypatch.setenv("COMMON_GROUND_ANSWER__PASSAGES", "7")
    answer = load_settings().answer
    assert (answer.passages, answer.most_support) == (7, 1)


def test_a_keyword_goes_before_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMON_GROUND_ANSWER__PASSAGES", "7")
    assert load_settings(answer={"passages": 9}).answer.passages == 9


def test_a_setting_three_deep_comes_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMON_GROUND_INDEX__SEARCH__TOP_K", "20")
    search = load_settings().index.search
    assert (search.top_k, search.rrf_k) == (20, 60)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[anser]\npassages = 5\n", "anser"),
        ("[answer]\npasages = 5\n", "answer.pasages"),
        ("[index.search]\ntopk = 5\n", "index.search.topk"),
        ("[web]\nopen = true\n", "web.open"),
    ],
)
def test_an_unknown_key_is_refused_by_its_name(folder: Path, text: str, key: str) -> None:
    file(folder, text)
    with pytest.raises(SettingsError, match=re.escape(key)):
        load_settings()


def test_an_unknown_key_in_the_environment_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMON_GROUND_ANSWER__PASAGES", "7")
    with pytest.raises(SettingsError, match=r"COMMON_GROUND_ variable.*answer\.pasages"):
        load_settings()


def test_an_unknown_section_in_the_environment_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMON_GROUND_ANSER__PASSAGES", "7")
    with pytest.raises(SettingsError, match="COMMON_GROUND_ANSER__PASSAGES is no setting"):
        load_settings()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"answer": {"passages": 0}}, "answer.passages"),
        ({"answer": {"passages": 51}}, "answer.passages"),
        ({"answer": {"passages": "many"}}, "answer.passages"),
        ({"answer": {"refuse_below": 1.5}}, "answer.refuse_below"),
        ({"answer": {"refuse_below": -0.1}}, "answer.refuse_below"),
        ({"answer": {"max_question_chars": 10}}, "answer.max_question_chars"),
        ({"index": {"search": {"top_k": 0}}}, "index.search.top_k"),
        ({"web": {"port": 70_000}}, "web.port"),
    ],
)
def test_a_number_out_of_bounds_is_refused_by_its_name(folder: Path, values: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(key)):
        load_settings(**values)


@pytest.mark.parametrize("text", ["[answer\n", "passages = = 5\n", "\x00"])
def test_a_file_that_is_no_toml_is_named(folder: Path, text: str) -> None:
    file(folder, text)
    with pytest.raises(SettingsError, match="common-ground.toml"):
        load_settings()


def test_a_variable_that_is_no_json_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMON_GROUND_PATHS", "{")
    with pytest.raises(SettingsError, match="COMMON_GROUND_PATHS is not JSON.*COMMON_GROUND_PATHS__CORPUS="):
        load_settings()


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "common-ground.toml").write_bytes("# café\n".encode("cp1252"))
    with pytest.raises(SettingsError, match="common-ground.toml"):
        load_settings()


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"mine\.toml does not exist"):
        load_settings(folder / "mine.toml")


def test_a_folder_is_no_settings_file(folder: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(folder.name)):
        load_settings(folder)


@pytest.mark.parametrize("section", ["paths", "ingest", "index", "answer", "web"])
def test_settings_do_not_change_once_loaded(folder: Path, section: str) -> None:
    settings = load_settings()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings, section, None)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(getattr(settings, section), next(iter(type(getattr(settings, section)).model_fields)), None)


def test_paths_may_be_given_as_text(folder: Path) -> None:
    assert load_settings(paths={"corpus": "docs"}).paths == PathSettings(corpus=Path("docs"))


def test_what_is_loaded_is_plain_settings(folder: Path) -> None:
    file(folder, "[answer]\npassages = 5\n")
    assert type(load_settings()) is Settings
