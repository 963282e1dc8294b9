"""Earlier turns from a file, and what is wrong with one that cannot be used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.conversation import read_history
from assistant.errors import AssistantError
from assistant.model import Turn


def write(folder: Path, text: str) -> Path:
    path = folder / "turns.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_turns_are_read_in_order(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Who runs it?"}, {"role": "assistant", "content": "“A trust.” [1]"}]
    assert read_history(write(tmp_path, json.dumps(turns))) == [
        Turn("user", "Who runs it?"),
        Turn("assistant", "“A trust.” [1]"),
    ]


def test_an_empty_list_is_no_history(tmp_path: Path) -> None:
    assert read_history(write(tmp_path, "[]")) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "JSON"),
        ("{}", "the file"),
        ("[1]", "0"),
        ('[{"role": "system", "content": "x"}]', "0.role"),
        ('[{"role": "user"}]', "0.content"),
        ('[{"role": "user", "content": 5}]', "0.content"),
        ('[{"role": "user", "content": "x"}', "JSON"),
    ],
)
def test_a_file_that_is_no_history_says_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(AssistantError, match=re.escape(named)):
        read_history(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="turns.json cannot be read"):
        read_history(tmp_path / "turns.json")
