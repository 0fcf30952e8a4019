"""Every error musetui raises on purpose, in one hierarchy that can be caught at three depths."""


class MuseTuiError(Exception):
    """Anything musetui raises on purpose; its text is one sentence that says what to do."""


class SettingsError(MuseTuiError):
    """A setting does not exist, or its value means nothing."""


class BusError(MuseTuiError):
    """A hub of our own cannot be started, or be told what it was to be told."""


class RepositoryError(MuseTuiError):
    """There is no Muse repository here, or it cannot be used."""


class RecordError(MuseTuiError):
    """A record cannot be read, is not what it claims to be, or cannot be written."""


class RecordExistsError(RecordError):
    """A write-once record of that name is already there and stays as it is."""
