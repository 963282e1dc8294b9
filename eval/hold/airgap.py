"""Start, index, ask and open every tab where there is no network: does anything work less, is anything tried to be reached?

All of it, the browser too, is cut off and watched (`cutoff`): counted is each connection and whatever is sent to an address
beyond this machine. Where the machine does not allow that, the experiment says so and stops.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from pydantic import Field

from assistant.settings import HOME
from eval.errors import EvalError
from eval.hold.cutoff import Contact, check_possible, contacts, run_cut_off
from eval.hold.experiment import Experiment, Findings, Promise, Run, Sizes, none_of
from eval.hold.processes import PATIENCE, say, serve
from eval.hold.service import index_first, serving, write_settings

TABS = ("ask", "initiatives", "compare", "briefing", "documents", "about")
QUESTION = "Who funds Inburgering?"
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
    command = [sys.executable, "-m", "eval.hold.airgap", "work", given]
    done = run_cut_off(command, calls, timeout=4 * PATIENCE)
    if done.returncode:
        raise EvalError(f"What was to be done without a network failed: {done.stderr.strip()[-800:]}")
    seen = json.loads(done.stdout.splitlines()[-1])
    with calls.open(errors="replace") as lines:
        return findings(seen, list(contacts(lines)), sizes)


def findings(seen: dict[str, Any], made: Sequence[Contact], sizes: AirgapSizes) -> Findings:
    browser = [one for one in made if _BROWSER.search(one.process)]
    ours = [one for one in made if not _BROWSER.search(one.process)]
    promises = [
        Promise("a question is answered without a network", "answered", seen["outcome"], seen["outcome"] == "answered"),
        _kept_here("our processes", ours),
    ]
    if sizes.browser:
        promises += [*_page(seen), _kept_here("the browser", browser)]
    bare = {"our processes": _bare(ours), "the browser": _bare(browser)}
    figures = {
        "seen": {k: v for k, v in seen.items() if k != "requests"},
        "datagram sockets that were given a peer beyond this machine": bare,
        "method": "unshare -rn, strace",
    }
    return Findings(tuple(promises), figures)


def _kept_here(who: str, made: Sequence[Contact]) -> Promise:
    """The same rule whoever it is."""
    sent = [one for one in made if one.sends]
    out = Counter(f"{one.process} -> {one.address}" for one in sent if one.beyond)
    told = [f"{n} x {where}" for where, n in out.most_common()]
    return none_of(f"connected to, or sent to, an address beyond this machine by {who}", told, len(sent))


def _bare(made: Sequence[Contact]) -> dict[str, int]:
    """How often, by address. Nothing leaves by that; what was sent on such a socket is in the promise."""
    return dict(Counter(one.address for one in made if one.beyond and not one.sends))


def _page(seen: dict[str, Any]) -> list[Promise]:
    opened = seen["tabs"]
    asked = [url for url in seen["requests"] if not url.startswith((seen["url"], "data:", "blob:"))]
    return [
        Promise("tabs that open and show something", str(len(TABS)), str(len(opened)), len(opened) == len(TABS)),
        none_of("a request of the page beyond the server", asked, len(seen["requests"])),
        none_of("an error on the page", seen["complaints"], len(opened)),
    ]


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
