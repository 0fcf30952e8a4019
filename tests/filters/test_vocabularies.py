"""What can be named of each sort of rows: the documentation says what the code knows, and nothing clashes."""

from pathlib import Path

import pytest

from musetui.filters.fields import FieldKind, Fields
from musetui.filters.judge import judge
from musetui.filters.saved import ANY, SORTS
from musetui.filters.tokens import FIELD_NAME, OPERATORS
from musetui.tui.vocabulary.every import commands, lists
from musetui.tui.vocabulary.table import TITLES, fields_tables

EVERY = (*lists(), *commands())
DOCUMENT = Path(__file__).parents[2] / "docs/filters.md"


def test_the_document_has_every_field() -> None:
    text = DOCUMENT.read_text()
    assert f"<!-- fields -->\n{fields_tables()}\n<!-- /fields -->" in text, "run `make pages`"
    assert all(f"`{fields.name}`" in text for fields in lists())


def test_the_settings_know_every_sort_of_rows() -> None:
    assert sorted(SORTS) == sorted([ANY, *(fields.name for fields in lists())])
    assert sorted(TITLES) == sorted(fields.name for fields in EVERY)


@pytest.mark.parametrize("fields", EVERY, ids=lambda fields: fields.name)
def test_names_can_be_typed_and_mean_one_field(fields: Fields[object]) -> None:
    names = [name for each in fields.fields for name in (each.name, *each.aliases)]
    assert len(names) == len(set(names))
    assert all(FIELD_NAME.fullmatch(f"{name}:") and name == name.lower() for name in names)
    assert not {*names} & {*OPERATORS}


@pytest.mark.parametrize("fields", EVERY, ids=lambda fields: fields.name)
def test_every_word_of_every_field_can_be_asked_for(fields: Fields[object]) -> None:
    for field in fields.fields:
        assert (field.kind is FieldKind.WORD) == bool(field.values)
        for word in field.values:
            assert judge(f"{field.name}:{word}", fields).tree
