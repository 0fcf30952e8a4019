"""Every error musetui raises on purpose, in one hierarchy that can be caught at three depths."""

EXIT_DEFECT = 3
"""The exit code of whatever met a defect of musetui itself."""


class MuseTuiError(Exception):
    """Anything musetui raises on purpose; its text is one sentence that says what to do."""


class SettingsError(MuseTuiError):
    """A setting does not exist, or its value means nothing."""


class FilterError(MuseTuiError):
    """A filter means nothing.

    Attributes:
        start: the place in its text where what is wrong begins, from 0; its length where something is missing.
        end: the place behind it.
    """

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start = start
        self.end = end


class UnknownNameError(MuseTuiError):
    """What was asked about goes by another name, or is not there."""


class MuseCommandError(MuseTuiError):
    """The installed `muse` cannot be asked, or gave no answer that means anything."""


class BusError(MuseTuiError):
    """A hub of our own cannot be started, or be told what it was to be told."""


class RecordingError(MuseTuiError):
    """A recording cannot be read or written, or is none."""


class RepositoryError(MuseTuiError):
    """There is no Muse repository here, or it cannot be used."""


class RecordError(MuseTuiError):
    """A record cannot be read, is not what it claims to be, or cannot be written."""


class RecordExistsError(RecordError):
    """A write-once record of that name is already there and stays as it is."""


class HubError(MuseTuiError):
    """Something between this repository and its hub did not go as it should."""


class HubRefusedError(HubError):
    """The hub said no, or must not be spoken to as things are: address, identity, rights. Trying again cannot help."""


class NoHubError(HubRefusedError):
    """Nobody said which hub is meant."""


class HubUnknownError(HubRefusedError):
    """The hub shows no such repository: nothing was pushed there yet, or one may not see it."""


class HubUnreachableError(HubError):
    """The hub gave no answer, or has a trouble of its own that passes. Trying again later can help.

    Attributes:
        status: the HTTP status of the answer; 0 where there was none.
    """

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class HubRejectedError(HubError):
    """What was sent, or what was answered, is not what the other side takes.

    Attributes:
        status: the HTTP status of the answer; 0 where the answer itself is what is wrong.
    """

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class HubTooMuchError(HubRejectedError):
    """An answer is larger than one answer may be; to ask for less can help."""
