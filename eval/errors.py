"""What an evaluation cannot go on with."""


class EvalError(Exception):
    """The message is shown to the person: it names the thing, what was expected and the next step."""


class CaseError(EvalError):
    """A file of cases cannot be used as it stands; the line and the field are named."""


class FolderError(EvalError):
    """A run folder does not fit what is asked of it."""
