"""Files -> Documents."""

from ingest.catalogue import Catalogue, load_catalogue
from ingest.errors import CatalogueError, IngestError, UnreadableFile
from ingest.model import Document, Locator, Metadata, PageStart, ReadWarning, Section, Skipped
from ingest.reading import READING, read_file
from ingest.settings import IngestSettings
from ingest.shelf import FoundFile, Scan, scan

__all__ = [
    "READING",
    "Catalogue",
    "CatalogueError",
    "Document",
    "FoundFile",
    "IngestError",
    "IngestSettings",
    "Locator",
    "Metadata",
    "PageStart",
    "ReadWarning",
    "Scan",
    "Section",
    "Skipped",
    "UnreadableFile",
    "load_catalogue",
    "read_file",
    "scan",
]
