"""News as it comes, and a word when no more of it has come for a moment: so that what comes at once is shown at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import Enum
from typing import Literal, TypeVar

T = TypeVar("T")


class Lull(Enum):
    LULL = "nothing has come for a moment"


LULL: Literal[Lull.LULL] = Lull.LULL


async def with_lulls(news: AsyncIterator[T], seconds: float) -> AsyncIterator[T | Lull]:
    """Every item, none of them held up; after an item that nothing follows for `seconds`, LULL once."""
    items = aiter(news)
    coming = asyncio.ensure_future(_next(items))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=seconds)
            if not done:
                yield LULL
            try:
                item = await coming
            except StopAsyncIteration:
                return
            coming = asyncio.ensure_future(_next(items))
            yield item
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming
        close = getattr(items, "aclose", None)
        if close:
            await close()


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)
