"""Questions in, replies out, in a bounded pool of threads: so many at work, so many waiting, the next turned away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from assistant.model import Reply
from assistant.saying import News, Tells, unheard
from assistant.web.asks import Asking, Asks


class DeskBusy(Exception):
    """As many questions are at work and waiting as there may be."""


class Desk:
    def __init__(self, assistant: Asks, at_once: int, waiting: int) -> None:
        self._assistant = assistant
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")
        self._places = BoundedSemaphore(at_once + waiting)

    def submit(
        self, asking: Asking, on_stage: Callable[[str], None] = lambda stage: None, on_said: Tells = unheard
    ) -> Future[Reply]:
        """Raises DeskBusy when every place is taken. A place is free again when the thread is done, not before."""
        if not self._places.acquire(blocking=False):
            raise DeskBusy
        try:
            future = self._pool.submit(
                self._assistant.ask,
                asking.question,
                asking.history,
                asking.filters,
                on_stage=on_stage,
                read_filters=asking.read_filters,
                on_said=on_said,
            )
        except RuntimeError:  # the pool is closing
            self._places.release()
            raise DeskBusy from None
        future.add_done_callback(lambda done: self._places.release())
        return future

    async def follow(self, asking: Asking) -> AsyncIterator[str | News | Reply]:
        """The stages as they begin and the statements as they come to stand, then the reply, which holds them all."""
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[str | News | Future[Reply]] = asyncio.Queue()

        def tell(item: str | News | Future[Reply]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody listens any more
                loop.call_soon_threadsafe(news.put_nowait, item)

        future = self.submit(asking, tell, tell)
        future.add_done_callback(tell)
        try:
            while not isinstance(item := await news.get(), Future):
                yield item
            yield item.result()
        finally:
            future.cancel()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
