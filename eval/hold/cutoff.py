"""A command without a network, and every address that it or what it started connected to or sent something to.

It runs in a network namespace of its own (`unshare -rn`) that has the loopback alone, under strace. Every address beyond is
routed into the loopback, where nobody takes it. Without that route a datagram socket could not be connected, its program
would give up, and what it meant to send would not be seen: a look-up of a name, for one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.hold.processes import ROOT

_ROUTES = "ip link set lo up && ip route add default dev lo && { ip -6 route add default dev lo || true; }"
_APART = ("unshare", "-rn", "sh", "-c", f'{_ROUTES} && exec "$@"', "sh")
_CALLS = "connect,sendto,sendmsg,sendmmsg,write,writev"
_WATCHED = ("strace", "-f", "-qq", "-Y", "-yy", "-s", "0", "--seccomp-bpf", "-e", f"trace={_CALLS}")
_LINE = re.compile(r"(?P<process>(?P<id>\d+)(?:<[^>]*>)?)\s+(?:<\.\.\. \w+ resumed>)?(?P<text>.*)")
_CALL = re.compile(r"(?P<call>\w+)\(\d+<(?P<kind>[\w-]+):\[(?P<ends>.*?)\]>, (?P<rest>.*)")
_NAMED = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_PEER = re.compile(r"->\[?([^\]]+)\]?:\d+$")
_NEAR = re.compile(r"127\.|::1$|::$|0\.0\.0\.0$|::ffff:127\.")
_DATAGRAMS = ("UDP", "UDPv6")
_UNFINISHED = " <unfinished ...>"


@dataclass(frozen=True, slots=True)
class Contact:
    """A call by which a process ("7<python>") turned to an address. `sends` is false where a datagram socket was given a peer
    and nothing more: that puts nothing on any network, and what is sent on it later is a contact of its own."""

    process: str
    address: str
    sends: bool

    @property
    def beyond(self) -> bool:
        return not _NEAR.match(self.address)


def check_possible() -> None:
    """Raises EvalError where the machine does not let us cut a command off or watch it."""
    for command in ([*_APART, "true"], ["strace", "-f", "-qq", "-o", "/dev/null", "true"]):
        if not shutil.which(command[0]) or subprocess.run(command, capture_output=True).returncode:
            raise EvalError(f"This machine does not let us run {' '.join(command)}. Run it where that is allowed.")


def run_cut_off(command: Sequence[str], calls: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    """Writes what strace saw to `calls`. Raises subprocess.TimeoutExpired."""
    whole = [*_APART, *_WATCHED, "-o", str(calls), *command]
    return subprocess.run(whole, capture_output=True, text=True, cwd=ROOT, timeout=timeout)


def contacts(lines: Iterable[str]) -> Iterator[Contact]:
    """Of every call on an internet socket that names an address, or whose socket has a peer."""
    for process, text in _whole(lines):
        call = _CALL.match(text)
        if not call or call["kind"].startswith(("UNIX", "NETLINK")):
            continue
        connects = call["call"] == "connect"
        # one that failed counts as sent: nobody can tell what would have been sent on it
        bare = connects and call["kind"] in _DATAGRAMS and not re.search(r"\)\s+= -1 ", call["rest"])
        for address in _named(call["rest"]) or ([] if connects else _PEER.findall(call["ends"])):
            yield Contact(process, address, not bare)


def _named(rest: str) -> list[str]:
    found = [v4 or v6 for v4, v6 in _NAMED.findall(rest)]
    return found or ([rest[-80:]] if "sa_family=AF_INET" in rest else [])


def _whole(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(process, call): strace breaks a call in two where another process comes between."""
    begun: dict[str, tuple[str, str]] = {}
    for line in lines:
        if not (found := _LINE.match(line)):
            continue
        process, text = begun.pop(found["id"], (found["process"], ""))
        text += found["text"]
        if text.endswith(_UNFINISHED):
            begun[found["id"]] = (process, text.removesuffix(_UNFINISHED))
        else:
            yield process, text
    yield from begun.values()
