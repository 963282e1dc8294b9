"""When the language model is left alone: after it has failed several times in a row, or when the hour's tokens are spent."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

Clock = Callable[[], float]


class Breaker:
    """Opens after so many failures in a row, and stays open for a while; then one call may try, and decides."""

    def __init__(self, failures: int, rest_seconds: float, clock: Clock = time.monotonic) -> None:
        self._most, self._rest, self._clock = failures, rest_seconds, clock
        self._failed = 0
        self._closed_from = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        with self._lock:
            if self._failed < self._most:
                return True
            if self._clock() < self._closed_from:
                return False
            self._closed_from = self._clock() + self._rest  # others wait for what the one that tries will find
            return True

    def passed(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._closed_from = self._clock() + self._rest


class Allowance:
    """How many tokens may be used within any one hour; 0 for as many as it takes."""

    def __init__(self, tokens_an_hour: int, clock: Clock = time.monotonic) -> None:
        self._most, self._clock = tokens_an_hour, clock
        self._spent: deque[tuple[float, int]] = deque()
        self._lock = Lock()

    def spend(self, tokens: int) -> bool:
        """False, and nothing is spent, when it is more than is left."""
        if not self._most:
            return True
        now = self._clock()
        with self._lock:
            while self._spent and self._spent[0][0] <= now - 3600:
                self._spent.popleft()
            if sum(spent for _, spent in self._spent) + tokens > self._most:
                return False
            self._spent.append((now, tokens))
            return True
