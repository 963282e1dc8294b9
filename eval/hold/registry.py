"""The experiments by name. A new one is a module of this package with an `EXPERIMENT`, and a line here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from eval.hold.experiment import Experiment

EXPERIMENTS = {
    "inject": "planted orders in documents, questions, conversations, file names and metadata; stuffed documents",
    "kill": "kill -9 while documents go in, at random moments and at named points; the same on a plain Chroma folder",
    "corrupt": "every file of the index damaged in five ways, and the library: found, and made again?",
    "full": "the disk is full, the folder is read-only, no file handles are left: a clear word, and the old index answers",
    "fuzz": "questions nobody foresaw through every door; and the readers of replies, conversations, records and settings",
    "soak": "an hour of questions while documents come and go: memory, latency and open files do not grow",
    "load": "50 and 100 people, an index being made, 500 who leave, the knee, a fast and a silent language model",
    "airgap": "start, index, ask and open every tab where there is no network: nothing beyond this machine is tried",
    "supply": "dependencies as locked, their licences and known faults, the model, and a bill of materials",
    "restart": "kill -9, start again: time to the first right answer on shelves of three sizes",
    "pdfs": "crafted and mutated PDF files: none hangs, none takes its reader's parent down, each failure has a reason",
}


def experiment(name: str) -> Experiment[Any]:
    """Brings what the experiment needs, which may be slow. KeyError when there is none of that name."""
    if name not in EXPERIMENTS:
        raise KeyError(name)
    found: Experiment[Any] = import_module(f"eval.hold.{name}").EXPERIMENT
    return found
