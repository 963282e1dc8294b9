"""Content to JSON and back, to cross from the child to us."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ingest.content import Content


def to_wire(content: Content) -> dict[str, Any]:
    return asdict(content)


def from_wire(message: object) -> Content:
    """Checked on the way in: the child has read a stranger's file."""
    from pydantic import TypeAdapter  # not for the child, which would wait for it

    return TypeAdapter(Content).validate_python(message)
