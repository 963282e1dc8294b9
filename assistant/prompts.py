"""What is said to a language model: text files with $variables, checked when they are read and never put together in code."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from assistant.errors import PromptError

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_PARTING = "---"  # alone on a line, between what is said as the operator and what is said as the person who asks


@dataclass(frozen=True, slots=True)
class Prompt:
    """`digest` is the beginning of the file's SHA-256: it tells which wording an answer was written under."""

    name: str
    system: Template
    user: Template
    digest: str

    def messages(self, **values: str) -> list[ChatMessage]:
        """A value is put in as it is: a $ in it means nothing."""
        from llama_index.core.llms import ChatMessage

        return [
            ChatMessage(role="system", content=self.system.substitute(values)),
            ChatMessage(role="user", content=self.user.substitute(values)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest}"


def read_prompt(folder: Path, name: str, variables: Set[str]) -> Prompt:
    """The prompt `name`.txt. Raises PromptError that names the file and the variable that is unknown or missing."""
    path = folder / f"{name}.txt"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt {path} cannot be read: {error}. It comes with the program.") from error
    lines = text.splitlines()
    if lines.count(_PARTING) != 1:
        raise PromptError(f"The prompt {path} needs one line '{_PARTING}' between its two parts.")
    at = lines.index(_PARTING)
    system, user = Template("\n".join(lines[:at]).strip()), Template("\n".join(lines[at + 1 :]).strip())
    _check(path, (system, user), variables)
    return Prompt(name, system, user, sha256(text.encode()).hexdigest()[:12])


def _check(path: Path, parts: tuple[Template, ...], variables: Set[str]) -> None:
    known = ", ".join(f"${name}" for name in sorted(variables))
    if not all(part.is_valid() for part in parts):
        raise PromptError(
            f"The prompt {path} has a $ that begins no variable; write $$ for the sign. It knows {known}."
        )
    used = {name for part in parts for name in part.get_identifiers()}
    for what, names in (("uses the unknown", used - variables), ("lacks the", variables - used)):
        if names:
            listed = ", ".join(f"${name}" for name in sorted(names))
            raise PromptError(f"The prompt {path} {what} {listed}. It must use {known}.")
