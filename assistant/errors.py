"""What can go wrong between a question and a reply. "I do not know" is not among them: that is a Refusal."""


class AssistantError(Exception):
    """The message is shown to the person."""


class CorpusFileError(AssistantError):
    """A curated file beside the documents (notices, initiatives) cannot be used."""


class SettingsError(AssistantError):
    """A settings file or variable is wrong."""


class PromptError(AssistantError):
    """A prompt file is missing or its variables are not those that the code fills."""


class ModelUnavailable(AssistantError):
    """The language model cannot be used just now. The message ends a sentence that begins "The language model".

    `dropped` are sentences that it did write and that may not be shown, each with the reason before it.
    """

    def __init__(self, why: str, dropped: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.dropped = dropped
