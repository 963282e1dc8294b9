"""Short-lived signed tokens for an opened chat, in place of cookies: which site, which session, since when."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Session:
    """One opened chat. `site` is empty on our own page; `began` is in seconds since 1970."""

    site: str
    id: str
    began: float


_SESSION = TypeAdapter(tuple[str, str, float])


class EmbedTokens:
    def __init__(self, key: str, minutes: float, hours: float, now: Callable[[], float] = time.time) -> None:
        self._signer = URLSafeTimedSerializer(key or secrets.token_hex(32), salt="common-ground-embed")
        self._life, self._whole, self._now = minutes * 60, hours * 3600, now

    @property
    def life(self) -> float:
        """Seconds that a token lives."""
        return self._life

    def open(self, site: str) -> str:
        """A token for a session that begins now."""
        return self.sign(Session(site, secrets.token_urlsafe(12), self._now()))

    def sign(self, session: Session) -> str:
        return str(self._signer.dumps((session.site, session.id, session.began)))

    def read(self, token: str) -> Session | None:
        """None when it is not ours, was changed, or its time is over."""
        try:
            session = Session(*_SESSION.validate_python(self._signer.loads(token, max_age=int(self._life))))
        except (BadData, ValidationError):
            return None
        return session if self._now() - session.began <= self._whole else None
