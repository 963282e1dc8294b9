"""Question and history -> Reply: guard, rewrite, search, weigh, draft, verify, note what is dated."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from assistant import guards, language, reading, render
from assistant.clean import clean, clean_lines
from assistant.confidence import SPOKEN_TO, answers, chance, signs
from assistant.errors import AssistantError
from assistant.evidence import Evidence, Scored
from assistant.examples import with_initiatives
from assistant.extract import Extract, named
from assistant.followup import names_pointed_to, search_texts
from assistant.initiatives import Entry, Initiatives
from assistant.missing import Missing, missing, unheard_of, unsaid_figure
from assistant.model import Answer, Citation, Narrowing, Outcome, Reason, Refusal, Reply, Trace, Turn
from assistant.names import Names
from assistant.narrowing import each, joined, label, narrowings
from assistant.notices import NoticeRule, notices_for
from assistant.pen import Model, Pen
from assistant.reading import Reading, facets, read_question
from assistant.refusals import dated, nothing_fits, outcome_of, words_for
from assistant.saying import Said, Saying, Tells, unheard
from assistant.settings import AnswerSettings
from assistant.verify import Vote, number, verify, whole_quotes
from index.model import Filters, Hit
from index.search import Searcher, Versus
from index.shelf import Shelf
from index.words import content_words, stem, stems

Stage = Callable[[str], None]
VERSION = "0.1.0"
_NAMED_SAYS = 0.04  # the chance from which a source that was asked for by name is heard
_AS_LIKELY = 0.6  # of the likeliest part's chance: from there a part is taken to be spoken to
_THE_SAME = 0.755  # from here on nearly all that were read asked for the very same thing
_HOLDS_NAMES = 0.06
_NOTE = 0.03
_BY_WORDS_ALONE = "Search by meaning does not work just now; this was found by its words alone."
_OWN = 0.3
_NEAR_ENOUGH = 0.45  # late interaction from which a sentence is shown beside a refusal
_NEAR_BOTH = 0.35  # the same for a follow-up with the question before it: no sentence is near all of the words of two
_FIRST = 3  # hits that a reading of a follow-up is judged by
_NAMED = 0.3  # about half of what parts a first hit from a tenth


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: `chance` is how likely it speaks to the question, `sure` how likely it answers it; `follows`
    tells that the text searched for holds more than the question, from what was said before it."""

    search_text: str
    hits: tuple[Hit, ...]
    scored: tuple[Scored, ...]
    signs: dict[str, float]
    chance: float
    parts: tuple[Found, ...] = ()
    versus: Versus | None = None
    sure: float = 0.0
    follows: bool = False


@dataclass(slots=True)
class _Clock:
    """Milliseconds by step."""

    started: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)
    spent: dict[str, float] = field(default_factory=dict)

    def mark(self, step: str) -> None:
        now = time.perf_counter()
        self.spent[step] = self.spent.get(step, 0.0) + (now - self.last) * 1000
        self.spent["total"] = (now - self.started) * 1000
        self.last = now


