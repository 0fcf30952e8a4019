"""What is wrong with a record is said in words of our own: the field, what is there, and what should be there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from musetui.errors import RecordError
from musetui.records.kinds import Kind
from musetui.records.models import MODELS
from musetui.records.parse import parse_record, parse_remote
from musetui.records.refusal import not_json, reason_of
from tests.properties import patient
from tests.records.samples import UUID, WHOLE, enveloped, parsed

MOMENT = "a moment like 2026-03-18T12:00:00Z, between the years 1970 and 9000"
VALIDATORS = ("Input should", "String should", "Tuple should", "Unable to parse", "Value error", "Invalid JSON")


@pytest.mark.parametrize(
    ("kind", "changed", "sentence"),
    [
        (Kind.RESERVATION, {"run_id": 7}, "run_id is the number 7, and not text"),
        (Kind.RESERVATION, {"run_id": True}, "run_id is true, and not text"),
        (Kind.RESERVATION, {"run_id": "x" * 600}, "run_id has 600 characters, and may have 512"),
        (Kind.RESERVATION, {"run_id": None}, "run_id is missing"),
        (Kind.RESERVATION, {"addresses": "src/\x1b.py"}, 'addresses is the text "src/␛.py", and not a list'),
        (Kind.RESERVATION, {"addresses": ["a", {"b": 1}]}, "addresses (item 2) is a JSON object, and not text"),
        (Kind.RESERVATION, {"addresses": ["a"] * 10_001}, "addresses is a list of 10,001, and may be one of 10,000"),
        (Kind.RESERVATION, {"created_at": ""}, f"created_at is an empty text, and not {MOMENT}"),
        (Kind.RESERVATION, {"created_at": -1}, f"created_at is the number -1, and not {MOMENT}"),
        (Kind.TASK, {"created_at": "soon"}, f'created_at is the text "soon", and not {MOMENT}'),
        (Kind.CLAIM, {"expires_at": []}, f"expires_at is a list of 0, and not {MOMENT}"),
        (Kind.RELEASE, {"reason": ["x" * 900]}, "reason is a list of 1, and not text"),
        (Kind.TASK, {"title": {"x": "y" * 900}}, "title is a JSON object, and not text"),
        (
            Kind.TASK,
            {"schema_version": -1},
            "schema_version is the number -1, and not text, or a whole number from 0 on",
        ),
        (
            Kind.DEPENDENCY,
            {"depends_on": ["../a"]},
            "depends_on (item 1) is no id (1 to 128 letters, digits, '-', '_' or ':'), but the text \"../a\"",
        ),
    ],
)
def test_a_sentence_names_the_field_what_is_there_and_what_should_be(
    kind: Kind, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RecordError) as refused:
        parsed(kind, **changed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"run_id": "a"', "not JSON: it ends too early, at line 1, column 14"),
        (b'{\n"run_id": a}', "not JSON: something else stands at line 2, column 11"),
        (b"[" * 1_000, "not JSON that can be read: it is nested too deep"),
    ],
    ids=["cut", "wrong", "deep"],
)
def test_what_is_not_json_says_where(data: bytes, sentence: str) -> None:
    for read in (parse_record, parse_remote):
        with pytest.raises(RecordError) as refused:
            read(Kind.TASK, data, UUID)
        assert str(refused.value) == sentence


def test_a_parser_that_says_no_place_is_understood_too() -> None:
    assert not_json("oh") == "not JSON: something else stands at some place"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(Kind), st.data())
@patient(150)
def test_nothing_of_a_validator_reaches_a_person(kind: Kind, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*WHOLE[kind], "schema_version"]))
    value = data.draw(VALUES)
    fields = {**WHOLE[kind], name: value}
    for read, text in ((parse_record, json.dumps(fields)), (parse_remote, enveloped(kind, payload=fields).decode())):
        said = ""
        try:
            read(kind, text.encode(), UUID)
        except RecordError as error:
            said = str(error)
        assert not said or said.isprintable()
        assert len(said) <= 240
        assert not any(words in said for words in VALIDATORS)


@given(st.sampled_from(Kind), st.dictionaries(st.sampled_from(("run_id", "created_at", "addresses", "x")), VALUES))
@patient(80)
def test_whatever_a_model_refuses_has_a_sentence(kind: Kind, fields: dict[str, Any]) -> None:
    said = "it is one"
    try:
        MODELS[kind].model_validate(fields)
    except ValidationError as error:
        said = reason_of(error)
    assert said
    assert not any(words in said for words in VALIDATORS)
