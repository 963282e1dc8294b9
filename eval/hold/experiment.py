"""What an experiment is: sizes and a seed go in, promises (kept or not) and figures come out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is (0 when it cannot be counted)."""


class Sizes(BaseModel):
    """How much is tried. The defaults are the long form; tests give small numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=Sizes)


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that must hold: in words, what is wanted, what was found."""

    what: str
    target: str
    found: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """`figures` is anything that JSON can hold. A comparison with other software goes there: it promises nothing."""

    promises: tuple[Promise, ...]
    figures: dict[str, Any]

    @property
    def kept(self) -> bool:
        return all(promise.kept for promise in self.promises)


@dataclass(frozen=True, slots=True)
class Run:
    """What an experiment is given besides its sizes. `scratch` is an empty folder that is removed afterwards."""

    seed: int
    scratch: Path
    tell: Tell = lambda *_: None


@dataclass(frozen=True, slots=True)
class Experiment(Generic[S]):
    """`hold` raises only when the experiment itself cannot be carried out; what does not hold is in its Findings."""

    name: str
    sizes: type[S]
    hold: Callable[[S, Run], Findings]


def none_of(what: str, failures: Sequence[object], tried: int) -> Promise:
    """The commonest promise: it did not happen once in so many tries. The first few that did are told."""
    told = f": {'; '.join(map(str, failures[:3]))}" if failures else ""
    return Promise(what, f"0 of {tried}", f"{len(failures)} of {tried}{told}", not failures)
