"""Fields of a record that musetui does not know: shown as they are, as JSON, within limits."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from musetui.records.text import safe_text

FIELDS_LIMIT = 20
"""Unknown fields of one record that are shown."""

VALUE_LIMIT = 400
"""Characters of one value that are shown."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def json_text(value: object, limit: int = VALUE_LIMIT) -> str:
    """Return *value* as JSON on one line, safe to paint, at most *limit* characters of it.

    No more of it is read than is shown. What JSON or Python cannot write, such as a number of a million digits or
    a nest a thousand deep, is told in words.
    """
    parts: list[str] = []
    room = limit + 1
    try:
        for part in _ENCODER.iterencode(value):
            parts.append(part[:room])
            room -= len(parts[-1])
            if room <= 0:
                break
    except (ValueError, RecursionError):
        return safe_text("".join(parts) + "… (the rest cannot be written)", limit)
    return safe_text("".join(parts), limit)


def extra_fields(extra: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each unknown field, both safe to paint; at the end, how many are not shown."""
    extra = extra or {}
    for place, (name, value) in enumerate(extra.items()):
        if place == FIELDS_LIMIT:
            yield "", f"… and {len(extra) - FIELDS_LIMIT:,} more fields"
            return
        yield safe_text(name, 40), json_text(value)
