"""What a model wrote, read sentence by sentence with the tags it cites."""

from __future__ import annotations

import pytest

from assistant.transcript import read_transcript

TAGS = {"k42", "m17"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It opened. [k42] It costs £38. [m17]", [("It opened.", "k42"), ("It costs £38.", "m17")]),
        ("It opened [k42]. It costs £38 [k42, m17].", [("It opened.", "k42"), ("It costs £38.", "k42 m17")]),
        ("It opened [k42][m17].", [("It opened.", "k42 m17")]),
        ("[k42] It opened. Ten came. [m17] It closed.", [("It opened.", "k42"), ("Ten came.", "k42"), ("It closed.", "m17")]),
        ("- **The desk** opened (k42).\n- It *costs* £38 [M17].", [("The desk opened.", "k42"), ("It costs £38.", "m17")]),
        ("The answer is: It opened. [passage k42]", [("It opened.", "k42")]),
        ("<think>[k42] secret</think>It opened.", [("It opened.", "")]),
        ("<think>It never ends", []),
        ("```\nIt opened.\n```", [("It opened.", "")]),
        ("It [sic] opened in [May].", [("It [sic] opened in [May].", "")]),
        ("It opened. It opened.", [("It opened.", "")]),
        ("It opened and", [("It opened and", "")]),
        ("", []),
        (" \u200b\u202e[k42] .", []),
    ],
)  # fmt: skip
def test_sentences_and_their_tags(text: str, told: list[tuple[str, str]]) -> None:
    assert [(one.text, " ".join(one.cited)) for one in read_transcript(text, TAGS)] == told


@pytest.mark.parametrize("text", ["It opened. [1]", "It opened [k43].", "It opened. [k42, x99]", "[3] It opened."])
def test_a_tag_that_was_not_given_is_seen(text: str) -> None:
    (one,) = read_transcript(text, TAGS)
    assert one.unknown
