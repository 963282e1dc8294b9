"""Text that remembers where something was left out of it and where pages begin, while it is cut and joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.model import PageStart


@dataclass(frozen=True, slots=True)
class Prose:
    """`cuts` and `pages` are offsets into `text`, as in `ingest.model.Section`."""

    text: str
    cuts: tuple[int, ...] = ()
    pages: tuple[PageStart, ...] = ()

    def __add__(self, other: Prose) -> Prose:
        return join((self, other))

    def without(self, start: int, end: int) -> Prose:
        """The same text with `start:end` left out and the place remembered."""
        gone = end - start
        cuts = {cut if cut <= start else max(start, cut - gone) for cut in self.cuts} | {start}
        pages = tuple(p if p.offset <= start else replace(p, offset=max(start, p.offset - gone)) for p in self.pages)
        return Prose(self.text[:start] + self.text[end:], tuple(sorted(cuts)), pages)

    def free_of(self, mark: str) -> Prose:
        """The same text without a mark that was never in the source: no cut."""
        prose = self
        while (at := prose.text.find(mark)) >= 0:
            cuts = tuple(cut - (cut > at) for cut in prose.cuts)
            pages = tuple(replace(page, offset=page.offset - (page.offset > at)) for page in prose.pages)
            prose = Prose(prose.text[:at] + prose.text[at + len(mark) :], cuts, pages)
        return prose

    def cut_before(self) -> Prose:
        """The same text, with something left out in front of it."""
        return replace(self, cuts=tuple(sorted({0, *self.cuts})))


def join(parts: Iterable[Prose], separator: str = "") -> Prose:
    """All parts in one, the separator between them."""
    texts: list[str] = []
    cuts: list[int] = []
    pages: list[PageStart] = []
    at = 0
    for part in parts:
        if texts and separator:
            texts.append(separator)
            at += len(separator)
        texts.append(part.text)
        cuts += [cut + at for cut in part.cuts]
        pages += [replace(page, offset=page.offset + at) for page in part.pages]
        at += len(part.text)
    return Prose("".join(texts), tuple(sorted(set(cuts))), tuple(pages))
