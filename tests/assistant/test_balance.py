"""One long document beside four short ones: a question that asks across reports hears each voice, and one project once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assemble import open_assistant, update_index
from assistant.assistant import Assistant
from assistant.settings import PathSettings, Settings

_WHO = (
    "Pensioners",
    "Students",
    "Carers",
    "Shift workers",
    "Young parents",
    "New arrivals",
    "Schoolchildren",
    "Tenants",
)
_WHAT = ("grow beans and talk", "share tools and advice", "swap seeds with strangers", "cook together after digging")
LONG = "\n\n".join(
    f"{n}. Allotment {n}\n\n{_WHO[n % 8]} who rent plots on allotment {n} {_WHAT[n % 4]}. The report counts {n + 20} plots "
    f"there. Allotments bring neighbours together where {_WHO[(n + 3) % 8].lower()} have keys to the gate."
    for n in range(1, 41)
)
SHORT = {
    "north": "The council of Northam gave an empty field to residents. On the allotments people of nine countries now dig side by side.",
    "south": "Southam let its allotments go wild. Residents say that they lost the only place where they met each other.",
    "east": "A waiting list of six years keeps newcomers off the allotments of Eastam, the study finds. It asks for shared plots.",
    "west": "In Westam a charity pays for seeds. Its allotments are open on Sundays, and visitors are shown how to plant.",
}  # fmt: skip
CATALOGUE = """
[[document]]
file = "long.txt"
title = "Forty Allotments"
short_title = "Forty Allotments"
published = "2015"
""" + "".join(
    f"""
[[document]]
file = "{name}.txt"
title = "Allotments in {name.title()}am"
short_title = "{name.title()}am"
published = "201{n}"
{'project = "compass"' if name in ("north", "south") else ""}
"""
    for n, name in enumerate(SHORT)
)


@pytest.fixture(scope="module")
def lopsided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    place = tmp_path_factory.mktemp("lopsided")
    (place / "corpus").mkdir()
    for name, text in {"long": LONG, **SHORT}.items():
        (place / "corpus" / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
    (place / "corpus" / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    settings = Settings(paths=PathSettings(corpus=place / "corpus", data=place / "data"))
    update_index(settings)
    with open_assistant(settings) as opened:
        yield opened


def test_the_long_document_fills_a_plain_search(lopsided: Assistant) -> None:
    """What is balanced below is not even by itself."""
    hits = lopsided.searcher.search("What do they say about allotments that bring neighbours together?", top_k=10)
    assert sum(hit.passage.source_id == "long" for hit in hits) >= 6


@pytest.mark.parametrize(
    "question",
    [
        "What do the reports say about allotments?",
        "Do the reports agree on what allotments do for neighbours?",
        "Compare what each document says about allotments.",
    ],
)
def test_asked_across_reports_each_piece_of_work_is_heard(lopsided: Assistant, question: str) -> None:
    reply = lopsided.ask(question)
    heard = {quote.passage.source_id for claim in reply.claims for quote in claim.quotes}
    assert {"long", "east", "west"} <= heard
    assert heard & {"north", "south"}
    of_the_long = [claim for claim in reply.claims if {q.passage.source_id for q in claim.quotes} == {"long"}]
    assert len(of_the_long) <= 2


def test_one_project_told_in_two_documents_has_one_say(lopsided: Assistant) -> None:
    reply = lopsided.ask("What do the reports say about allotments?")
    of_compass = [c for c in reply.claims if {q.passage.source_id for q in c.quotes} & {"north", "south"}]
    assert 1 <= len(of_compass) <= 2
