"""Two files of results beside each other: `python -m benchmarks --compare OLD NEW`."""

import json
from pathlib import Path
from typing import Any

HEAD = "| what | before | after | ratio before | after | goal |\n|---|---|---|---|---|---|"


def compared(old: Path, new: Path) -> str:
    """Return a table of the rows of both files, those of *new* first in their order, then what only *old* has.

    Raises:
        ValueError: if one of them holds no results.
    """
    before, after = _read(old), _read(new)
    rows_before = {row["what"]: row for row in before["rows"]}
    rows_after = {row["what"]: row for row in after["rows"]}
    lines = [f"before: {before['machine']}", f"after:  {after['machine']}", "", HEAD]
    for what in rows_after | rows_before:
        was, now = rows_before.get(what, {}), rows_after.get(what, {})
        told = (what, _figure(was), _figure(now), _ratio(was), _ratio(now), (now or was).get("goal", ""))
        lines.append(f"| {' | '.join(told)} |")
    return "\n".join(lines)


def _read(page: Path) -> dict[str, Any]:
    try:
        found = json.loads(page.read_text())
        if isinstance(found["machine"], str) and all("what" in row for row in found["rows"]):
            return dict(found)
    except (ValueError, TypeError, KeyError):
        pass
    raise ValueError(f"{page} holds no results of `python -m benchmarks --json`")


def _figure(row: dict[str, Any]) -> str:
    return str(row.get("figure") or "–")


def _ratio(row: dict[str, Any]) -> str:
    ratio = row.get("ratio")
    return "" if ratio is None else f"{ratio:.2f} ×"
