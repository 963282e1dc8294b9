"""What cannot be made again is in one file, and comes back from it whole."""

from __future__ import annotations

import io
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from assistant.assemble import open_assistant, update_index
from assistant.backup import BackupError, back_up, put_back
from assistant.settings import PathSettings, Settings
from index.errors import IndexProblem
from index.library import library_path


@pytest.fixture
def copied(small_settings: Settings, tmp_path: Path) -> Settings:
    paths = PathSettings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    shutil.copytree(small_settings.paths.corpus, paths.corpus)
    shutil.copytree(small_settings.paths.data, paths.data)
    return small_settings.model_copy(update={"paths": paths})


def test_after_a_lost_disk_the_same_answers_are_given_and_nothing_is_embedded(copied: Settings, tmp_path: Path) -> None:
    with open_assistant(copied) as assistant:
        question = next(iter(assistant.examples), "What helps?")
        before = assistant.json(assistant.ask(question))["text"]
        back_up(copied.paths, tmp_path / "kept.tar.gz")  # while it is in use
    shutil.rmtree(copied.paths.data)
    shutil.rmtree(copied.paths.corpus)
    assert put_back(copied.paths, tmp_path / "kept.tar.gz")
    assert update_index(copied).embedded == 0
    with open_assistant(copied) as assistant:
        assert assistant.json(assistant.ask(question))["text"] == before


def test_a_backup_is_for_its_owner_and_overwrites_none(copied: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    assert back_up(copied.paths, file) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="exists already"):
        back_up(copied.paths, file)
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(copied.paths, tmp_path / "nowhere" / "kept.tar.gz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data", "kept.tar.gz"]


def test_there_is_nothing_to_back_up_before_the_first_index(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match=r"app\.py index"):
        back_up(PathSettings(corpus=tmp_path, data=tmp_path / "none"), tmp_path / "kept.tar.gz")


def _archive(path: Path, **files: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name.replace("__", "/"))
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_what_is_no_backup_changes_nothing(copied: Settings, tmp_path: Path) -> None:
    before = library_path(copied.paths.data).read_bytes()
    text = tmp_path / "text.tar.gz"
    text.write_text("no archive", encoding="utf-8")
    wrong = {
        text: "cannot be read as a backup",
        tmp_path / "none.tar.gz": "cannot be read as a backup",
        _archive(tmp_path / "empty.tar.gz"): "it lacks",
        _archive(tmp_path / "out.tar.gz", **{"..__..__evil": b"x"}): "cannot be read as a backup",
    }
    for file, words in wrong.items():
        with pytest.raises(BackupError, match=words):
            put_back(copied.paths, file)
    assert library_path(copied.paths.data).read_bytes() == before


def test_a_damaged_library_in_a_backup_replaces_nothing(copied: Settings, tmp_path: Path) -> None:
    before = library_path(copied.paths.data).read_bytes()
    for content in (b"not a database at all" * 100, before[: len(before) // 2]):
        file = _archive(tmp_path / f"{len(content)}.tar.gz", **{"library.sqlite": content, "corpus__a.txt": b"words"})
        with pytest.raises(IndexProblem):
            put_back(copied.paths, file)
    assert library_path(copied.paths.data).read_bytes() == before
    assert sqlite3.connect(library_path(copied.paths.data)).execute("PRAGMA quick_check").fetchone() == ("ok",)
