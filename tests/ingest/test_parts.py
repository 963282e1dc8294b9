"""Parts of the way that are easiest to see alone."""

from __future__ import annotations

import pytest

from ingest.characters import bare, clean_line
from ingest.faithful import stands_in
from ingest.isolation import ChildFailed, messages, task_for
from ingest.kinds import HTML
from ingest.model import PageStart
from ingest.prose import Prose, join
from ingest.settings import IngestSettings
from ingest.spacing import Spacing


def test_prose_keeps_its_places_when_it_is_cut_and_joined() -> None:
    prose = Prose("strategy.1 Since", (), (PageStart(11),)).without(9, 10)
    assert (prose.text, prose.cuts, prose.pages[0].offset) == ("strategy. Since", (9,), 10)
    whole = join([Prose("One", (1,)), prose], " ")
    assert (whole.text, whole.cuts, whole.pages[0].offset) == ("One strategy. Since", (1, 13), 14)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("•\t \ufffdSocial integration", "• Social integration"),
        ("\uf0b7 Item", "• Item"),
        ("caf\u00e9\u00a0\u2009 owners\u200b", "café owners"),
        ("the caf\ufffd", "the caf\ufffd"),  # a letter that was lost can be seen
    ],
)
def test_a_line_is_cleaned(line: str, expected: str) -> None:
    assert clean_line(line) == expected


def test_faithful_sees_a_changed_word_and_overlooks_a_line_break() -> None:
    source = "They are non-\nwhite migrants,\n• and ﬁne."
    assert stands_in("They are non-white migrants, and fine.", source)
    assert stands_in("nonwhite migrants", source)
    assert not stands_in("They were non-white", source)
    assert bare("a – b") == bare("ab")


def test_spacing_is_taken_over_only_where_the_letters_agree() -> None:
    spacing = Spacing("a comprehensive set of\r\nemissions | 4")
    row = ["a comprehe nsive s et of", 72.0, 700.0, 10.0, False, [[17, 200.0]]]
    assert spacing.row(row) == ["a comprehensive set of", 72.0, 700.0, 10.0, False, [(16, 200.0)]]
    other = ["emi xsions", 72.0, 700.0, 10.0, False, []]
    assert spacing.row(other) == other


def test_a_child_that_hangs_is_ended(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "page.html").write_text("<p>word</p>" * 50_000)
    settings = IngestSettings(wall_seconds=1)
    with pytest.raises(ChildFailed, match="too long"):
        list(messages(task_for(HTML, settings), tmp_path / "page.html", settings, 0.05))
