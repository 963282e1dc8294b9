"""A JSON file that a person hands over -> what it should hold, or what is wrong with it in words for that person."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.errors import AssistantError

Held = TypeVar("Held")


def read_json(path: Path, form: TypeAdapter[Held], what: str, expected: str) -> Held:
    """`what` names the file ("history"), `expected` says what should stand in it. Raises AssistantError that names the place
    and the fault."""
    try:
        return form.validate_json(path.read_bytes())
    except OSError as error:
        raise AssistantError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise AssistantError(
            f"The {what} {path} is not usable: {place}: {first['msg']}. Expected {expected}."
        ) from error
