"""Hours of questions at an even pace while documents come, change and go: does memory, latency or the number of files grow?

What a server uses goes up and down with every change of the index, by more than an hour's growth would show. So there is one
point for each time between two changes, the median of its second half, when all is quiet; the slope is the median of the
slopes between any two points, and its interval that of Kendall's test: where it holds 0, more hours must tell.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import Field
from scipy.stats import theilslopes

from assistant.settings import HOME
from eval.bench.texts import asked_of
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.people import Asked, ask, percentiles, run, summary
from eval.hold.place import made_up
from eval.hold.service import Served, Usage, own_shelf, serving

_SAMPLES = 20  # of one time between two changes
_MOST_MB = 2000.0
_MB_AN_HOUR = 5.0  # growth of less is none


class SoakSizes(Sizes):
    minutes: float = Field(60, gt=0)
    every: float = Field(10, gt=0, description="minutes from one change of the documents to the next")
    rate: float = Field(2, gt=0, le=50, description="questions a second")


@dataclass(frozen=True, slots=True)
class Sample:
    at: float
    usage: Usage


@dataclass(slots=True)
class Watched:
    """Everything that was seen. `changes` are the seconds at which a change of the index had ended."""

    asked: list[Asked] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    failed_changes: list[str] = field(default_factory=list)


def soak(sizes: SoakSizes, run_: Run) -> Findings:
    corpus, settings = own_shelf(run_)
    with serving(settings, run_.scratch / "log") as service:
        watched = soaked(service, corpus, sizes, run_)
    return findings(watched, sizes)


def soaked(service: Served, corpus: Path, sizes: SoakSizes, run_: Run) -> Watched:
    """What was seen of a server that stands, whose documents are changed in `corpus`."""
    seen, draw = Watched(), random.Random(run_.seed)
    questions = asked_of(HOME / "corpus", 500, run_.seed)
    seconds, every = sizes.minutes * 60, sizes.every * 60

    async def everyone(client: httpx.AsyncClient) -> None:
        since = time.monotonic()

        async def asking() -> None:
            tasks = []
            for n in range(int(seconds * sizes.rate)):
                await asyncio.sleep(max(0.0, since + n / sizes.rate - time.monotonic()))
                tasks.append(asyncio.create_task(one(draw.choice(questions))))
            await asyncio.gather(*tasks)

        async def one(question: str) -> None:
            seen.asked.append(await ask(client, question, since))

        async def sampling() -> None:
            while (now := time.monotonic() - since) < seconds:
                seen.samples.append(Sample(now, service.usage()))
                run_.tell("soaking, seconds", int(now), int(seconds))
                await asyncio.sleep(min(every, seconds) / _SAMPLES)

        async def changing() -> None:
            n = 0
            while (n + 1) * every < seconds:
                await asyncio.sleep(max(0.0, since + (n + 1) * every - time.monotonic()))
                _change(corpus, n, draw)
                await asyncio.to_thread(_reindex, service, seen)
                seen.changes.append(time.monotonic() - since)
                n += 1

        await asyncio.gather(asking(), sampling(), changing())

    run(service.url, everyone)
    return seen


def _change(corpus: Path, n: int, draw: random.Random) -> None:
    """A document more, the same with other words, and none again: what is on the shelf does not grow."""
    file = corpus / "coming-and-going.txt"
    if n % 3 == 2:
        file.unlink()
    else:
        file.write_text(made_up(draw, 30), encoding="utf-8")


def _reindex(service: Served, seen: Watched) -> None:
    try:
        status = service.index().wait(600)
    except subprocess.TimeoutExpired:
        status = -1
    if status:
        seen.failed_changes.append(f"status {status}: {service.said()[-200:]}")


def findings(seen: Watched, sizes: SoakSizes) -> Findings:
    def mb(one: Sample) -> float:
        return one.usage.own_mb

    def files(one: Sample) -> float:
        return one.usage.files

    def threads(one: Sample) -> float:
        return one.usage.threads

    most = max(one.usage.resident_mb for one in seen.samples)
    grown = {
        "own memory, MB an hour": (mb, _MB_AN_HOUR),
        "open files and sockets an hour": (files, 1.0),
        "threads an hour": (threads, 1.0),
    }
    slopes = {name: slope_of(points(seen, sizes, of)) for name, (of, _) in grown.items()}
    latency = slope_of(_latencies(seen, sizes))
    slow = percentiles([one.total_ms for one in seen.asked if one.status == 200])
    promises = (
        none_of("a question failed or was turned away", [o for o in seen.asked if o.status != 200], len(seen.asked)),
        none_of("a change of the documents failed", seen.failed_changes, len(seen.changes)),
        *(_no_growth(name, slopes[name], least) for name, (_, least) in grown.items()),
        _no_growth("median latency, ms an hour", latency, 0.1 * slow.get("p50", 0.0)),
        Promise("most resident memory", f"at most {_MOST_MB:.0f} MB", f"{most:.0f} MB", most <= _MOST_MB),
    )
    return Findings(promises, _figures(seen, slopes | {"median latency, ms an hour": latency}))


def _figures(seen: Watched, slopes: dict[str, Slope | None]) -> dict[str, Any]:
    return {
        "answers": summary(seen.asked),
        "slopes": {name: asdict(slope) if slope else None for name, slope in slopes.items()},
        "changes_at_s": [round(at) for at in seen.changes],
        "samples": [
            [round(s.at), s.usage.resident_mb, s.usage.own_mb, s.usage.threads, s.usage.files] for s in seen.samples
        ],
    }


@dataclass(frozen=True, slots=True)
class Slope:
    """An hour's growth, and the interval in which it lies with 95 %; `points` are what it was made of."""

    an_hour: float
    low: float
    high: float
    points: tuple[tuple[float, float], ...]


def points(seen: Watched, sizes: SoakSizes, of: Callable[[Sample], float]) -> list[tuple[float, float]]:
    """(minutes, median) of the second half of each time between two changes, without the first, which warms up."""
    return _halves(sizes, [(one.at, of(one)) for one in seen.samples])


def _latencies(seen: Watched, sizes: SoakSizes) -> list[tuple[float, float]]:
    return _halves(sizes, [(one.at, one.total_ms) for one in seen.asked if one.status == 200])


def _halves(sizes: SoakSizes, values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    cycles: dict[int, list[float]] = {}
    for at, value in values:
        n, rest = divmod(at / 60, sizes.every)
        if rest >= sizes.every / 2:
            cycles.setdefault(int(n), []).append(value)
    return [((n + 0.75) * sizes.every, statistics.median(found)) for n, found in sorted(cycles.items()) if n]


def slope_of(found: Sequence[tuple[float, float]]) -> Slope | None:
    """None for fewer than three points: nothing is known then."""
    if len(found) < 3:
        return None
    slope = theilslopes([value for _, value in found], [at / 60 for at, _ in found])
    an_hour, low, high = (round(float(value), 2) for value in (slope.slope, slope.low_slope, slope.high_slope))
    return Slope(an_hour, low, high, tuple(found))


def _no_growth(name: str, slope: Slope | None, least: float) -> Promise:
    wanted = f"at most {least:.1f}"
    if slope is None:
        return Promise(f"growth of {name}", wanted, "not known: fewer than three quiet times", False)
    found = f"{slope.an_hour:+.1f} ({slope.low:.1f} to {slope.high:.1f}) over {len(slope.points)} quiet times"
    return Promise(f"growth of {name}", wanted, found, slope.an_hour <= least)


EXPERIMENT = Experiment("soak", SoakSizes, soak)