class Assistant:
    """Safe to share between threads: it keeps nothing about a conversation."""

    def __init__(
        self,
        searcher: Searcher,
        settings: AnswerSettings,
        rules: tuple[NoticeRule, ...] = (),
        engine: dict[str, str] | None = None,
        today: Callable[[], date] = date.today,
        initiatives: Sequence[Entry] = (),
        model: Model | None = None,
        votes: Sequence[Vote] = (),
    ) -> None:
        self.searcher, self.settings, self.rules, self.model, self.votes = searcher, settings, rules, model, votes
        self.shelf: Shelf = searcher.shelf
        self.names = Names(searcher)
        self.engine = {"embedding": "", "index": "", **(engine or {}), "version": VERSION}
        self.today = today
        self.writer = Extract(searcher, settings.most_support)
        self.initiatives = Initiatives(initiatives, searcher)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        on_stage: Stage = lambda _: None,
        read_filters: bool = True,
        on_said: Tells = unheard,
    ) -> Reply:
        """Never raises for what a person may type; a question that cannot be answered gives a Refusal. Without
        `read_filters` only the person's own filters narrow the search, whatever the question asks to be searched.
        `on_said` hears each statement of the reply as soon as it stands, all of them before this returns."""
        history = [
            replace(turn, content=clean_lines(turn.content[: self.settings.max_question_chars])) for turn in history
        ]
        asked = clean(question)[: self.settings.max_question_chars + 1]  # the one more tells that there was more
        pen = Pen(self.model, any(map(guards.holds_personal_data, [asked, *(turn.content for turn in history)])))
        saying = Saying(self.votes, on_said)
        return pen.signed(self._reply(asked, history, filters or Filters(), on_stage, read_filters, pen, saying))

    def _reply(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters,
        on_stage: Stage,
        read_filters: bool,
        pen: Pen,
        saying: Saying,
    ) -> Reply:
        clock = _Clock()
        asked, stopped = self._guard(question)
        if stopped:
            return self._refuse(asked, stopped, clock)
        read = self.read(asked, filters, read_filters)
        if not self.shelf.select(read.filters):
            return self._refuse(asked, Reason.FILTER_EXCLUDES_ALL, clock, read=read)
        on_stage("Searching the documents")
        found = self.find(read, history, pen)
        clock.mark("search")
        if not found.scored:
            return self._refuse(asked, Reason.NOTHING_FOUND, clock, found, read)
        on_stage("Reading what was found")
        gap, sure = self._why_not(read, found, history)
        found = replace(found, sure=sure)
        if gap:
            return self._refuse(asked, gap.reason, clock, found, read, gap)
        return self._answer(read, found, clock, on_stage, pen, saying)

    def json(self, reply: Reply) -> dict[str, Any]:
        """The reply as every face gives it."""
        return render.reply_json(reply, self.shelf.metadata, self.engine, self.today())

    def said_json(self, said: Said) -> dict[str, Any]:
        """A statement as it was told, with the citations that it rests on: both in the form that they have in the reply."""
        return render.said_json(said, self.shelf.metadata, self.today())

    def search(self, text: str, filters: Filters | None = None, most: int = 8) -> list[Hit]:
        """The passages nearest to the words, best first: for a program that reads for itself."""
        words = clean(text)[: self.settings.max_question_chars]
        return self.searcher.search(words, filters or Filters(), most) if words else []

    @property
    def examples(self) -> list[str]:
        """Questions to begin with, from those that the catalogue gives for each document."""
        return [question for about in self.shelf.metadata.values() for question in about.examples]

    def known_sources(self, ids: Sequence[str]) -> frozenset[str]:
        """The same ids as a set. Raises AssistantError that names one that is not on the shelf."""
        for id_ in ids:
            if id_ not in self.shelf.sources:
                raise AssistantError(f"There is no source '{id_}'. There are: {', '.join(sorted(self.shelf.sources))}.")
        return frozenset(ids)

    # before the search

    def read(self, asked: str, filters: Filters | None = None, read_filters: bool = True) -> Reading:
        """The question as it is understood: kind, names, what it narrows the search to."""
        filters = filters or Filters()
        if foreign := self._other_language(asked):
            return Reading(asked, reading.Kind.GENERAL, (), (), filters, language=foreign)
        read = read_question(asked, self.shelf.metadata)
        read = replace(read, names=read.names or self.names.typed_small(asked))
        narrowed = narrowings(asked, self.shelf.metadata)
        return replace(read, narrowed=narrowed, filters=joined(filters, narrowed) if read_filters else filters)

    def _guard(self, question: str) -> tuple[str, Reason | None]:
        """The question that is to be searched, or why there is none."""
        if len(question) > self.settings.max_question_chars:
            return question[: self.settings.max_question_chars], Reason.TOO_LONG
        if not any(letter.isalnum() for letter in question):
            return question, Reason.EMPTY_QUESTION
        if language.foreign_language(question, self.knows) and not self.searcher.parts.embedding.multilingual:
            return question, Reason.OTHER_LANGUAGE
        rest, ordered = guards.without_orders(question)
        if ordered and not rest:
            return question, Reason.INSTRUCTIONS
        if guards.is_personal_case(rest):
            return question, Reason.PERSONAL_CASE
        if guards.is_off_topic(rest):
            return question, Reason.OFF_TOPIC
        return rest, None

    def _other_language(self, text: str) -> str | None:
        """The code of a language other than English that the text is in, where the model reads such; None elsewhere."""
        return language.foreign_language(text, self.knows) if self.searcher.parts.embedding.multilingual else None

    def knows(self, word: str) -> bool:
        """Whether a word stands in the documents, in some form."""
        return self.searcher.parts.lexical.known(stem(word))

    # the search

    def find(self, read: Reading, history: Sequence[Turn] = (), pen: Pen | None = None) -> Found:
        """The likeliest of the ways to read the question in its conversation, by what each finds; with what each part of it
        finds when it asks several things."""
        texts = search_texts(read.question, history)
        if pen and texts != [read.question]:
            texts += pen.reworded(read.question, history)
        asked = self._facets(read) if texts == [read.question] else []
        self.searcher.encode.all([self._wanted(text)[1] for text in (*texts, *(facet.text for facet in asked))])
        own = "" if texts == [read.question] else read.question
        tried = [self._find_one(read, text, read.filters, own) for text in texts]
        whole = max(tried, key=lambda found: found.chance * (self._speaks_to(own, found.hits[:_FIRST]) if own else 1.0))
        if not asked:
            return whole
        parts = [self._find_one(read, facet.text, _within(read.filters, facet.sources)) for facet in asked]
        least = max([SPOKEN_TO, *(part.chance * _AS_LIKELY for part in parts)])
        # Who names a source is owed the nearest that it says, also when it says less to the point than another.
        kept = [
            part
            for facet, part in zip(asked, parts, strict=True)
            if part.scored and part.chance >= (_NAMED_SAYS if facet.sources else least)
        ]
        return replace(whole, parts=tuple(kept))

    def _facets(self, read: Reading) -> list[reading.Facet]:
        """The parts of the question, less those about sources that the person has not chosen."""
        chosen = read.filters.sources
        return [f for f in facets(read, self.shelf.metadata) if not (chosen and f.sources) or chosen & f.sources]

    def hits_for(self, question: str, history: Sequence[Turn] = ()) -> tuple[Hit, ...]:
        """What is found for a question in its conversation, without an answer made of it."""
        return self.find(self.read(clean(question)), history).hits

    def _wanted(self, text: str) -> tuple[str, str]:
        """The text with its words spelt right; and less the names of sources, which say where to look and not what for."""
        spells = self.searcher.settings.spelling and not self._other_language(text)
        spelled = self.searcher.speller.correct(text) if spells else text
        return spelled, reading.without_sources(spelled, reading.named_sources(spelled, self.shelf.metadata))

    def _speaks_to(self, own: str, hits: Sequence[Hit]) -> float:
        """How well the best of the hits matches what a follow-up says by itself, 0 to 1: what was asked before is longer, and
        would else outweigh it."""
        return max(self._own_scores(own, hits).values(), default=0.0)

    def _own_scores(self, own: str, hits: Sequence[Hit]) -> dict[str, float]:
        words = " ".join(content_words(self._wanted(own)[1])) or own
        return self.searcher.parts.tokens.scores(self.searcher.encode(words), [hit.passage.id for hit in hits])

    def _find_one(self, read: Reading, text: str, filters: Filters, own: str = "") -> Found:
        """`own` is what a follow-up says by itself, when `text` also holds what was asked before."""
        spelled, wanted = self._wanted(text)
        named = reading.named_sources(spelled, self.shelf.metadata)
        most = max(self.settings.passages, self.searcher.settings.top_k)
        proposed = self.searcher.search(wanted, filters, 2 * most)
        follows = bool(own) and own != text
        if follows:
            scores = self._own_scores(own, proposed)
            proposed = [replace(hit, score=hit.score + _OWN * scores[hit.passage.id]) for hit in proposed]
        hits = tuple(self._preferring(frozenset(named), read.names, proposed)[:most])
        if not hits:
            return Found(spelled, (), (), {}, 0.0, follows=follows)
        scored = tuple(Evidence(self.searcher, read, wanted).score(hits[: self.settings.passages]))
        if not scored:
            return Found(spelled, hits, (), {}, 0.0, follows=follows)
        versus = None if read.language else self.searcher.unanswerable(wanted, hits)
        found = signs(self.searcher, wanted, hits, scored, versus)
        return Found(spelled, hits, scored, found, chance(found), versus=versus, follows=follows)

    def _preferring(self, named: frozenset[str], names: Sequence[str], hits: list[Hit]) -> list[Hit]:
        """The hits anew in order, a little ahead those of a source that the question names, those that hold the names in
        the question, and behind the rest the notes at the foot of a page."""
        if not self.searcher.settings.named:
            named, names = frozenset(), ()
        telling = [stems(name) for name in names]

        def score(hit: Hit) -> float:
            held = set(stems(self.shelf.embedded[hit.passage.id])) if telling else set()
            holds = bool(telling) and all(held.intersection(name) for name in telling)
            from_named = hit.passage.source_id in named
            return hit.score + _NAMED * from_named + _HOLDS_NAMES * holds - _NOTE * (hit.passage.kind == "notes")

        raised = sorted((replace(hit, score=score(hit)) for hit in hits), key=lambda hit: -hit.score)
        return [replace(hit, rank=n) for n, hit in enumerate(raised, start=1)]

    def _why_not(self, read: Reading, found: Found, history: Sequence[Turn]) -> tuple[Missing | None, float]:
        """Why what was found is no answer, None when it is one; and how likely it is to be one."""
        if not read.language and not content_words(found.search_text):
            return Missing(Reason.EMPTY_QUESTION), 0.0
        # Each part of several is spoken to by itself, and what is missing is looked for in single questions.
        several = len(found.parts) >= 2
        gap = None if several or read.language else self._missing(read, found, history)
        if gap and not found.versus:
            return gap, 0.0
        sure = answers(found.signs, gap.sign if gap else "", 1.0 if several else found.chance)
        if sure >= self.settings.refuse_below:
            return None, sure
        named = gap if gap and (gap.names or gap.unsaid) else None
        return named or self._unsaid(found) or gap or Missing(Reason.WEAK_EVIDENCE), sure

    def _missing(self, read: Reading, found: Found, history: Sequence[Turn]) -> Missing | None:
        sure = 0.0 if found.versus else found.chance  # near certainty is weighed against it later
        if read.types and not read.names and found.follows:  # "what did it cost?"
            read = replace(read, names=names_pointed_to(found.search_text, history))
        gap = missing(self.searcher, self.names, read, found.hits, found.scored, sure)
        # Of documents that nobody predicted questions from, it may be their own words that are unheard of.
        return gap or (unheard_of(self.searcher, found.search_text) if found.versus else None)

    def _unsaid(self, found: Found) -> Missing | None:
        """What the question asks for, when it is plainly one of those that are known not to be answered."""
        if not found.versus or found.versus.near.same < _THE_SAME:
            return None
        like = found.versus.near.like
        if like.outside:
            return Missing(Reason.PERSONAL_CASE if like.outside == "person" else Reason.OFF_TOPIC)
        return Missing(Reason.ATTRIBUTE_MISSING, unsaid=like.missing)

    # the reply

    def _answer(self, read: Reading, found: Found, clock: _Clock, on_stage: Stage, pen: Pen, saying: Saying) -> Reply:
        draft = self.writer.draft(read, found.scored, [part.scored for part in found.parts])
        if len(found.parts) < 2 and (gap := unsaid_figure(read, draft)):
            return self._refuse(read.question, gap.reason, clock, found, read, gap)
        draft = with_initiatives(draft, read, self.initiatives)
        told = replace(read, question=found.search_text)
        draft = pen.write(told, found.hits, found.scored, draft, on_stage, saying.hear)
        clock.mark("draft")
        on_stage("Checking every quotation")
        verified = verify(draft, self.votes)
        if not verified.claims:
            return self._refuse(read.question, Reason.NOT_SUPPORTED, clock, found, read)
        saying.rest(verified.claims)
        citations = number(verified.claims)
        notices = notices_for(read.question, citations, self.rules, self.shelf.metadata, self.today())
        clock.mark("verify")
        trace = replace(self._trace(found, clock, read), dropped=verified.dropped)
        outcome = Outcome.PARTLY_ANSWERED if draft.partly else Outcome.ANSWERED
        spoken = language.beside_answer(read.language) if read.language else ""
        note = " ".join(filter(None, (spoken or draft.note or self._how_read(read, citations), self._outage())))
        return Answer(read.question, verified.claims, citations, notices, trace, outcome, note)

    def _outage(self) -> str:
        return _BY_WORDS_ALONE if self.searcher.outage else ""

    def _how_read(self, read: Reading, citations: Sequence[Citation]) -> str:
        """Which document "the report" was taken for, when the question leaves it open."""
        sources = list(dict.fromkeys(c.passage.source_id for c in citations))
        if not read.vague or len(self.shelf.sources) < 2:
            return ""
        others = [named(self.shelf.metadata[id_]) for id_ in sorted(self.shelf.sources) if id_ not in sources]
        taken = " and ".join(named(self.shelf.metadata[id_]) for id_ in sources)
        return (
            f"I took “the {read.vague}” to mean {taken}. If you meant another, name it: {'; '.join(others)}."
            if others
            else ""
        )

    def _refuse(
        self,
        question: str,
        reason: Reason,
        clock: _Clock,
        found: Found | None = None,
        read: Reading | None = None,
        gap: Missing | None = None,
    ) -> Refusal:
        text = words_for(reason, gap.names, gap.types, gap.unsaid) if gap else words_for(reason)
        if read and reason is Reason.FILTER_EXCLUDES_ALL:
            text = nothing_fits([(label(one, self.shelf.metadata), one.words) for one in _applied(read)])
        if reason is Reason.OTHER_LANGUAGE:
            text = language.advice(language.foreign_language(question, self.knows) or "")
        if read and read.language and found:
            text = language.beside_refusal(read.language, text)
        titles = [named(self.shelf.metadata[id_]) for id_ in reading.named_sources(question, self.shelf.metadata)]
        date = dated(question, titles) if gap and gap.reason is Reason.ATTRIBUTE_MISSING else ""
        text = " ".join(filter(None, (text, date, self._outage() if found else "")))
        nearest = self._nearest(found) if found and gap and reason is not Reason.EMPTY_QUESTION else ()
        clock.mark("draft")
        trace = self._trace(found, clock, read, question)
        return Refusal(question, outcome_of(reason), reason, text, trace, nearest)

    def _nearest(self, found: Found) -> tuple[Citation, ...]:
        """The best sentence of each of the two best places, if they are near at all, with what it points back to."""
        kept: list[Scored] = []
        for one in found.scored:
            near = one.late >= (_NEAR_BOTH if found.follows else _NEAR_ENOUGH) and not one.unit.fragment
            if near and all(one.unit.passage.id != other.unit.passage.id for other in kept):
                kept.append(one)
        return tuple(
            Citation(n, one.unit.passage, tuple(whole_quotes(*self.writer.claim(one.unit).support[0])))
            for n, one in enumerate(kept[:2], start=1)
        )

    def _trace(self, found: Found | None, clock: _Clock, read: Reading | None, question: str = "") -> Trace:
        filters, narrowed = (read.filters, _applied(read)) if read else (Filters(), ())
        if found is None:
            return Trace(question, (), filters, narrowed, dict(clock.spent))
        features = {**found.signs, "chance": found.sure}
        return Trace(found.search_text, found.hits, filters, narrowed, dict(clock.spent), features)


def _applied(read: Reading) -> tuple[Narrowing, ...]:
    """The filters one by one: what the question asked for where that narrows the search, else what the person set."""
    from_question = {(one.field, one.value): one for one in read.narrowed}
    return tuple(from_question.get((one.field, one.value), one) for one in each(read.filters))


def _within(filters: Filters, sources: frozenset[str]) -> Filters:
    """The filters, narrowed to the sources that one part of the question is about."""
    if not sources:
        return filters
    return replace(filters, sources=filters.sources & sources if filters.sources else sources)
