"""What can go wrong between Documents and Hits. Each message names the thing, what was expected and the next step."""


class IndexProblem(Exception):
    """Base class: catch it where a person can be told."""


class IndexMissing(IndexProblem):
    """There is no generation to search."""


class IndexStale(IndexProblem):
    """The index was made with other settings, another model or another version of Chroma."""


class IndexDamaged(IndexProblem):
    """A derived file does not match its digest, or the library cannot be read."""


class IndexUnproved(IndexProblem):
    """No process could be started to check a generation: nothing is known against it."""


class IndexBusy(IndexProblem):
    """Another process is writing."""


class ModelUnusable(IndexProblem):
    """The embedding model is absent or is not the one that was promised."""
