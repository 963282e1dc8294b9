"""Short ways to say what every test of the index says."""

from __future__ import annotations

from eval.hold.place import bring_in, files_that_hold
from eval.hold.vectors import WordVectors

__all__ = ["WordVectors", "bring_in", "files_that_hold"]
