"""What a screen says of the shelf and of its operator: built once with the screen, and made anew when a page is opened, since
documents and notices come and go while the server runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from assistant.web.wiring import as_html


@dataclass(slots=True)
class Fresh:
    """The parts of one screen, each with how it is made and as it was built."""

    _parts: list[tuple[gr.HTML, Callable[[], str], str]] = field(default_factory=list)

    def html(self, make: Callable[[], str]) -> gr.HTML:
        built = make()
        part = as_html(built)
        self._parts.append((part, make, built))
        return part

    @property
    def outputs(self) -> list[Any]:
        return [part for part, _, _ in self._parts]

    def changes(self) -> dict[Any, Any]:
        """The parts that are not as they were built, mostly none; the others stay as they are."""
        return {part: now if (now := make()) != built else gr.skip() for part, make, built in self._parts}
