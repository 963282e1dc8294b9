"""What can go wrong before there is a Document."""


class IngestError(Exception):
    """The message is shown to the person: it names the thing, what was expected and the next step."""


class CatalogueError(IngestError):
    """`catalogue.toml` cannot be used as it stands."""


class UnreadableFile(IngestError):
    """One file gives no text. `advice` says what its owner can do."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice
