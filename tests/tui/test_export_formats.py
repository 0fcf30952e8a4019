"""Export as text: what is read back is what was there, and no spreadsheet, page or terminal takes it for more."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.filters.fields import FieldKind
from musetui.records.text import safe_text
from musetui.tui.export.formats import as_csv, as_json, as_markdown, cell_of, guarded, plain, unguarded
from musetui.tui.export.sheet import Sheet, Source
from tests.properties import patient

NOON = datetime(2026, 3, 18, 12, 30, 5, 123456, tzinfo=UTC)
SOURCE = Source("reservations", "orchard", NOON, "run:=x", "state", True)
KINDS = (FieldKind.TEXT, FieldKind.TEXT, FieldKind.WORD, FieldKind.AGE, FieldKind.NUMBER)
NAMES = ("run", "addr", "state", "since", "holds")

_texts = st.text(max_size=12) | st.text("=+-@'\";,\t\r\n |\x1b\x9b\u202e\uff1d\u00e9a", max_size=8)
_moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
_rows = st.tuples(
    _texts,
    st.lists(_texts, max_size=3).map(tuple),
    st.lists(st.sampled_from(("active", "held")), max_size=2).map(tuple),
    st.none() | _moments.map(datetime.timestamp),
    st.none() | st.integers(-9, 9) | st.floats(-9, 9),
)
_sheets = st.lists(_rows, max_size=5).map(lambda rows: Sheet(SOURCE, NAMES, KINDS, rows))

DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(_sheets)
@patient(200)
def test_json_is_read_back_equal(sheet: Sheet) -> None:
    text = "".join(as_json(sheet))
    assert text.isascii()
    assert all(char.isprintable() or char == "\n" for char in text)
    read = json.loads(text)
    assert read["total"] == len(read["rows"]) == len(sheet.rows)
    for said, row in zip(read["rows"], sheet.rows, strict=True):
        assert list(said) == list(NAMES)
        assert (said["run"], tuple(said["addr"]), tuple(said["state"])) == row[:3]
        assert said["holds"] == row[4]
        moment = None if row[3] is None else datetime.fromtimestamp(row[3], UTC)
        assert (None if said["since"] is None else datetime.fromisoformat(said["since"])) == moment


@given(_sheets)
@patient(200)
def test_csv_is_read_back_equal_and_no_cell_of_text_is_a_formula(sheet: Sheet) -> None:
    text = "".join(as_csv(sheet))
    names, *rows = csv.reader(io.StringIO(text))
    assert tuple(names) == NAMES
    assert len(rows) == len(sheet.rows)
    for cells, row in zip(rows, sheet.rows, strict=True):
        values = [plain(value, kind) for value, kind in zip(row, KINDS, strict=True)]
        assert not cells[0].startswith(DANGEROUS)
        assert not cells[1].startswith(DANGEROUS)
        assert all(cell.isprintable() for cell in cells)
        assert unguarded(cells[0]) == safe_text(values[0])
        assert unguarded(cells[1]) == safe_text(" | ".join(values[1]))
        assert cells[3:] == ["" if value is None else str(value) for value in values[3:]]


@pytest.mark.parametrize("parts", [";", ",", "\t"])
@given(_sheets)
@patient(100)
def test_nor_where_a_program_parts_cells_by_another_character(parts: str, sheet: Sheet) -> None:
    for cells in csv.reader(io.StringIO("".join(as_csv(sheet))), delimiter=parts, quoting=csv.QUOTE_NONE):
        for cell in cells:
            bare = cell.strip().strip('"').strip()
            assert not bare.startswith(DANGEROUS) or re.fullmatch(r"-?[0-9.e-]+", bare)


@given(_texts)
@patient(200)
def test_a_guard_is_taken_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "  '@SUM(A1)"),
        ("-rf", "'-rf"),
        ("+4", "'+4"),
        ("'=1", "''=1"),
        ("a;=1,+2", "a;'=1,'+2"),
        ('a;"@1', "a;\"'@1"),
        ("\t=1", "␉=1"),
        ("a-b=c", "a-b=c"),
        ("\uff1d1", "'\uff1d1"),
    ],
)
def test_cells_that_would_be_formulas(text: str, cell: str) -> None:
    assert cell_of(text) == cell


def test_numbers_stay_numbers() -> None:
    assert [cell_of(value) for value in (-5, 2.5, None)] == ["-5", "2.5", ""]


@given(st.lists(st.tuples(_texts.map(safe_text), _texts.map(safe_text)), max_size=4))
@patient(200)
def test_markdown_has_a_line_a_row_and_no_cell_more(rows: list[tuple[str, str]]) -> None:
    text = "".join(as_markdown(Sheet(SOURCE, ("run", "what"), rows=list(rows))))
    lines = text.splitlines()
    assert lines[0] == "# reservations"
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == len(rows) + 2
    for line in table[2:]:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3


def test_markdown_escapes_markup_links_and_mentions() -> None:
    hostile = "a|b `c` <img src=x> [l](http://x) @all #1 **b**"
    text = "".join(as_markdown(Sheet(SOURCE, ("run",), rows=[(hostile,)])))
    last = text.splitlines()[-1]
    assert last == (r"| a\|b \`c\` \<img src=x\> \[l\](http:<!-- -->//x) @<!-- -->all #<!-- -->1 \*\*b\*\* |")
    assert "filtered by run:=x" in text
