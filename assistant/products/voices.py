"""Sources as voices: documents that tell of one project are one voice, so that nothing counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.extract import named
from ingest.model import Metadata


@dataclass(frozen=True, slots=True)
class Voice:
    """`name` as in a sentence: "CRE study, 2007", or both documents where two tell of one project."""

    id: str
    sources: tuple[str, ...]
    name: str
    published: str


def voice_id(source_id: str, shelf: Mapping[str, Metadata]) -> str:
    return shelf[source_id].project or source_id


def voices(sources: Iterable[str], shelf: Mapping[str, Metadata]) -> list[Voice]:
    """The voices of some sources, oldest first; those of unknown date last."""
    held: dict[str, list[str]] = {}
    for source_id in sorted(set(sources), key=lambda id_: (shelf[id_].published or "9", id_)):
        held.setdefault(voice_id(source_id, shelf), []).append(source_id)
    made = [
        Voice(id_, tuple(ids), " and ".join(named(shelf[one]) for one in ids), shelf[ids[0]].published)
        for id_, ids in held.items()
    ]
    return sorted(made, key=lambda voice: (voice.published or "9", voice.id))
