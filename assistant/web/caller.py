"""Who is calling, as the access rule found out; it travels in the state of the ASGI scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.types import Scope

Kind = Literal["person", "site", "frame", "nobody"]
_PATH = "common_ground.path"


@dataclass(frozen=True, slots=True)
class Caller:
    """`person`: somebody the rule lets in. `site`: the server of an embedding site. `frame`: one opened chat on a page.
    `nobody`: a request that anyone may make. `name` tells callers apart for the rates; `counted` is False at loopback."""

    kind: Kind
    name: str = ""
    site: str = ""
    session: str = ""
    counted: bool = True


def caller_of(scope: Scope) -> Caller:
    found = scope.get("state", {}).get("caller")
    return found if isinstance(found, Caller) else Caller("nobody")


def set_caller(scope: Scope, caller: Caller) -> None:
    """For every layer, those further out too."""
    scope.setdefault("state", {})["caller"] = caller


def was_forwarded(scope: Scope) -> bool:
    """Whether another server passed the request on, trusted or not."""
    return bool(scope.get("state", {}).get("forwarded"))


def with_path(scope: Scope, path: str, prefix: str) -> Scope:
    """The scope of a request for `path`, its address as the world sees it being below `prefix`."""
    seen = prefix + path
    return {**scope, _PATH: path, "path": seen, "raw_path": seen.encode(), "root_path": prefix}


def path_of(scope: Scope) -> str:
    """The path without the prefix."""
    return str(scope.get(_PATH, scope["path"]))


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
