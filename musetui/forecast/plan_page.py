"""A merge plan as a page of Markdown, to be pasted into a review.

Names and addresses are written by agents nobody vouches for: on the page they are code or escaped text, and neither
markup, nor links, nor mentions of people, nor anything in a command but one word.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from musetui.forecast.plan_summary import (
    COMMIT_HERE,
    SHOWN_IN_MATRIX,
    checked_out_note,
    commit_advice,
    headlines,
    holders_of,
    sharing,
    silence_of,
    supposition,
)
from musetui.forecast.plan_wording import met_words
from musetui.records.shell import shell_word
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.forecast.merge_plan import MergePlan, PlannedBranch

SHOWN_HOTSPOTS = 25
"""Hotspots that a page lists; of more, it tells the number."""

SHOWN_REWORKS = 25
"""Addresses done again that a page lists, those of the earlier branches first; of more, it tells the number."""

_NAME_LENGTH = 120
_PLAIN = re.compile(r"[\w./:@+,=()\[\]<>#*~!?&; -]+")
"""What may stand between two backticks as it is."""

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&!])")
_LINKING = re.compile(r"([@#]|://|www\.)", re.IGNORECASE)


def code(text: str) -> str:
    """Return a name as code, whatever it contains."""
    name = safe_text(text, _NAME_LENGTH)
    if _PLAIN.fullmatch(name) and name == name.strip():
        return f"`{name}`"
    marked = "".join(char if char.isalnum() else f"&#{ord(char)};" for char in name)
    return f"<code>{marked}</code>"


def prose(text: str) -> str:
    """Return a sentence with names in it as nothing but text: no markup, no link, and no mention of anybody."""
    escaped = _MARKUP.sub(r"\\\1", safe_text(text))
    # A comment parts what would be a link or a mention, and is not seen.
    return _LINKING.sub(lambda found: f"{found[0][0]}<!-- -->{found[0][1:]}", escaped)


def markdown_page(made: "MergePlan", repository: str, checked_out: str, now: datetime) -> list[str]:
    """Return the lines of a page: the order with its reasons, the hotspots, the matrix, and the commands.

    Args:
        made: the plan.
        repository: the name of what is planned.
        checked_out: the branch that is checked out, "" for none; it is most often the one that all are merged into.
        now: the moment that the plan is of (aware); the page tells it in UTC, for whoever reads it elsewhere.
    """
    lines = [f"## Merge plan of {code(repository)}", ""]
    lines.append(f"As things stood at {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")
    if supposed := supposition(made):
        lines[-1] += f" This is a *what if*, and has not happened: what is left once {prose(supposed)}."
    note = checked_out_note(made, checked_out)
    lines += ["", *(f"- {prose(line)}" for line in (*headlines(made), *([note] if note else [])))]
    if not made.branches:
        return lines
    lines += ["", "### Order", "", "| | branch | holds | shared | rework | strategy | why |"]
    lines.append("|--:|---|--:|--:|--:|---|---|")
    for place, planned in enumerate(made.branches, 1):
        strategy, advice = planned.strategy.value, planned.advice
        if planned.branch == checked_out:
            strategy, advice = COMMIT_HERE, commit_advice(strategy, advice)
        silence = silence_of(planned.run_ids, planned.last_heard, now)
        why = ". ".join(map(prose, filter(None, (planned.reason, silence, advice))))
        lines.append(
            f"| {place} | {code(planned.branch)} | {planned.addresses} | {planned.shared} "
            f"| {planned.rework:.1f} | {strategy} | {why} |"
        )
    lines += _reworks(made)
    if made.hotspots:
        lines += ["", "### Hotspots", "", "| address | held by |", "|---|---|"]
        lines += [f"| {code(spot.address)} | {prose(holders_of(spot))} |" for spot in made.hotspots[:SHOWN_HOTSPOTS]]
        rest = made.hotspot_count - SHOWN_HOTSPOTS
        if rest > 0:
            lines += ["", f"… and {rest:,} more."]
    lines += _matrix(made)
    lines += ["", "### Commands", "", "On the branch that all are merged into:", "", "```sh"]
    for place, planned in enumerate(made.branches, 1):
        lines += _commands(place, planned, is_checked_out=planned.branch == checked_out)
    return [*lines, "```"]


def _reworks(made: "MergePlan") -> list[str]:
    """Return what is done again by whom, and on top of what."""
    rows = [(place, each) for place, planned in enumerate(made.branches, 1) for each in planned.reworks]
    if not rows:
        return []
    lines = ["", "### Rework", "", "| | does again | at | after |", "|--:|---|---|---|"]
    lines += [
        f"| {place} | {each.change.does} | {code(each.address)} | {prose(met_words(each))} |"
        for place, each in rows[:SHOWN_REWORKS]
    ]
    rest = sum(planned.reworked for planned in made.branches) - len(rows[:SHOWN_REWORKS])
    return [*lines, "", f"… and {rest:,} more."] if rest > 0 else lines


def _matrix(made: "MergePlan") -> list[str]:
    places = sharing(made)[:SHOWN_IN_MATRIX]
    if not places:
        return []
    lines = ["", "### Shared addresses", "", "The same + nested, by place in the order.", ""]
    lines.append("| | " + " | ".join(str(place + 1) for place in places) + " |")
    lines.append("|--:|" + "--:|" * len(places))
    for place in places:
        row = (made.matrix[place][other] for other in places)
        cells = (f"{shared.exact}+{shared.nested}" if any(shared) else "" for shared in row)
        lines.append(f"| {place + 1} | " + " | ".join(cells) + " |")
    return lines


def _commands(place: int, planned: "PlannedBranch", *, is_checked_out: bool) -> list[str]:
    name = planned.branch
    if is_checked_out:
        return [f"# {place}: it is checked out: commit its own work here"]
    if why_not := _not_typed(name):
        return [f"# {place}: merge it by hand, for its name {why_not}"]
    if not planned.reworked:
        return [f"muse merge {shell_word(name)}"]
    lines = [f"# {place}: first see to what it shares with what is merged before it"]
    if not _not_typed(planned.reworked_for):
        lines.append(f"muse coord plan-merge {shell_word(name)} {shell_word(planned.reworked_for)}")
    return [*lines, f"muse merge {shell_word(name)}"]


def _not_typed(name: str) -> str:
    """Say why a branch's name cannot stand in a command, and in a block of code, as it is; "" where it can.

    Letters of any script can: quoted, they mean the same to every shell. What cannot be seen might be another name than
    it seems.
    """
    if not name:
        return "is not known"
    if not name.isprintable():
        return "has characters that cannot be seen"
    if name.startswith("-"):
        return "begins like an option"
    if "`" in name:
        return "has a backtick, which ends a block of code"
    return "" if len(name) <= _NAME_LENGTH else f"has more than {_NAME_LENGTH} characters"
