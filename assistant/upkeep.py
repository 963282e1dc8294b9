"""What the operator of a server does to the shelf without going to its command line: documents, indexing, findings."""

from __future__ import annotations

from assistant.indexing import Indexing
from assistant.report import doctor_lines
from assistant.settings import Settings
from assistant.stock import Stock
from index.embedding import LazyEmbedding
from index.examine import examine


class Upkeep:
    """Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.indexing = Indexing(settings)
        self.stock = Stock(
            settings.paths.corpus,
            settings.paths.data,
            settings.ingest,
            settings.index,
            LazyEmbedding(settings.index.embedding),
        )

    def findings(self) -> tuple[bool, list[str]]:
        """Whether everything is sound, and the lines of `python app.py doctor`. Takes seconds: what serves is opened."""
        found = examine(self._settings.paths.data, self._settings.index)
        return found.sound, doctor_lines(found)
