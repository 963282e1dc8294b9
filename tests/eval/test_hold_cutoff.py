"""What counts as reaching beyond this machine: real little programs, cut off and watched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval.errors import EvalError
from eval.hold.airgap import AirgapSizes, findings
from eval.hold.cutoff import Contact, check_possible, contacts, run_cut_off

AWAY, AWAY6 = "198.51.100.7", "2001:db8::7"  # addresses that are kept for examples
SEEN = {"outcome": "answered", "tabs": [], "requests": [], "url": "", "complaints": []}
DATAGRAM = "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"


@pytest.fixture(scope="module")
def possible() -> None:
    try:
        check_possible()
    except EvalError as error:
        pytest.skip(str(error))


def watched(program: str, folder: Path) -> list[tuple[str, bool]]:
    """(address, whether anything went there) of each contact of a program."""
    done = run_cut_off([sys.executable, "-I", "-S", "-c", f"import os, socket\n{program}"], folder / "calls", 60)
    assert done.returncode == 0, done.stderr
    return [(one.address, one.sends) for one in contacts((folder / "calls").read_text().splitlines())]


@pytest.mark.usefixtures("possible")
@pytest.mark.parametrize(
    ("program", "made"),
    [
        (f"{DATAGRAM}s.connect(('{AWAY}', 53))", [(AWAY, False)]),
        (f"s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\ns.connect(('{AWAY6}', 53))", [(AWAY6, False)]),
        (f"{DATAGRAM}s.connect(('{AWAY}', 53))\ns.send(b'x')", [(AWAY, False), (AWAY, True)]),
        (f"{DATAGRAM}s.connect(('{AWAY}', 53))\nos.write(s.fileno(), b'x')", [(AWAY, False), (AWAY, True)]),
        (f"{DATAGRAM}s.connect(('127.0.0.1', 9))\ns.sendto(b'x', ('{AWAY}', 53))", [("127.0.0.1", False), (AWAY, True)]),
        (f"s = socket.socket()\ns.setblocking(False)\ns.connect_ex(('{AWAY}', 80))", [(AWAY, True)]),
        ("import sys\nsys.stdout.write('198.51.100.7')", []),
    ],
)  # fmt: skip
def test_a_datagram_socket_reaches_nobody_until_something_is_sent(
    program: str, made: list[tuple[str, bool]], tmp_path: Path
) -> None:
    assert watched(program, tmp_path) == made


def test_a_call_that_another_process_comes_between_is_put_together() -> None:
    lines = f"""7<python> sendmmsg(3<UDP:[127.0.0.1:5->127.0.0.1:53]>,  <unfinished ...>
8<chromium> connect(4<UDPv6:[77]>, {{sa_family=AF_INET6, inet_pton(AF_INET6, "{AWAY6}", &sin6_addr)}}, 28 <unfinished ...>
7<python> <... sendmmsg resumed>[{{msg_hdr={{msg_name={{sa_family=AF_INET, sin_addr=inet_addr("{AWAY}")}}}}}}], 1, 0) = 1
8<chromium> <... connect resumed>)       = -1 ENETUNREACH (Network is unreachable)
9<python> connect(3<UNIX-STREAM:[9]>, {{sa_family=AF_UNIX, sun_path="/run/x"}}, 10) = 0
9<python> write(5<TCPv6:[[::ffff:127.0.0.1]:80->[::ffff:127.0.0.1]:4]>, ""..., 9) = 9
9<python> connect(3<TCP:[4]>, {{sa_family=AF_INET, sin_addr=inet_addr("{AWAY}")}}, 16 <unfinished ...>"""
    made = list(contacts(lines.splitlines()))
    assert [(one.process, one.address, one.sends) for one in made] == [
        ("7<python>", AWAY, True),
        ("8<chromium>", AWAY6, True),  # it was refused, so nobody knows what would have been sent
        ("9<python>", "::ffff:127.0.0.1", True),
        ("9<python>", AWAY, True),
    ]
    assert [one.beyond for one in made] == [True, True, False, True]


@pytest.mark.parametrize(("process", "other"), [("7<python>", "8<chromium>"), ("8<chromium>", "7<python>")])
def test_the_rule_is_the_same_for_the_browser_and_for_us(process: str, other: str) -> None:
    made = [Contact(process, AWAY, sends=False), Contact(other, "127.0.0.1", sends=True)]
    quiet = findings(SEEN, made, AirgapSizes())
    told = quiet.figures["datagram sockets that were given a peer beyond this machine"]
    assert sorted(map(str, told.values())) == sorted(("{}", str({AWAY: 1})))
    reached = [p.what for p in quiet.promises if "sent to" in p.what and not p.kept]
    assert reached == []
    loud = findings(SEEN, [*made, Contact(process, AWAY, sends=True)], AirgapSizes())
    reached = [p.what for p in loud.promises if "sent to" in p.what and not p.kept]
    assert len(reached) == 1 and ("browser" in reached[0]) == ("chromium" in process)
