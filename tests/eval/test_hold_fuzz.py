"""Questions nobody foresaw, a few through every door; and that what they look for is seen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import Phase, given, seed, settings

from assistant.assemble import open_assistant
from assistant.settings import Settings
from assistant.web.records import read_records
from eval.hold.experiment import Run
from eval.hold.faces import CommandLine, Screen
from eval.hold.fuzz import FuzzSizes, fuzz_all
from eval.hold.promised import alive_in
from eval.hold.readers import changed, changes


def test_nothing_that_is_asked_or_read_is_a_fault_of_ours(small_settings: Settings, tmp_path: Path) -> None:
    sizes = FuzzSizes(questions=16, others=1, commands=1, processes=0, hidden=6, read=5)
    found = fuzz_all(small_settings, sizes, Run(seed=20261122, scratch=tmp_path))
    assert [promise for promise in found.promises if not promise.kept and "answered within" not in promise.what] == []
    assert found.figures["tried"]["a question is a fault over HTTP"] == 16


@pytest.mark.parametrize(
    "page",
    [
        "<p><zq></zq></p>",
        "<p onclick=1>x</p>",
        "<script>1</script>",
        '<a href="https://e.example">x</a>',
        '<a href="javascript:1">x</a>',
        '<form class="cg-feedback" action="https://e.example"></form>',
        '<form class="cg-feedback"><button formaction="https://e.example">x</button></form>',
        "<form></form>",
        "<p>a\u202eb</p>",
        "<p>a\x1b[31mb</p>",
        '<p style="background: url(//e.example)">x</p>',
    ],
)
def test_what_came_alive_is_seen(page: str) -> None:
    assert list(alive_in(page))


def test_our_own_page_is_not_alive() -> None:
    assert list(alive_in('<article class="x"><a href="#turn-1">1</a><p>&lt;zq&gt;</p></article>')) == []


def test_what_a_browser_kept_is_restored_with_nothing_alive_and_read_though_something_in_it_changed(
    small_settings: Settings,
) -> None:
    with open_assistant(small_settings) as assistant:
        screen = Screen(assistant)
        kept = screen.remembered(("Who looks after the welcome desk?",))
        page = screen.restored(kept)
        screen.close()
    assert '<form class="cg-feedback"' in page and list(alive_in(page)) == []
    read: list[int] = []

    @seed(1)
    @settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate])
    @given(changes())
    def come_back(change: tuple[int, object]) -> None:
        read.append(len(read_records(changed(kept, random.Random(change[0]), change[1]), 20)))

    come_back()
    assert sum(read) >= len(read) / 4


def test_the_command_line_is_called_as_a_person_calls_it(small_settings: Settings, tmp_path: Path) -> None:
    missing = tmp_path / "no.toml"
    status, printed, said = CommandLine(missing)("ask", "--json", "Who?")
    assert (status, printed) == (1, "") and "does not exist" in said
