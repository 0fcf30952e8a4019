"""Refusals: why something is no record, in a sentence of our own: the field, what is there, and what should be there.

A validator speaks to who wrote the model. This speaks to who finds a file among their problems, and quotes what agents
wrote only as safe text, and little of it.
"""

import re
from typing import Any

from pydantic import ValidationError

from musetui.records.text import safe_text

MOMENT = "a moment like 2026-03-18T12:00:00Z, between the years 1970 and 9000"
"""What a field whose name ends in `_at` must be; the bounds are those of `records.models`."""

_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a JSON object",
    "model_type": "a JSON object",
}
_VERSION = "text, or a whole number from 0 on"
_SENTENCE_LIMIT = 240
_QUOTED = 40
"""Characters of what is there that are quoted."""

_PLACE = re.compile(r" at line (\d+) column (\d+)$")


def reason_of(error: ValidationError) -> str:
    """Return the first thing that is wrong, in one line of safe text."""
    first = error.errors(include_url=False)[0]
    kind, loc, found = first["type"], first["loc"], first.get("input")
    if kind == "json_invalid":
        return not_json(first["msg"].removeprefix("Invalid JSON: "))
    field = str(loc[0]) if loc else ""
    place = safe_text(field, _QUOTED)
    # Past the field's name, only places in a list tell a person something; the rest names branches of the model.
    place += "".join(f" (item {part + 1:,})" for part in loc[1:] if isinstance(part, int))
    if not place:
        return "not a JSON object"
    if kind == "missing":
        return f"{place} is missing"
    return safe_text(_sentence(place, field, kind, found, first.get("ctx", {})), _SENTENCE_LIMIT)


def not_json(message: str) -> str:
    """Return where a text stops being JSON, of which a parser says *message*."""
    at = _PLACE.search(message)
    where = f"line {int(at[1]):,}, column {int(at[2]):,}" if at is not None else "some place"
    if "EOF" in message:
        return f"not JSON: it ends too early, at {where}"
    if "recursion" in message:
        return "not JSON that can be read: it is nested too deep"
    return f"not JSON: something else stands at {where}"


def _sentence(place: str, field: str, kind: str, found: Any, context: dict[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return f"{place} is no id (1 to 128 letters, digits, '-', '_' or ':'), but {described(found)}"
    if kind == "string_too_long":
        return f"{place} has {len(found):,} characters, and may have {context['max_length']:,}"
    if kind == "too_long":
        return f"{place} is {described(found)}, and may be one of {context['max_length']:,}"
    if field.endswith("_at"):
        expected = MOMENT
    elif field == "schema_version":
        expected = _VERSION
    else:
        expected = _EXPECTED.get(kind, "a whole number")
    return f"{place} is {described(found)}, and not {expected}"


def described(value: Any) -> str:
    """Return what JSON has in some place, in a few words; of text no more than its beginning."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{safe_text(value, _QUOTED)}"' if value else "an empty text"
    if isinstance(value, int | float):
        return f"the number {safe_text(value, _QUOTED)}"
    if isinstance(value, dict):
        return "a JSON object"
    return f"a list of {len(value):,}" if isinstance(value, list | tuple) else "something else"
