"""Earlier turns from a file."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.errors import AssistantError
from assistant.model import Turn

_TURNS = TypeAdapter(list[Turn])


def read_history(path: Path) -> list[Turn]:
    """A JSON list of {"role": "user" or "assistant", "content": text}. Raises AssistantError that says what is wrong."""
    try:
        return _TURNS.validate_json(path.read_bytes())
    except OSError as error:
        raise AssistantError(f"The history {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise AssistantError(
            f'The history {path} is not usable: {place}: {first["msg"]}. Expected a JSON list of {{"role", "content"}}.'
        ) from error
