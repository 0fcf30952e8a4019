"""The ways by which an alert reaches a person or a program."""

from enum import StrEnum


class Way(StrEnum):
    """A way; the value is the name in settings. A command and a webhook are told by keys of their own."""

    TOAST = "toast"
    BELL = "bell"
    DESKTOP = "desktop"
    OSC9 = "osc9"
    OSC777 = "osc777"


NOTICES = (Way.DESKTOP, Way.OSC9, Way.OSC777)
"""The desktop's notices: by the sequence that the terminal is known for, or by a certain one."""
