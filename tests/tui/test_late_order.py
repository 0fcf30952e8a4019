"""Rows that are put in their places late: those in sight at once, the others in the end, and it is told meanwhile."""

from random import Random

from musetui.tui.screens.late_order import LateOrder
from tests.conftest import until
from tests.tui.conftest import screen_text
from tests.tui.test_record_table import Basket, Orchard


async def test_each_row_is_in_its_place_in_the_end() -> None:
    random = Random(7)
    orchard = Orchard()
    names = [f"f{number:04}" for number in range(2_000)]
    orchard.grow({name: random.randrange(1_000) for name in names})
    basket = Basket(orchard)
    async with basket.run_test(size=(60, 20)) as pilot:
        table = basket.table
        late = LateOrder(table)
        table.load(names)
        table.show_loading(0, 0)
        before = table.shown()
        await pilot.pause()
        in_sight = table.in_sight()
        assert in_sight == set(before[: len(in_sight)])

        orchard.grow({name: random.randrange(1_000) for name in names})
        gone = before[-5:]
        for name in gone:
            del orchard.fruits[name]
        assert set(late.put_off(names)) == in_sight
        assert table.shown() == before

        table.apply(changed=in_sight)
        late.catch_up()
        assert "Reading" in screen_text(pilot)
        late.catch_up()  # told again while it goes on
        await until(lambda: not table.is_reading, what="all in their places")
        assert set(table.shown()) == set(names) - set(gone)
        weights = [orchard.fruits[name].weight for name in table.shown()]
        assert weights == sorted(weights)


async def test_what_was_put_off_is_forgotten_with_the_list() -> None:
    orchard = Orchard()
    orchard.grow({f"f{number}": number for number in range(60)})
    basket = Basket(orchard)
    async with basket.run_test(size=(60, 20)) as pilot:
        late = LateOrder(basket.table)
        basket.table.load(orchard.fruits)
        await pilot.pause()
        late.put_off(["f50"])
        late.forget()
        orchard.asked = 0
        late.catch_up()
        assert not orchard.asked
        assert not basket.table.is_reading
