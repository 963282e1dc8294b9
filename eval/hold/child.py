"""What the processes do that are killed, and those that look afterwards."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import TypeAdapter

from eval.hold.place import LookedAgain, Place, bring_in, look_again
from eval.hold.processes import say, serve


def index(place: str, point: str = "", nth: int = 1, signal: int = 0) -> None:
    """Brings the documents in, telling every step; at the nth time that it comes to the point it sends itself a signal."""
    seen = 0

    def step(what: str, done: int, total: int, unit: str = "") -> None:
        nonlocal seen
        say([what, done, total])
        seen += what == point
        if what == point and seen == nth and signal:
            os.kill(os.getpid(), signal)

    bring_in(Path(place, "corpus"), Path(place, "data"), on_progress=step)


def look(place: str, questions: list[str]) -> None:
    """What a fresh process finds after a stop, and what the next run makes of it."""
    say(TypeAdapter(LookedAgain).dump_python(look_again(Place(Path(place)), questions)))


if __name__ == "__main__":
    serve({"index": index, "look": look})
