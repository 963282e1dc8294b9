"""What an Authorization header holds, and comparing secrets: in constant time, passwords by scrypt."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import secrets
from dataclasses import dataclass

_COST = {"n": 2**14, "r": 8, "p": 1}
_SCHEME = "scrypt"


@dataclass(frozen=True, slots=True)
class Given:
    """What came in the header: a bearer token, or a name and a password. All empty when nothing usable did."""

    bearer: str = ""
    name: str = ""
    password: str = ""

    @property
    def any(self) -> bool:
        return bool(self.bearer or self.password)


def read(header: str) -> Given:
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return Given(bearer=rest.strip())
    if scheme.lower() != "basic":
        return Given()
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Given()
    return Given(name=name, password=password)


def same(one: str, other: str) -> bool:
    """In a time that tells nothing of either; False when there is none to compare with."""
    return bool(other) and hmac.compare_digest(_digest(one), _digest(other))


def hashed(password: str, salt: bytes = b"") -> str:
    """How a password is kept: "scrypt$salt$hash"."""
    salt = salt or secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, **_COST)
    return "$".join((_SCHEME, base64.b64encode(salt).decode(), base64.b64encode(key).decode()))


def is_password(password: str, kept: str) -> bool:
    """Remembers, in memory and by a keyed digest only, which passwords were right: a page makes many requests."""
    return _checked(_digest(password), kept, password) if _well_formed(kept) else False


@functools.lru_cache(maxsize=256)
def _checked_digest(digest: bytes, kept: str) -> list[bool]:
    return []


def _checked(digest: bytes, kept: str, password: str) -> bool:
    known = _checked_digest(digest, kept)
    if not known:
        salt = base64.b64decode(kept.split("$")[1])
        known.append(hmac.compare_digest(hashed(password, salt), kept))
    return known[0]


def _well_formed(kept: str) -> bool:
    scheme, *parts = kept.split("$")
    try:
        return scheme == _SCHEME and len(parts) == 2 and all(base64.b64decode(part, validate=True) for part in parts)
    except binascii.Error:
        return False


_KEY = secrets.token_bytes(32)


def _digest(text: str) -> bytes:
    return hmac.digest(_KEY, text.encode("utf-8", "surrogatepass"), "sha256")
