"""People who ask a server: each asks, reads the answer for a while and asks again, so that a slow server is asked less often."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import httpx
import numpy as np

T = TypeVar("T")
_WAITS = 65.0  # seconds for one answer; the server itself gives up after 60
_TURNED_AWAY = (429, 503)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: seconds since the start when it was sent, milliseconds to the first event and to the last, its status
    (0: no answer at all) and who wrote the answer."""

    at: float
    first_ms: float
    total_ms: float
    status: int
    writer: str = ""

    @property
    def failed(self) -> bool:
        return self.status != 200 and self.status not in _TURNED_AWAY

    @property
    def turned_away(self) -> bool:
        return self.status in _TURNED_AWAY


def percentiles(found: Sequence[float]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(found, p)), 1) for p in (50, 95, 99)} if found else {}


def summary(asked: Sequence[Asked]) -> dict[str, object]:
    """Figures of some answers, in milliseconds."""
    good = [one for one in asked if one.status == 200]
    writers = sorted({one.writer for one in good})
    return {
        "questions": len(asked),
        "failed": sum(one.failed for one in asked),
        "turned_away": sum(one.turned_away for one in asked),
        "first_ms": percentiles([one.first_ms for one in good]),
        "total_ms": percentiles([one.total_ms for one in good]),
        "writers": {writer: sum(one.writer == writer for one in good) for writer in writers},
    }


async def ask(client: httpx.AsyncClient, question: str, since: float) -> Asked:
    """By the stream of events, as the page does it."""
    started, first, writer = time.monotonic(), 0.0, ""
    try:
        async with client.stream(
            "POST", "/api/v1/ask", json={"question": question}, headers={"accept": "text/event-stream"}, timeout=_WAITS
        ) as response:
            status, last = response.status_code, ""
            async for line in response.aiter_lines():
                first = first or time.monotonic()
                last = line if line.startswith("data:") else last
            if status == 200:
                reply = json.loads(last.removeprefix("data:"))
                status, writer = reply.get("status", 200), reply.get("engine", {}).get("writer", "")
    except (httpx.HTTPError, ValueError):
        status = 0
    ended = time.monotonic()
    return Asked(started - since, ((first or ended) - started) * 1000, (ended - started) * 1000, status, writer)


async def leave_early(client: httpx.AsyncClient, question: str, after: float) -> None:
    """Asks, and hangs up so many seconds later, whatever has come by then."""
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(after):
            await ask(client, question, 0.0)


def crowd(
    url: str, questions: Sequence[str], people: int, seconds: float, think: float, draw: random.Random,
    tell: Callable[[int], None] = lambda _: None,
) -> list[Asked]:  # fmt: skip
    """What so many people were answered in so many seconds. Who comes first comes at a moment of the first pause."""

    async def person(client: httpx.AsyncClient, since: float, asked: list[Asked]) -> None:
        await asyncio.sleep(draw.uniform(0, min(think, seconds / 2)))
        while time.monotonic() - since < seconds:
            asked.append(await ask(client, draw.choice(questions), since))
            tell(len(asked))
            pause = draw.expovariate(1 / think) if think else 0.0
            if time.monotonic() - since + pause >= seconds:  # who would come back after the end has gone home
                return
            await asyncio.sleep(pause)

    async def everyone(client: httpx.AsyncClient) -> list[Asked]:
        asked: list[Asked] = []
        since = time.monotonic()
        await asyncio.gather(*(person(client, since, asked) for _ in range(people)))
        return asked

    return run(url, everyone)


def hang_up(url: str, questions: Sequence[str], times: int, at_once: int, draw: random.Random) -> None:
    """So many questions that nobody waits for, a few at a time, each given up within a tenth of a second."""

    async def everyone(client: httpx.AsyncClient) -> None:
        places = asyncio.Semaphore(at_once)

        async def one() -> None:
            async with places:
                await leave_early(client, draw.choice(questions), draw.uniform(0.002, 0.1))

        await asyncio.gather(*(one() for _ in range(times)))

    run(url, everyone)


def run(url: str, everyone: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """With connections that nobody shares: each question comes on one of its own."""

    async def opened() -> T:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=url, limits=limits, timeout=_WAITS, trust_env=False) as client:
            return await everyone(client)

    return asyncio.run(opened())
