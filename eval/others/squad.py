"""SQuAD 2.0 (Rajpurkar et al., 2018): questions on paragraphs, about half of which the paragraph does not answer.

Two shapes are read: the published JSON file, and a folder with corpus.jsonl (id, title, text), queries.jsonl (id, text,
paragraph, unanswerable) and answers.jsonl (id, spans as [start, text]).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import CaseError
from eval.load import read_lines
from eval.model import Case
from eval.others.model import Others, Paper, paper_id
from index.sentences import sentences


class Part(BaseModel):
    """What a set says beyond what is used here is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Span(Part):
    text: str
    answer_start: int = Field(ge=0)


class Asked(Part):
    id: str
    question: str
    is_impossible: bool = False
    answers: tuple[Span, ...] = ()


class Paragraph(Part):
    context: str
    qas: tuple[Asked, ...]


class Article(Part):
    title: str
    paragraphs: tuple[Paragraph, ...]


class Squad(Part):
    data: tuple[Article, ...]


class Text(Part):
    id: str
    title: str = ""
    text: str


class Query(Part):
    id: str
    text: str
    paragraph: str
    unanswerable: bool = False


class Answers(Part):
    id: str
    spans: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the paragraph that it was written for; no `spans` where that does not answer it."""

    id: str
    text: str
    title: str
    paragraph: str
    spans: tuple[tuple[int, str], ...]


def read_squad_file(path: Path) -> Others:
    """Raises CaseError that names the place in the file."""
    try:
        squad = Squad.model_validate_json(path.read_text(encoding="utf-8-sig"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise CaseError(f"{path}: {place}: {first['msg']}; expected the JSON of SQuAD 2.0.") from error
    texts = [(article.title, paragraph.context) for article in squad.data for paragraph in article.paragraphs]
    return Others(_papers(texts), tuple(_cases(_of_articles(squad.data))))


def _of_articles(articles: Sequence[Article]) -> Iterator[Question]:
    for article in articles:
        for paragraph in article.paragraphs:
            for asked in paragraph.qas:
                spans = () if asked.is_impossible else tuple((a.answer_start, a.text) for a in asked.answers)
                yield Question(asked.id, asked.question, article.title, paragraph.context, spans)


def read_squad_folder(folder: Path) -> Others:
    """Raises CaseError that names the file and the line."""
    texts, asked = _of_folder(folder)
    return Others(_papers([(text.title, text.text) for text in texts]), tuple(_cases(asked)))


def read_squad_questions(folder: Path) -> list[Question]:
    """Each with its own paragraph. Raises CaseError that names the file and the line."""
    return _of_folder(folder)[1]


def _of_folder(folder: Path) -> tuple[list[Text], list[Question]]:
    texts = {text.id: text for _, text in read_lines(folder / "corpus.jsonl", Text)}
    answers = {line.id: line.spans for _, line in read_lines(folder / "answers.jsonl", Answers)}
    asked = []
    for number, query in read_lines(folder / "queries.jsonl", Query):
        text = texts.get(query.paragraph)
        if text is None:
            raise CaseError(
                f"{folder / 'queries.jsonl'}, line {number}: no paragraph {query.paragraph!r} in the corpus."
            )
        spans = () if query.unanswerable else answers.get(query.id, ())
        asked.append(Question(query.id, query.text, text.title, text.text, spans))
    return list(texts.values()), asked


def _papers(texts: Sequence[tuple[str, str]]) -> tuple[Paper, ...]:
    """A paper for each title, with its paragraphs in order."""
    by_title: dict[str, list[str]] = {}
    for title, text in texts:
        by_title.setdefault(title, []).append(" ".join(text.split()))
    return tuple(Paper(paper_id(title), title.replace("_", " "), tuple(parts)) for title, parts in by_title.items())


def _cases(asked: Sequence[Question] | Iterator[Question]) -> Iterator[Case]:
    for one in asked:
        answers = tuple(dict.fromkeys(text for _, text in one.spans))
        yield Case(
            id=one.id,
            kind="fact" if answers else "near_miss_unanswerable",
            question=one.text,
            answerable=bool(answers),
            gold_sources=(paper_id(one.title),),
            gold_quotes=_sentences_with(one) if answers else (),
            must_contain=(answers,) if answers else (),
        )


def _sentences_with(one: Question) -> tuple[str, ...]:
    """The sentence of the paragraph that holds the first answer, as it will stand on the shelf."""
    start, text = one.spans[0]
    whole = next((s for s in sentences(one.paragraph) if s[0] <= start and start + len(text) <= s[1]), None)
    held = one.paragraph[whole[0] : whole[1]] if whole else text
    return (" ".join(held.split()),)
