"""What can go wrong between a question and a reply. "I do not know" is not among them: that is a Refusal."""


class AssistantError(Exception):
    """The message is shown to the person."""


class CorpusFileError(AssistantError):
    """A curated file beside the documents (notices, initiatives) cannot be used."""


class SettingsError(AssistantError):
    """A settings file or variable is wrong."""
