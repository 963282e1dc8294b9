"""Earlier turns from a file."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from assistant.jsonfile import read_json
from assistant.model import Turn

_TURNS = TypeAdapter(list[Turn])


def read_history(path: Path) -> list[Turn]:
    """A JSON list of {"role": "user" or "assistant", "content": text}. Raises AssistantError that says what is wrong."""
    return read_json(path, _TURNS, "history", 'a JSON list of {"role", "content"}')
