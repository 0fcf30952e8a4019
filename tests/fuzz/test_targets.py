"""Fuzzing, for as long as a commit allows: each parser keeps its promises, whatever somebody else wrote."""

import pytest
from hypothesis import given

from fuzz.catalogue import GRAMMARS, TARGETS
from fuzz.promises import BrokenError, paintable, promise
from tests.properties import patient


@pytest.mark.parametrize("name", TARGETS)
def test_promises_are_kept(name: str) -> None:
    run = TARGETS[name].run
    for seed in TARGETS[name].seeds:
        run(seed)

    @given(GRAMMARS[name])
    @patient(120)
    def keeps(data: bytes) -> None:
        run(data)

    keeps()


def test_a_broken_promise_is_noticed() -> None:
    with pytest.raises(BrokenError, match="would act on a terminal"):
        paintable("\x1b[31m")
    with pytest.raises(BrokenError, match="no"):
        promise(False, "no")
