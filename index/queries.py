"""Questions as vectors, kept: the same one is asked again, and each is needed by several parts of search."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from index.model import Encoded


class QueryVectors:
    """The vectors of the last `most` questions. They belong to one model, as this does to one index. Safe to share between
    threads."""

    def __init__(self, encode: Callable[[Sequence[str]], list[Encoded]], most: int = 512) -> None:
        self._encode, self._most = encode, most
        self._kept: OrderedDict[str, Encoded] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, text: str) -> Encoded:
        (one,) = self.all([text])
        return one

    def all(self, texts: Sequence[str]) -> list[Encoded]:
        """In the order of `texts`; those that are new go through the model in one batch."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(new, self._encode(new) if new else [], strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return [known[text] for text in texts]
