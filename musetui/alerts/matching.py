"""Whether an occurrence is one that a rule is about: what is cheap to know is asked first."""

from fnmatch import fnmatchcase

from musetui.alerts.rule import Rule
from musetui.forecast.conflict import ConflictKey
from musetui.forecast.stale import Severity, StaleKey
from musetui.news.kinds import NewsKind
from musetui.news.occurrence import Occurrence
from musetui.news.teller import Teller


def hears_of_ends(rule: Rule) -> bool:
    """Return whether *rule* is about conflicts that have ended."""
    return NewsKind.CONFLICT_ENDED in rule.on


def is_about(rule: Rule, occurrence: Occurrence, teller: Teller) -> bool:
    """Return whether *rule* is about *occurrence*, whatever its severity and however long it has lasted."""
    if occurrence.kind not in rule.on:
        return False
    key = occurrence.key
    if rule.risk and not (occurrence.risk is not None and occurrence.risk.value in rule.risk):
        return False
    if rule.kind and not (isinstance(key, ConflictKey) and key.conflict_type.value in rule.kind):
        return False
    if rule.reason and not (isinstance(key, StaleKey) and key.reason.value in rule.reason):
        return False
    if not (rule.run or rule.branch or rule.address):
        return True
    news = teller.tell(occurrence)
    asked = ((rule.run, news.runs), (rule.branch, news.branches), (rule.address, news.addresses))
    return all(not pattern or any(fnmatchcase(each, pattern) for each in there) for pattern, there in asked)


def is_severe(rule: Rule, occurrence: Occurrence, teller: Teller) -> bool:
    """Return whether what is stuck is as bad as *rule* asks; that may differ from one moment to the next.

    A rule that names neither severity nor reason is about what is medium and worse, as the header is.
    """
    if not rule.severity and (rule.reason or occurrence.kind is not NewsKind.STALE):
        return True
    severity = teller.severity(occurrence)
    return severity is not None and (severity.value in rule.severity if rule.severity else severity is not Severity.LOW)
