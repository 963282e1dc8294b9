"""Prompts are files whose variables are checked when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import author, rewording
from assistant.errors import PromptError
from assistant.prompts import read_prompt
from assistant.settings import PathSettings

NAMES = frozenset({"passages", "question"})


def write(folder: Path, text: str) -> Path:
    (folder / "answer.txt").write_text(text, encoding="utf-8")
    return folder


def test_what_is_filled_in_is_left_as_it_is(tmp_path: Path) -> None:
    prompt = read_prompt(write(tmp_path, "Be brief.\n---\n$passages\n$question costs $$5"), "answer", NAMES)
    system, user = prompt.messages(passages="$question ${none}", question="What?")
    assert (system.content, user.content) == ("Be brief.", "$question ${none}\nWhat? costs $5")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("$passages\n---\n$question $pasages", r"answer\.txt uses the unknown \$pasages"),
        ("Hello\n---\n$question", r"answer\.txt lacks the \$passages"),
        ("$passages $question", "one line '---'"),
        ("a\n---\n$passages\n---\n$question", "one line '---'"),
        ("a\n---\n$passages $question $5", r"write \$\$"),
    ],
)
def test_a_prompt_that_does_not_fit_is_named_with_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        read_prompt(write(tmp_path, text), "answer", NAMES)


def test_a_prompt_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"answer\.txt cannot be read"):
        read_prompt(tmp_path, "answer", NAMES)


def test_another_wording_has_another_digest(tmp_path: Path) -> None:
    text = "a\n---\n$passages $question"
    one = read_prompt(write(tmp_path, text), "answer", NAMES)
    other = read_prompt(write(tmp_path, text + "!"), "answer", NAMES)
    assert one.digest != other.digest
    assert str(one) == f"answer {one.digest}"


@pytest.mark.parametrize(("name", "variables"), [("answer", author.VARIABLES), ("rewrite", rewording.VARIABLES)])
def test_the_prompts_of_the_program_fit(name: str, variables: frozenset[str]) -> None:
    assert read_prompt(PathSettings().prompts, name, variables).digest
