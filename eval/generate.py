"""Cases -> outcomes.jsonl: asks what has not been asked yet, several at a time, and writes each reply as it comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

from eval.folder import RunFolder
from eval.model import Case

Asks = Callable[[Case], dict[str, Any]]
Tells = Callable[[int, int], None]


def generate(cases: Sequence[Case], ask: Asks, folder: RunFolder, workers: int = 1, tell: Tells | None = None) -> int:
    """Asks every case without a reply in the folder; the number asked. `tell` hears (done, of how many) after each."""
    folder.mend_torn_line()
    done = {outcome.id for outcome in folder.read_outcomes()}
    waiting = [case for case in cases if case.id not in done]
    with folder.outcomes.open("a", encoding="utf-8", newline="\n") as out:
        for number, (case, reply) in enumerate(_replies(waiting, ask, workers), start=1):
            out.write(json.dumps({"id": case.id, "reply": reply}, ensure_ascii=False) + "\n")
            out.flush()
            if tell:
                tell(number, len(waiting))
    return len(waiting)


def _replies(cases: Sequence[Case], ask: Asks, workers: int) -> Iterator[tuple[Case, dict[str, Any]]]:
    with ThreadPoolExecutor(workers) as pool:
        asked: dict[Future[dict[str, Any]], Case] = {pool.submit(ask, case): case for case in cases}
        try:
            yield from ((asked[reply], reply.result()) for reply in as_completed(asked))
        finally:
            pool.shutdown(cancel_futures=True)
