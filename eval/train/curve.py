"""The curve of a training as a picture: what `curve.jsonl` says of each look at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.plots import Series, lines

CURVE, PICTURE = "curve.jsonl", "curve.svg"
_DRAWN = 3  # series in one picture


def draw(folder: Path) -> Path | None:
    """Draws the curve of a training beside it; None when it was not yet looked at twice. A loss is drawn as a share of what it
    was at first; other figures are shares as they are."""
    points = [
        point
        for line in (folder / CURVE).read_text(encoding="utf-8").splitlines()
        if "step" in (point := json.loads(line))
    ]
    if len(points) < 2:
        return None
    names = [name for name in points[-1] if name not in ("step", "seconds")][:_DRAWN]
    last = points[-1]["step"]
    picture = lines(
        "Learning", [_series(name, points) for name in names], "batches", "share", [last * n / 4 for n in range(5)]
    )
    (folder / PICTURE).write_text(picture, encoding="utf-8")
    return folder / PICTURE


def _series(name: str, points: Sequence[dict[str, float]]) -> Series:
    mine = [(point["step"], point[name]) for point in points if name in point]
    first = mine[0][1] if "loss" in name else 1.0
    shown = f"{name.replace('_', ' ')}, of the first" if "loss" in name else name.replace("_", " ")
    return Series(shown, tuple((step, min(1.0, figure / first)) for step, figure in mine))
