"""What places come to: judged in bulk they come to the same as one by one, and asked late as asked at once."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.operations import deed_of
from musetui.forecast.places import Place, Places, Verdicts, in_rows
from musetui.forecast.run_counts import Runs, Several
from tests.properties import patient

RUNS = ("ann", "bob", "cy")
deeds = st.lists(
    st.tuples(st.sampled_from(RUNS), st.sampled_from(("delete", "rename", "extract", "dance", None)).map(deed_of)),
    min_size=1,
    max_size=4,
)
within: st.SearchStrategy[Runs] = st.sampled_from((None, *RUNS, Several.RUNS))


@patient(200)
@given(st.lists(st.tuples(deeds, within), max_size=12))
def test_judged_in_bulk_is_the_same_as_one_by_one(places: list[tuple[list[tuple[str, str]], Runs]]) -> None:
    verdicts = Verdicts()
    for done, others in places:
        apart = [(f"run-{number}", operation) for number, (_, operation) in enumerate(done)]
        for alike in (apart, done, apart):
            assert verdicts.worst(in_rows(alike), others) == Place(in_rows(alike)).worst(others)


@patient(100)
@given(deeds, deeds, within)
def test_what_was_filled_in_is_counted_when_it_is_asked_for(
    filled: list[tuple[str, str]], later: list[tuple[str, str]], others: Runs
) -> None:
    places = Places()
    places.fill("a", in_rows(filled))
    assert "a" in places
    for run_id, operation in later:
        places.at("a").add(operation, run_id)
    assert places.at("a").worst(others) == Place(in_rows(filled + later)).worst(others)
    for run_id, operation in later:
        places.at("a").discard(operation, run_id)
    assert places.at("a").strong_runs() == Place(in_rows(filled)).strong_runs()
    places.discard("a")
    assert "a" not in places
    assert not places
