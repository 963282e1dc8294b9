"""A pure ASGI layer that counts: how fast a person or a site asks, and how much a site and one opened chat may ask a day."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerDay, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import AccessSettings, RateSettings
from assistant.web.access import OPEN
from assistant.web.caller import Caller, address_of, caller_of, path_of
from assistant.web.problems import problem

_ASKING = ("/api/v1/ask", "/api/v1/brief", "/api/v1/compare", "/v1/chat/completions", "/mcp", "/gradio_api/queue/join")


def is_question(scope: Scope) -> bool:
    """Whether a request asks for an answer; the screen does so below the address of each language."""
    return scope["type"] == "http" and scope["method"] == "POST" and path_of(scope).endswith(_ASKING)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `item` for each `key`; `words` for whoever goes past it."""

    item: RateLimitItem
    key: str
    words: str


class Rates:
    """Moving windows for speed, whole days for caps. Kept in memory: each server process counts for itself."""

    def __init__(self, app: ASGIApp, rates: RateSettings, access: AccessSettings) -> None:
        self._app = app
        self._rates = rates
        self._sites = {site.name: site for site in access.sites}
        storage = MemoryStorage()
        self._speed, self._caps = MovingWindowRateLimiter(storage), FixedWindowRateLimiter(storage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (over := self._over(scope)):
            limit, seconds = over
            await problem(429, limit.words, {"Retry-After": str(seconds)})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _over(self, scope: Scope) -> tuple[Limit, int] | None:
        """The limit that this request goes past, and in how many seconds there is room again."""
        caller = caller_of(scope)
        if not caller.counted or OPEN.fullmatch(path_of(scope)) and path_of(scope) != "/embed":
            return None
        asking = is_question(scope)
        for counter, limit in self._limits(caller, address_of(scope), asking):
            if not counter.hit(limit.item, limit.key):
                reset = counter.get_window_stats(limit.item, limit.key).reset_time
                return limit, max(1, math.ceil(reset - time.time()))
        return None

    def _limits(
        self, caller: Caller, address: str, asking: bool
    ) -> Iterator[tuple[FixedWindowRateLimiter | MovingWindowRateLimiter, Limit]]:
        # An office has one address, so an opened chat counts by itself, and its site as a whole.
        who = (
            caller.name if caller.kind != "nobody" and (caller.kind != "frame" or caller.site) else f"address {address}"
        )
        if not asking:
            for item in _items(self._rates.reading):
                yield self._speed, Limit(item, f"reads {who}", "Too many requests. Please wait a moment.")
            return
        words = "You are asking faster than this service allows. Please wait a moment."
        # The server of a site asks for many people: the rate of its site is its rate.
        for item in _items(self._rates.person) if caller.kind != "site" else []:
            yield self._speed, Limit(item, f"asks {who}", words)
        if site := self._sites.get(caller.site):
            for item in _items(self._rates.site):
                yield self._speed, Limit(item, f"site {site.name}", "Many people ask from this site. Please try again.")
            if caller.session:
                spoken = "This chat has reached its number of questions. Open the page again to go on."
                yield self._caps, Limit(RateLimitItemPerDay(site.per_session), f"session {caller.session}", spoken)
            spoken = "This site has reached its number of questions for today."
            yield self._caps, Limit(RateLimitItemPerDay(site.per_day), f"day {site.name}", spoken)


def _items(rate: str) -> list[RateLimitItem]:
    return parse_many(rate) if rate else []
