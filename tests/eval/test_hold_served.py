"""Load, soak, restart and the cut-off network, for seconds: a real server in this process, over the small corpus."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import uvicorn

from assistant.assemble import serving_assistant, update_index
from assistant.serving import WebSettings
from assistant.settings import PathSettings, Settings
from assistant.web import create_app
from assistant.web.server import listen
from eval.errors import EvalError
from eval.hold import airgap, load, soak
from eval.hold.cutoff import check_possible
from eval.hold.experiment import Run
from eval.hold.people import Asked, crowd, summary
from eval.hold.service import Usage, usage_of, write_settings


@dataclass
class InProcess:
    """A server in this process, whose documents are brought in by a call."""

    url: str
    settings: Settings

    def usage(self) -> Usage:
        return usage_of(psutil.Process(os.getpid()))

    def index(self) -> InProcess:
        return self

    def wait(self, timeout: float) -> int:
        update_index(self.settings)
        return 0

    def said(self) -> str:
        return ""


@pytest.fixture(scope="module")
def served(small_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    place = tmp_path_factory.mktemp("served")
    paths = PathSettings(corpus=place / "corpus", data=place / "data")
    shutil.copytree(small_settings.paths.corpus, paths.corpus)
    shutil.copytree(small_settings.paths.data, paths.data)
    settings = Settings(paths=paths)
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    web = WebSettings.model_validate(
        {"port": port, "screen": False, "rates": {"person": "", "site": "", "reading": ""}}
    )
    with serving_assistant(settings) as assistant:
        server = uvicorn.Server(
            uvicorn.Config(create_app(assistant, web), log_level="error", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield InProcess(f"http://127.0.0.1:{port}", settings)
        server.should_exit = True
        thread.join(10)


def test_a_crowd_is_answered_while_documents_come_and_many_leave(served: InProcess, tmp_path: Path) -> None:
    sizes = load.LoadSizes(people=6, seconds=1, think=0.2, disconnects=30, paragraphs=1, ramp=0, models=0)
    party = load.Party(served, ["Who looks after the welcome desk?"], sizes, Run(3, tmp_path))
    parts, before, after, _ = load.without_model(party, served.settings.paths.corpus, sizes)
    promises = load.promises(parts, before, after, sizes)
    told = [
        promise for promise in promises if not promise.what.startswith(("95 of", "memory"))
    ]  # how fast is not for here
    assert len(told) == 5 and [promise for promise in told if not promise.kept] == []
    assert len(parts["6 people"]) >= 6


def test_a_soak_of_seconds_tells_every_slope(served: InProcess, tmp_path: Path) -> None:
    sizes = soak.SoakSizes(minutes=0.064, every=0.016, rate=4)
    seen = soak.soaked(served, served.settings.paths.corpus, sizes, Run(3, tmp_path))
    found = soak.findings(seen, sizes)
    assert len(seen.asked) >= 15 and len(seen.changes) == 3
    assert [p for p in found.promises if "failed" in p.what and not p.kept] == []
    assert all(slope and len(slope["points"]) == 3 for slope in found.figures["slopes"].values())


def grown(an_hour: float, noise: float) -> soak.Watched:
    """Twelve hours, a sample a minute, a change an hour that takes twice the memory while it lasts."""
    draw, seen = random.Random(1), soak.Watched(asked=[Asked(0, 1, 1, 200)])
    for minute in range(12 * 60):
        busy = 400 if minute % 60 < 20 else 0
        used = 500 + busy + an_hour * minute / 60 + draw.gauss(0, noise)
        seen.samples.append(soak.Sample(minute * 60, Usage(used, used, 20, 30)))
    return seen


@pytest.mark.parametrize(("an_hour", "noise", "kept"), [(0, 5, True), (20, 5, False), (20, 0, False), (2, 5, True)])
def test_growth_is_told_from_noise_and_from_the_changes_themselves(an_hour: float, noise: float, kept: bool) -> None:
    found = soak.findings(grown(an_hour, noise), soak.SoakSizes(minutes=720, every=60))
    memory = next(promise for promise in found.promises if promise.what.startswith("growth of own memory"))
    assert memory.kept is kept, memory


def test_too_short_a_soak_claims_nothing() -> None:
    found = soak.findings(grown(0, 1), soak.SoakSizes(minutes=720, every=360))
    memory = next(promise for promise in found.promises if promise.what.startswith("growth of own memory"))
    assert not memory.kept and "not known" in memory.found


def test_a_server_that_is_not_there_is_a_failure_and_no_crash() -> None:
    asked = crowd("http://127.0.0.1:9", ["Anyone?"], 2, 0.2, 0.05, random.Random(1))
    assert asked and all(one.failed for one in asked)
    assert summary(asked)["failed"] == len(asked)


def test_a_model_that_quotes_is_heard_word_by_word() -> None:
    prompt = "Passages:\n[k42] The desk opened. It is old.\n\nQuestion: When?"
    assert "".join(load.quoting(prompt)) == "The desk opened. [k42]"


def test_without_a_network_a_question_is_answered_and_nothing_is_tried(
    small_settings: Settings, tmp_path: Path
) -> None:
    try:
        check_possible()
    except EvalError as error:
        pytest.skip(str(error))
    data = tmp_path / "data"
    shutil.copytree(small_settings.paths.data, data)
    settings = write_settings(tmp_path, small_settings.paths.corpus, data)
    found = airgap.gapped(
        settings, airgap.AirgapSizes(index=0, browser=0, question="Who looks after the welcome desk?"), Run(1, tmp_path)
    )
    assert found.figures["seen"]["outcome"] == "answered"
    assert [one for one in found.promises if not one.kept] == []
