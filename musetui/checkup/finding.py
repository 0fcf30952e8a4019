"""Findings: what a checkup looked at, how it is, and what to do."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """How what was looked at is."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


class Finding(NamedTuple):
    """One thing that was looked at. Every text may quote others' and is made safe where it is printed.

    Attributes:
        subject: what: a word or two.
        verdict: `wrong` if something that was wanted does not work, `note` if a person should know of it.
        what: how it is, in a clause.
        advice: what to do, where there is something to do.
    """

    subject: str
    verdict: Verdict
    what: str
    advice: str = ""


def fine(subject: str, what: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(subject, Verdict.FINE, what)


def note(subject: str, what: str, advice: str = "") -> Finding:
    """Return a finding that a person should know of."""
    return Finding(subject, Verdict.NOTE, what, advice)


def wrong(subject: str, what: str, advice: str) -> Finding:
    """Return a finding that something does not work."""
    return Finding(subject, Verdict.WRONG, what, advice)
