"""Put into the pages what is made from the code: the README's table of keys, the settings' page and its JSON schema.

Run by `make pages`, and by `make screenshots`. Tests find out where a page tells something else than the code does.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from musetui.settings.describe import plain_table, schema_text, tables_text
from musetui.tui.actions import keys_table
from musetui.tui.vocabulary.table import fields_tables

ROOT = Path(__file__).parents[1]

PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"keys": keys_table},
    "docs/filters.md": {"fields": fields_tables},
    "docs/settings.md": {"settings": plain_table, "tables": tables_text},
}
"""What stands between which marks (`<!-- name -->` and `<!-- /name -->`) of which page."""

SCHEMA = "docs/settings.schema.json"


def put(text: str, name: str, made: str) -> str:
    """Return *text* with *made* between the marks *name*."""
    head, rest = text.split(f"<!-- {name} -->", 1)
    _, tail = rest.split(f"<!-- /{name} -->", 1)
    return f"{head}<!-- {name} -->\n{made}\n<!-- /{name} -->{tail}"


def page(path: str) -> str:
    """Return a page as it should be."""
    text = (ROOT / path).read_text()
    for name, make in PAGES[path].items():
        text = put(text, name, make())
    return text


def main() -> None:
    """Write every page."""
    for path in PAGES:
        (ROOT / path).write_text(page(path))
    (ROOT / SCHEMA).write_text(schema_text())


if __name__ == "__main__":
    main()
