"""The terrain against the rule of nesting, address by address, in whatever order and how odd they come."""

from hypothesis import example, given
from hypothesis import strategies as st

from musetui.forecast.nesting import around
from musetui.forecast.terrain import Terrain, as_set
from musetui.records.address import nest_key
from tests.forecast.plain_plan import certainty
from tests.forecast.test_against_every_pair import odd_addresses
from tests.properties import patient

texts = st.text(alphabet="ab./:", max_size=10) | odd_addresses
rounds = st.lists(st.lists(texts, max_size=5), min_size=1, max_size=4)


def members(places: int) -> set[int]:
    """Return the places of a set."""
    return {place for place in range(places.bit_length()) if places >> place & 1}


@patient(300)
@given(rounds, st.integers(0, 3))
@example([["a.py::C.m", "a.py"], ["a.py::C"], ["a", "a/b", "a/b::f", "a::g"]], 0)
def test_what_is_around_and_within_is_what_the_rule_says(named: list[list[str]], few: int) -> None:
    terrain = Terrain()
    known: set[str] = set()
    for names in named:
        numbers = terrain.read(names)
        fresh = {terrain.addresses[place] for place in terrain.settle()}
        assert [terrain.addresses[place] for place in terrain.places(numbers)] == list(map(nest_key, names))
        assert fresh == set(map(nest_key, names)) - known
        known |= fresh
        near = {terrain.addresses[place] for place in members(terrain.near(map(terrain.place, fresh)))}
        assert near & known == {
            address for address in known for other in fresh if address in around(other) or other in around(address)
        }
        for address in known:
            place = terrain.place(address)
            outside = {
                (sure, terrain.addresses[outer])
                for sure, places in terrain.outside({place}).items()
                for outer in places
            }
            assert outside == {(certainty(outer, address), outer) for outer in around(address) if outer in known}
            inside = {
                (sure, terrain.addresses[inner])
                for sure, places in terrain.inside({place}).items()
                for inner in members(places)
            }
            assert inside == {(certainty(address, inner), inner) for inner in known if address in around(inner)}


@patient(100)
@given(st.sets(st.integers(0, 2_000), max_size=900))
def test_a_set_has_its_places(places: set[int]) -> None:
    assert members(as_set(places)) == places
    assert as_set(places) == sum(1 << place for place in places)
