"""Initiatives as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from assistant.errors import AssistantError
from assistant.initiatives import KIND_WORDS, Fit, InitiativeKind
from assistant.products.notes import note
from assistant.render import in_marks
from ingest.model import Metadata


def check_kind(kind: str) -> None:
    """Raises AssistantError for a word that is no kind; an empty one is any."""
    known = get_args(InitiativeKind)
    if kind and kind.strip().lower() not in known:
        raise AssistantError(f"There is no kind “{kind}”. There are: {', '.join(known)}.")


def initiative_lines(found: Sequence[Fit], held: int, shelf: Mapping[str, Metadata]) -> list[str]:
    """`held` is how many the shelf has: none is another matter than none that fits."""
    if not held:
        return ["This shelf has no index of initiatives (initiatives.toml beside the documents)."]
    if not found:
        return [f"None of the {held} initiatives on this shelf fits."]
    return [line for fit in found for line in _lines(fit, shelf)][:-1]


def _lines(fit: Fit, shelf: Mapping[str, Metadata]) -> Iterator[str]:
    one = fit.initiative
    entry = one.entry
    yield f"{entry.name} ({KIND_WORDS[entry.kind]})"
    known = {"where": entry.place, "who": ", ".join(entry.organisations), "for": entry.serves, "what": entry.does}
    yield from (f"    {label}: {value}" for label, value in known.items() if value)
    yield f"    {in_marks(' '.join(one.sentence.text.split()))}"
    yield f"    [{note(one.passage, shelf)}]"
    yield ""
