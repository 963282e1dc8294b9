"""A place is a folder with `corpus` (documents) and `data` (library and index): made, copied, changed and looked at."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import HOME, AnswerSettings
from eval.hold.vectors import WordVectors
from index.build import BuildReport, Progress, update
from index.embedding import SentenceEmbedding
from index.library import Library, library_path
from index.settings import IndexSettings
from ingest import IngestSettings

_SAID = ("outcome", "text", "claims", "citations", "related", "notices")
SECRET = "Quillingtonfax"
_WORDS = """council garden bus school kettle library river market winter bread choir bridge neighbour letter bicycle harvest
    window football morning teacher ticket story mountain carpet island lantern pencil cellar orchard station""".split()


@dataclass(frozen=True, slots=True)
class Place:
    """The two folders of one shelf."""

    path: Path

    @property
    def corpus(self) -> Path:
        return self.path / "corpus"

    @property
    def data(self) -> Path:
        return self.path / "data"

    def copy_to(self, path: Path) -> Place:
        shutil.copytree(self.path, path)
        return Place(path)


@dataclass(frozen=True, slots=True)
class Look:
    """What is there. `documents`: path -> digest of all that the library holds for it; `replies`: a digest of what each
    says and cites. What was merely found is left out: Chroma's graph of more than a thousand vectors is made by several
    threads, and two of the same vectors are not quite the same."""

    faults: tuple[str, ...]
    documents: dict[str, str]
    fingerprint: str
    replies: tuple[str, ...]
    answered: int


def bring_in(
    corpus: Path,
    root: Path,
    embedding: SentenceEmbedding | None = None,
    settings: IndexSettings | None = None,
    on_progress: Progress = lambda *_: None,
) -> BuildReport:
    """Like `python app.py index`, with a model that needs no weights."""
    return update(corpus, root, IngestSettings(), settings or IndexSettings(), embedding or WordVectors(), on_progress)


def look(data: Path, questions: Sequence[str]) -> Look:
    """Opens what is there and asks it. Raises IndexProblem when nothing serves."""
    with Library(library_path(data)) as library:
        faults, documents = tuple(library.faults()), _documents(library)
    said = ask(data, questions)
    return Look(faults, documents, said.fingerprint, said.digests, said.answered)


@dataclass(frozen=True, slots=True)
class Said:
    """What serves, a digest of each reply, and how many were answers."""

    fingerprint: str
    digests: tuple[str, ...]
    answered: int


def ask(data: Path, questions: Sequence[str]) -> Said:
    """Of what serves, without the library. Raises IndexProblem when nothing does."""
    from assistant.assistant import Assistant  # slow, and a process that is to be killed need not wait for them
    from index.open import open_index

    with open_index(data, IndexSettings(), WordVectors()) as index:
        assistant = Assistant(index.searcher, AnswerSettings())
        replies = [assistant.json(assistant.ask(question)) for question in questions]
        answered = sum(reply["outcome"] in ("answered", "partly_answered") for reply in replies)
        return Said(index.fingerprint, tuple(_digest([reply[part] for part in _SAID]) for reply in replies), answered)


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What was there, what the next run made of it, what lay in `data` then, and which files still held the secret."""

    first: Look
    second: Look
    left: tuple[str, ...]
    secret: tuple[str, ...]


def look_again(place: Place, questions: Sequence[str]) -> LookedAgain:
    first = look(place.data, questions)
    bring_in(place.corpus, place.data)
    second = look(place.data, questions)
    left = tuple(sorted(path.name for path in place.data.iterdir()))
    return LookedAgain(first, second, left, tuple(files_that_hold(place.data, SECRET)))


def _documents(library: Library) -> dict[str, str]:
    states = library.states()
    asked: dict[str, list[str]] = {}
    for passage_id, question, *_ in library.questions():
        asked.setdefault(passage_id, []).append(question)
    held: dict[str, list[object]] = {source_id: [] for source_id in states}
    for passage in library.passages():
        held[passage.source_id].append([passage.id, passage.text, asked.get(passage.id)])
    return {states[source_id][0]: _digest([states[source_id], held[source_id]]) for source_id in states}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def files_that_hold(root: Path, words: str) -> list[str]:
    """Names of the files under `root` whose bytes hold the words, in small or capital letters."""
    wanted = words.lower().encode()
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file() and wanted in path.read_bytes().lower()
    ]


def made_up(draw: random.Random, paragraphs: int) -> str:
    """Text that means nothing, a passage or so to the paragraph, each with a word of its own."""

    def sentence() -> str:
        return f"The {' '.join(draw.choices(_WORDS, k=11))} was near thing{draw.randrange(10**6)}."

    return "\n\n".join(" ".join(sentence() for _ in range(9)) for _ in range(paragraphs))


def write_shelf(corpus: Path, documents: int, draw: random.Random) -> None:
    """The five documents of the project and so many made-up ones of about 35 passages, one of which holds the secret."""
    shutil.copytree(HOME / "corpus", corpus)
    for n in range(documents):
        (corpus / f"made-{n:02d}.txt").write_text(made_up(draw, 35), encoding="utf-8")
    (corpus / "secret.txt").write_text(f"{SECRET} lives in the blue house in Bradley.", encoding="utf-8")


def change_shelf(corpus: Path, draw: random.Random) -> None:
    """Another day: the secret is taken out, one document is other, three are new."""
    (corpus / "secret.txt").unlink()
    (corpus / "made-00.txt").write_text(made_up(draw, 35), encoding="utf-8")
    for n in range(3):
        (corpus / f"new-{n}.txt").write_text(made_up(draw, 12), encoding="utf-8")
