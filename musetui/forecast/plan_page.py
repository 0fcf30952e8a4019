"""A merge plan as a page of Markdown, to be pasted into a review.

Names and addresses are written by agents nobody vouches for: on the page they are code or escaped text, and neither
markup, nor links, nor mentions of people, nor anything in a command but one word.
"""

import re
from typing import TYPE_CHECKING

from musetui.forecast.plan_summary import SHOWN_IN_MATRIX, checked_out_note, headlines, holders_of, sharing
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


def markdown_page(made: "MergePlan", repository: str, checked_out: str) -> list[str]:
    """Return the lines of a page: the order with its reasons, the hotspots, the matrix, and the commands.

    Args:
        made: the plan.
        repository: the name of what is planned.
        checked_out: the branch that is checked out, "" for none; it is most often the one that all are merged into.
    """
    lines = [f"## Merge plan of {code(repository)}", ""]
    note = checked_out_note(made, checked_out)
    lines += [f"- {prose(line)}" for line in (*headlines(made), *([note] if note else []))]
    if not made.branches:
        return lines
    lines += ["", "### Order", "", "| | branch | addresses | conflicts | rework | strategy | why |"]
    lines.append("|--:|---|--:|--:|--:|---|---|")
    for place, planned in enumerate(made.branches, 1):
        why = prose(planned.reason) + (f". {prose(planned.advice)}" if planned.advice else "")
        lines.append(
            f"| {place} | {code(planned.branch)} | {planned.addresses} | {planned.predicted_conflicts} "
            f"| {planned.rework:.1f} | {planned.strategy.value} | {why} |"
        )
    lines += _reworks(made)
    if made.hotspots:
        lines += ["", "### Hotspots", "", "| address | held by |", "|---|---|"]
        lines += [f"| {code(spot.address)} | {prose(holders_of(spot))} |" for spot in made.hotspots[:SHOWN_HOTSPOTS]]
        rest = made.conflict_hotspots - SHOWN_HOTSPOTS
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
        return [f"# {place}: commit here what is held on the branch itself, if it is the one that is checked out"]
    if not _is_typed(name):
        return [f"# {place}: its name is not one to be typed: merge it by hand"]
    if not planned.reworked:
        return [f"muse merge {shell_word(name)}"]
    lines = [f"# {place}: first see to what it shares with what is merged before it"]
    if _is_typed(planned.reworked_for):
        lines.append(f"muse coord plan-merge {shell_word(name)} {shell_word(planned.reworked_for)}")
    return [*lines, f"muse merge {shell_word(name)}"]


def _is_typed(name: str) -> bool:
    """Return whether a branch's name can stand in a command, and in a block of code, as it is."""
    shown = name.isascii() and name.isprintable() and len(name) <= _NAME_LENGTH
    return bool(name) and shown and not name.startswith("-") and "`" not in name
