"""Where a product is written: its form by the name's ending, whole or not at all, and never over another file unasked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from assistant.errors import AssistantError
from assistant.model import Refusal

Made = TypeVar("Made")


def hand_over(made: Made | Refusal, as_form: Callable[[str, Made], bytes], out: Path | None, force: bool) -> str:
    """What to print: the product as Markdown, or where it was written in the form that the name's ending says. Raises
    AssistantError with the words of a refusal: then nothing is written."""
    if isinstance(made, Refusal):
        raise AssistantError(f"Nothing was made. {made.text}")
    if out is None:
        return as_form(".md", made).decode().rstrip()
    write_file(out, as_form(out.suffix.lower(), made), force)
    return f"Written: {out}"


def check_place(path: Path | None, endings: Sequence[str], force: bool = False) -> None:
    """Raises AssistantError when a product cannot be written there, before the work is done. No path, no fault."""
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise AssistantError(f"“{path.name}” should end in {_or(endings)}: the ending says what is written.")
    if path.is_dir():
        raise AssistantError(f"{path} is a folder. Give the name of a file in it.")
    if not path.parent.is_dir():
        raise AssistantError(f"There is no folder {path.parent}. Make it, or give another place.")
    if path.exists() and not force:
        raise AssistantError(f"{path} is there already. Give another name, or --force to write over it.")
    if not os.access(path.parent, os.W_OK):
        raise AssistantError(f"The folder {path.parent} cannot be written to. Give another place.")


def write_file(path: Path, content: bytes, force: bool = False) -> None:
    """Written beside the place and moved there, so that a stop leaves no half of it. Raises AssistantError."""
    claimed = False
    beside: Path | None = None
    try:
        if not force:
            path.open("xb").close()  # fails where a file has come meanwhile
            claimed = True
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        beside = Path(made)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        beside.chmod(0o644)
        beside.replace(path)
        claimed = False
    except FileExistsError as error:
        raise AssistantError(f"{path} is there already. Give another name, or --force to write over it.") from error
    except OSError as error:
        raise AssistantError(f"{path} cannot be written: {error.strerror}. Give another place.") from error
    finally:
        if beside:
            beside.unlink(missing_ok=True)
        if claimed:
            path.unlink(missing_ok=True)


def _or(endings: Sequence[str]) -> str:
    return endings[0] if len(endings) == 1 else f"{', '.join(endings[:-1])} or {endings[-1]}"
