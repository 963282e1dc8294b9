"""Which form a set has, by its name and its first line."""

from __future__ import annotations

from pathlib import Path

from eval.errors import CaseError
from eval.others.model import Others
from eval.others.mtrag import read_mtrag
from eval.others.sheet import read_sheet
from eval.others.squad import read_squad_file, read_squad_folder
from eval.sources import read_sources
from ingest import load_catalogue, scan

FORMS = (
    "a SQuAD 2.0 file (.json), a folder with corpus.jsonl, queries.jsonl and answers.jsonl, conversations in the form of "
    "mtRAG (.jsonl), or a sheet with the columns question, expected answer and expected source (.csv, .xlsx)"
)
_SHEETS = (".csv", ".tsv", ".xlsx", ".xlsm")


def read_others(path: Path, corpus: Path) -> Others:
    """`corpus` is the shelf that a sheet asks about; the other forms bring their own documents. Raises CaseError."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise CaseError(f"{path} is not there; expected {FORMS}.")
    ending = path.suffix.lower()
    if ending in _SHEETS:
        return read_sheet(path, read_sources(corpus), _names(corpus))
    if ending == ".json":
        return read_squad_file(path)
    if ending == ".jsonl":
        return read_mtrag(path)
    raise CaseError(f"{path}: unknown form; expected {FORMS}.")


def _folder(folder: Path) -> Others:
    missing = [name for name in ("corpus.jsonl", "queries.jsonl", "answers.jsonl") if not (folder / name).is_file()]
    if missing:
        raise CaseError(
            f"{folder} has no {' and no '.join(missing)}; expected {FORMS}. A BEIR folder: python -m eval beir."
        )
    return read_squad_folder(folder)


def _names(corpus: Path) -> dict[str, str]:
    """All that a document may be called, in small letters -> its id."""
    catalogue = load_catalogue(corpus)
    names: dict[str, str] = {}
    for file in scan(corpus, catalogue).found:
        entry = catalogue.entry(file.path)
        said = [file.source_id, file.path, Path(file.path).name, Path(file.path).stem]
        said += [entry.title, entry.short_title, *entry.aliases] if entry else []
        names |= {one.casefold(): file.source_id for one in said if one}
    return names
