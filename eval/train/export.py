"""From a checkpoint to what ships: half-precision weights, their digest, and how their scores become chances."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from eval.train.batches import Batcher, Pair
from eval.train.loop import logits
from eval.train.network import Lower, Upper

Floats = NDArray[np.float64]


def export(upper: Upper, calibration: tuple[float, float], made: dict[str, object], folder: Path) -> str:
    """Writes reader.safetensors and reader.json; returns the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "reader.safetensors"
    save_file({name: tensor.half().contiguous() for name, tensor in upper.state_dict().items()}, weights)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    about = {"sha256": digest, "calibration": [round(number, 4) for number in calibration], **made}
    (folder / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return digest


def sureness(lower: Lower, upper: Upper, batcher: Batcher, groups: Sequence[list[Pair]]) -> tuple[Floats, Floats]:
    """Of each pair, the log odds that the network gives and whether the passage holds the answer."""
    odds: list[float] = []
    truth: list[float] = []
    with torch.inference_mode():
        for batch in batcher.batches(groups, 64, 0):
            out = logits(lower, upper, batch.question, batch.passage)
            odds += [float(x) for x in out[:, 1:].logsumexp(1) - out[:, 0]]
            truth += [float(x) for x in ~batch.target[:, 0]]
    return np.array(odds), np.array(truth)


def calibrate(odds: Floats, truth: Floats) -> tuple[float, float]:
    """Scale and shift of the log odds under which the truth is likeliest (Platt, 1999), by Newton's method."""
    design, found = np.stack([odds, np.ones_like(odds)], axis=1), np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (truth - chance)
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-6 * np.eye(2)
        found = found + np.clip(np.linalg.solve(bend, slope), -1, 1)
    return float(found[0]), float(found[1])
