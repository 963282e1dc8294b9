"""Start, index, ask and open every tab where there is no network: does anything work less, is anything tried to be reached?

All of it runs in a network namespace of its own that has the loopback alone (`unshare -rn`), under strace, which tells every
address that a process or the browser means to reach. Where the machine allows neither, the experiment says so and stops.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from pydantic import Field

from assistant.settings import HOME
from eval.errors import EvalError
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.processes import PATIENCE, ROOT, say, serve
from eval.hold.service import index_first, serving, write_settings

TABS = ("ask", "initiatives", "compare", "briefing", "documents", "about")
QUESTION = "Who funds Inburgering?"
_CALL = re.compile(r"^(?P<process>\d+(?:<[^>]*>)?)\s+(?P<call>\w+)\(.*?sa_family=AF_INET6?.*", re.M)
_TO = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"|sin6_addr=.*?"([0-9a-f:]+)"')
_NEAR = re.compile(r"127\.|::1$|::$|0\.0\.0\.0$|::ffff:127\.")
_BROWSER = re.compile(r"chrom|Chrome|ThreadPool|Network|headless", re.I)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # else it looks up the names of its maker's services
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)


class AirgapSizes(Sizes):
    index: int = Field(1, ge=0, le=1, description="0: with documents that were brought in before, outside")
    question: str = Field(QUESTION, description="must be answered")
    browser: int = Field(1, ge=0, le=1, description="0: no browser opens the tabs")


def airgap(sizes: AirgapSizes, run: Run) -> Findings:
    return gapped(write_settings(run.scratch, HOME / "corpus", run.scratch / "data"), sizes, run)


def gapped(settings: Path, sizes: AirgapSizes, run: Run) -> Findings:
    """Raises EvalError where the machine does not let us cut it off or watch."""
    calls = run.scratch / "calls"
    check_possible()
    run.tell("working without a network", 0, 0)
    given = json.dumps(
        {
            "settings": str(settings),
            "scratch": str(run.scratch),
            "index": bool(sizes.index),
            "browser": bool(sizes.browser),
            "question": sizes.question,
        }
    )
    watch = f"strace -f -qq -Y --seccomp-bpf -e trace=connect,sendto,sendmsg,sendmmsg -o {calls}"
    inner = f'ip link set lo up && exec {watch} {sys.executable} -m eval.hold.airgap work "$0"'
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", inner, given], capture_output=True, text=True, cwd=ROOT, timeout=4 * PATIENCE
    )
    if done.returncode:
        raise EvalError(f"What was to be done without a network failed: {done.stderr.strip()[-800:]}")
    seen = json.loads(done.stdout.splitlines()[-1])
    return findings(seen, list(reached(calls.read_text(errors="replace"))), sizes)


def check_possible() -> None:
    for command in (
        ["unshare", "-rn", "ip", "link", "set", "lo", "up"],
        ["strace", "-f", "-qq", "-o", "/dev/null", "true"],
    ):
        if not shutil.which(command[0]) or subprocess.run(command, capture_output=True).returncode:
            raise EvalError(f"This machine does not let us run {' '.join(command)}. Run it where that is allowed.")


def reached(calls: str) -> Iterator[tuple[str, str]]:
    """(process, address) of every call that names an address beyond this machine."""
    for found in _CALL.finditer(calls):
        to = _TO.search(found.group())
        address = next(filter(None, to.groups()), "") if to else found.group()[-80:]
        if not _NEAR.match(address):
            yield found["process"], address


def findings(seen: dict[str, Any], tried: list[tuple[str, str]], sizes: AirgapSizes) -> Findings:
    browser = [one for one in tried if _BROWSER.search(one[0])]
    ours = [f"{process} -> {address}" for process, address in tried if (process, address) not in browser]
    promises = [
        Promise("a question is answered without a network", "answered", seen["outcome"], seen["outcome"] == "answered"),
        none_of("an address beyond this machine that our processes tried to reach", ours, len(tried)),
    ]
    if sizes.browser:
        opened, asked = (
            seen["tabs"],
            [url for url in seen["requests"] if not url.startswith((seen["url"], "data:", "blob:"))],
        )
        promises += [
            Promise("tabs that open and show something", str(len(TABS)), str(len(opened)), len(opened) == len(TABS)),
            none_of("a request of the page beyond the server", asked, len(seen["requests"])),
            none_of("an error on the page", seen["complaints"], len(opened)),
            none_of("an address beyond this machine that the browser tried to reach", [f"{n} x {a}" for a, n in Counter(a for _, a in browser).items()], len(browser)),
        ]  # fmt: skip
    return Findings(
        tuple(promises), {"seen": {k: v for k, v in seen.items() if k != "requests"}, "method": "unshare -rn, strace"}
    )


# without a network


def work(settings: str, scratch: str, index: bool, browser: bool, question: str) -> None:
    log = Path(scratch) / "log"
    if index:
        index_first(Path(settings), log)
    with serving(Path(settings), log) as service:
        reply = httpx.post(f"{service.url}/api/v1/ask", json={"question": question}, timeout=60).json()
        seen: dict[str, Any] = {"outcome": reply["outcome"], "url": service.url}
        say(seen | (_browsed(service.url, question) if browser else {}))


def _browsed(url: str, question: str) -> dict[str, Any]:
    """What a browser asked for and complained of while every tab was opened, and which tabs showed something."""
    from playwright.sync_api import sync_playwright

    requests: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as driver:
        program = next(filter(None, map(shutil.which, _BROWSERS)), None)
        browser = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda made: requests.append(made.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(url)
        page.get_by_label("Your question").fill(question)
        page.locator("#cg-ask").click()
        page.locator("#turn-1-answer, .cg-turn, article").first.wait_for()
        opened = [tab for tab in TABS if _opens(page, tab)]
        browser.close()
    return {"tabs": opened, "requests": requests, "complaints": complaints}


def _opens(page: Any, tab: str) -> bool:
    page.locator(f"#cg-tab-{tab}-button").click()
    panel = page.locator(f"#cg-tab-{tab}")
    panel.wait_for(state="visible")
    page.wait_for_timeout(1500)
    return len(panel.inner_text().strip()) > 20


EXPERIMENT = Experiment("airgap", AirgapSizes, airgap)

if __name__ == "__main__":
    serve({"work": work})
