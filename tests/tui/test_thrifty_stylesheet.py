"""The stylesheet: parsed again only where something changed, and always as Textual's own would be."""

from collections.abc import Iterable
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.stylesheet import Stylesheet, StylesheetParseError
from textual.css.types import CSSLocation

from musetui.tui.thrifty_stylesheet import ThriftyStylesheet

RULES = "Label { color: $ink; }"
VARIABLES = {"ink": "#ff0000"}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been parsed."""
    parsed: list[str] = []

    def noted(scope: str, css: str, read_from: CSSLocation, **named: Any) -> Iterable[RuleSet]:
        parsed.append(css)
        return parse(scope, css, read_from, **named)

    monkeypatch.setattr("textual.css.stylesheet.parse", noted)
    return parsed


def sheet_of(*sources: str) -> ThriftyStylesheet:
    sheet = ThriftyStylesheet(variables=dict(VARIABLES))
    for number, source in enumerate(sources):
        sheet.add_source(source, (f"{number}.tcss", ""))
    return sheet


def test_what_is_unchanged_is_not_parsed_again(parsed: list[str]) -> None:
    sheet = sheet_of(RULES)
    sheet.parse()
    rules, places = sheet.rules, sheet.rules_map
    sheet.set_variables(dict(VARIABLES))
    sheet.reparse()
    assert parsed == [RULES]
    assert sheet.rules is rules
    assert sheet.rules_map is places


def test_of_what_is_added_only_that_is_parsed(parsed: list[str]) -> None:
    sheet = sheet_of(RULES)
    sheet.parse()
    sheet.add_source("Button { color: $ink; }", ("more.tcss", ""))
    sheet.reparse()
    assert parsed == [RULES, "Button { color: $ink; }"]
    assert {"Label", "Button"} <= set(sheet.rules_map)


def test_other_variables_are_in_force_at_once() -> None:
    sheet = sheet_of(RULES)
    sheet.parse()
    sheet.set_variables({"ink": "#00ff00"})
    sheet.reparse()
    plain = Stylesheet(variables={"ink": "#00ff00"})
    plain.add_source(RULES, ("0.tcss", ""))
    assert sheet.css == plain.css
    assert "#00FF00" in sheet.css


def test_rules_that_are_wrong_leave_those_before_in_force() -> None:
    sheet = sheet_of(RULES)
    sheet.parse()
    before = sheet.css
    sheet.add_source("Label { colour: red; }", ("wrong.tcss", ""))
    with pytest.raises(StylesheetParseError):
        sheet.reparse()
    del sheet.source["wrong.tcss", ""]
    sheet.reparse()
    assert sheet.css == before
