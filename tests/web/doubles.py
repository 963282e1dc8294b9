"""An assistant that answers a handful of questions in known ways, with words that stand in the documents."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from assistant.initiatives import Entry, Fit, Initiative
from assistant.model import (
    Answer,
    Citation,
    Claim,
    Narrowing,
    Notice,
    Outcome,
    Quote,
    Reason,
    Refusal,
    Reply,
    Trace,
    Turn,
)
from assistant.products.paper import Grid, Heading, Paper, Paragraph, Piece
from assistant.render import reply_json, said_json
from assistant.saying import Said, Saying, Tells, unheard
from assistant.web.workshop import Made
from index.model import Filters, Hit, Passage
from ingest.kinds import PDF, TEXT
from ingest.model import Document, Locator, Metadata, Section
from tests.ingest.files import paragraph, pdf

HOSTILE = (
    '<img src=x onerror="window.hacked=1"> ${window.hacked=2} {{7*7}} [x](javascript:alert(1)) \'"`\u202e\U000e0041'
)

METADATA = {
    "ippr-2007": Metadata(
        title="The reception and integration of new migrant communities: Executive summary",
        short_title="CRE study",
        publisher="Institute for Public Policy Research (ippr) for the Commission for Racial Equality",
        published="2007-03",
        kind="report",
        nations=("UK", "England", "Scotland"),
        standing="Research done for the equality regulator of the time.",
    ),
    "appg-2017": Metadata(
        title="Interim Report into Integration of Immigrants",
        short_title="APPG interim report",
        publisher="All-Party Parliamentary Group on Social Integration",
        published="2017-01",
        kind="report",
        superseded_by="Integration not Demonisation (final report, 2017)",
    ),
    "heath-2017": Metadata(title="8 things we learned", publisher="The British Academy", published="2017", kind="blog"),
    "hostile": Metadata(title=HOSTILE, publisher=HOSTILE, published="", kind="report"),
}

_EMPLOYERS = (
    "Public authorities should work closely with employers, trades unions and others to plan for services better; "
    "improve the evidence base at a local level; share best practice and resources; and establish who is best placed "
    "to support and facilitate integration."
)
_VOICES = (
    "The Government should consider drawing more heavily on voices of those employers who currently benefit from a "
    "large immigrant workforce. It would also encourage those employers to consider the broader impacts of their "
    "recruitment decisions—namely, how they might facilitate the integration of their employees into the local "
    "community and/or how they might upskill or incentivise their local workforce to ensure a more sustainable supply "
    "of labour."
)
_POLISH = (
    "Young people recently came together to learn about the history of Polish aircrews in the area during the Second "
    "World War, culminating in an exhibition at the Bentley Priory Museum."
)


def _passages() -> dict[str, Passage]:
    before = "New migrants settle in places that have little experience of diversity."
    after = "• Local media should be worked with to dispel myths and ensure more balanced coverage."
    texts = {
        "ippr-2007": ((before, ("Recommendations",)), (_EMPLOYERS, ("Recommendations", "Local")), (after, ())),
        "appg-2017": ((_VOICES, ("Principle Four",)),),
        "heath-2017": ((_POLISH, ()),),
        "hostile": ((HOSTILE + " and some words after it.", (HOSTILE,)),),
    }
    pages = {"appg-2017": Locator(58, "56")}
    return {
        f"{source}~{order}": Passage(
            f"{source}~{order}",
            source,
            Locator(page.page_index, page.page_label, heading),
            text,
            0,
            len(text),
            section=order,
            order=order,
        )
        for source, held in texts.items()
        for page in [pages.get(source, Locator())]
        for order, (text, heading) in enumerate(held)
    }


APPG_FILE = "appg.pdf"


def appg_pdf() -> bytes:
    """The file behind appg-2017: what is quoted of it stands on its last page."""
    return pdf([*[paragraph("Nothing to see.", 72, 700)] * 57, paragraph(_VOICES, 72, 700, letters=60)])


def _section(passage: Passage) -> Section:
    return Section(passage.source_id, passage.order, passage.where, passage.text)


class FakeShelf:
    def __init__(self) -> None:
        self.metadata = METADATA
        self._passages = _passages()

    def passage(self, passage_id: str) -> Passage:
        return self._passages[passage_id]

    def at(self, source_id: str, order: int) -> Passage | None:
        return self._passages.get(f"{source_id}~{order}")

    def passages(self, source_id: str | None = None) -> list[Passage]:
        return [one for one in self._passages.values() if source_id in (None, one.source_id)]

    def document(self, source_id: str) -> Document:
        held = self.passages(source_id)
        sections = tuple(_section(one) for one in held)
        kind = (APPG_FILE, PDF) if source_id == "appg-2017" else ("", TEXT)
        return Document(source_id, self.metadata[source_id], "0" * 64, sections, *kind)


class FakeWorkshop:
    """Two initiatives, and a page on anything but "nothing"."""

    model = ""

    def __init__(self, shelf: FakeShelf) -> None:
        polish, local = shelf.passage("heath-2017~0"), shelf.passage("ippr-2007~1")
        self.initiatives = (
            _initiative("aik-saath", "Slough", polish, "an exhibition at the Bentley Priory Museum"),
            _initiative("local-plans", "", local, "share best practice and resources"),
        )

    def fitting(self, need: str, place: str = "", kind: str = "") -> list[Fit]:
        wanted = [one for one in self.initiatives if place in one.entry.place and kind in one.entry.kind]
        return [Fit(one, 1.0) for one in wanted if need in ("", *one.entry.needs)]

    def compare(self, topic: str, themes: Sequence[str], filters: Filters) -> Made | Refusal:
        return self.brief(", ".join((topic, *themes)), filters)

    def brief(self, topic: str, filters: Filters) -> Made | Refusal:
        if topic == "nothing":
            words = "The documents do not say anything about this."
            return Refusal(topic, Outcome.NOT_IN_DOCUMENTS, Reason.NOTHING_FOUND, words, Trace(topic))
        quote = self.initiatives[0].claim.quotes[0]
        blocks = (
            Heading("In short"),
            Paragraph((Piece("8 things we learned: ", "strong"), Piece(f"“{quote.text}”", notes=(1,))), "item"),
            Heading("Sources"),
            Grid(("Document", "Standing"), (((((Piece("8 things we learned"),),), ((Piece("An article."),),))),)),
        )
        paper = Paper(topic, "Briefing of today.", blocks, {1: "8 things we learned, 2017"})
        return Made(paper, (Citation(1, quote.passage, (quote,)),))


def _initiative(id_: str, place: str, passage: Passage, words: str) -> Initiative:
    start = passage.text.index(words)
    entry = Entry(
        id=id_, name=id_, kind="case", place=place, needs=("young people",), source=passage.source_id, quote=words
    )
    claim = Claim(words, (Quote(passage, start, start + len(words)),), spans=((0, len(words)),))
    return Initiative(entry, claim, claim)


class FakeAssistant:
    """`asked` keeps every question with its history; `gate` holds "slow" questions up until it is set."""

    examples = ("What do the reports want from employers?", "How long was the exhibition at Bentley Priory open?")

    def __init__(self) -> None:
        self.shelf = FakeShelf()
        self.asked: list[tuple[str, tuple[Turn, ...], Filters | None]] = []
        self.read_filters: list[bool] = []
        self.gate = threading.Event()
        self.workshop = FakeWorkshop(self.shelf)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        on_stage: Callable[[str], None] = lambda _: None,
        read_filters: bool = True,
        on_said: Tells = unheard,
    ) -> Reply:
        self.asked.append((question, tuple(history), filters))
        self.read_filters.append(read_filters)
        on_stage("Searching the documents")
        if "slow" in question:
            self.gate.wait(20)
        on_stage("Checking every quotation")
        reply = self._reply(question, history)
        if isinstance(reply, Answer):
            self._tell(reply, question, on_said)
        return reply

    def _tell(self, answer: Answer, question: str, on_said: Tells) -> None:
        """Half of the claims, where a question is written "bit by bit"; then it waits at the gate."""
        saying = Saying((), on_said)
        if "bit by bit" in question:
            saying.rest(answer.claims[:2])
            assert self.gate.wait(10), "nobody heard the first of it"
        saying.rest(answer.claims)

    def search(self, text: str, filters: Filters | None = None, most: int = 8) -> list[Hit]:
        found = [self.shelf.passage(id_) for id_ in ("ippr-2007~1", "appg-2017~0", "heath-2017~0")]
        kept = [p for p in found if not filters or not filters.sources or p.source_id in filters.sources]
        return [Hit(passage, 1 / n, n, frozenset({"words"})) for n, passage in enumerate(kept[:most], start=1)]

    def said_json(self, said: Said) -> dict[str, Any]:
        return said_json(said, self.shelf.metadata, date(2026, 11, 21))

    def json(self, reply: Reply) -> dict[str, Any]:
        engine = {"embedding": "none", "index": "none", "version": "test"}
        return reply_json(reply, self.shelf.metadata, engine, date(2026, 11, 21))

    def _reply(self, question: str, history: Sequence[Turn]) -> Reply:
        if "break" in question:
            raise RuntimeError("secret words of a traceback")
        if "Bentley" in question:
            return self._near_miss(question)
        if "settled status" in question:
            words = "I answer from reports on integration and cannot advise on a person's case."
            return Refusal(question, Outcome.OUT_OF_SCOPE, Reason.PERSONAL_CASE, words, Trace(question))
        if "hostile" in question:
            return self._hostile(question)
        return self._both(question, len(history))

    def _quote(self, passage_id: str, words: str) -> Quote:
        passage = self.shelf.passage(passage_id)
        start = passage.text.index(words)
        return Quote(passage, start, start + len(words))

    def _both(self, question: str, earlier: int) -> Answer:
        first = self._quote("ippr-2007~1", _EMPLOYERS[: _EMPLOYERS.index(";")])
        second = self._quote("appg-2017~0", _VOICES[: _VOICES.index(".") + 1])
        third = self._quote("appg-2017~0", "upskill or incentivise their local workforce")
        claims = (
            Claim(first.text, (first,), group="CRE study, 2007", spans=((0, 18),)),
            Claim(second.text, (second,), about="APPG", group="APPG interim report, 2017"),
            Claim(third.text, (third,), group="APPG interim report, 2017", item=True),
        )
        citations = (Citation(1, first.passage, (first,)), Citation(2, second.passage, (second, third)))
        notices = (Notice("dated", "This source dates from 2007. The CRE was replaced by the EHRC.", "high", (1,)),)
        note = f"Asked after {earlier} earlier messages." if earlier else "The two sources speak to different bodies."
        outcome = Outcome.PARTLY_ANSWERED if "partly" in question else Outcome.ANSWERED
        narrowed = (Narrowing("since", "2015", "since 2015"),) if "since 2015" in question else ()
        trace = Trace(question, narrowed=narrowed if self.read_filters[-1] else ())
        return Answer(question, claims, citations, notices, trace, outcome, note, ("And the trade unions?",))

    def _near_miss(self, question: str) -> Refusal:
        quote = self._quote("heath-2017~0", "culminating in an exhibition at the Bentley Priory Museum")
        near = (Citation(1, quote.passage, (quote,)),)
        words = "The documents do not say how long the exhibition was open."
        return Refusal(question, Outcome.NOT_IN_DOCUMENTS, Reason.ATTRIBUTE_MISSING, words, Trace(question), near)

    def _hostile(self, question: str) -> Answer:
        quote = self._quote("hostile~0", HOSTILE)
        claims = (Claim(HOSTILE, (quote,), about=HOSTILE, group=HOSTILE, spans=((0, 4),)),)
        notices = (Notice("source_slip", HOSTILE, "medium", (1,)),)
        citations = (Citation(1, quote.passage, (quote,)),)
        return Answer(question, claims, citations, notices, Trace(question), note=HOSTILE, suggestions=(HOSTILE,))


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    limit = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < limit:
        time.sleep(0.02)
    return held
