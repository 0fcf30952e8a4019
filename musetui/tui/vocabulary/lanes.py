"""What can be named of a lane of the timeline."""

from musetui.filters.fields import Fields
from musetui.filters.vocabulary import common
from musetui.forecast.conflict import Risk
from musetui.tui.presentation.lanes import Lane


def lane_vocabulary() -> Fields[Lane]:
    """Return the fields of lanes, and of leases in them."""
    return Fields(
        "lanes",
        (
            common.run(lambda lane: {lease.run_id for lease in lane.leases}, "lane"),
            common.branch(lambda lane: {lease.branch for lease in lane.leases}, "lane"),
            common.addr(lambda lane: {address for lease in lane.leases for address in lease.addresses}, "lane"),
            common.ident(lambda lane: [lease.reservation_id for lease in lane.leases]),
            common.number("leases", "how many leases there are in its lane", lambda lane: lane.size),
            common.number(
                "conflicts",
                "how many conflicts it was in, ever",
                lambda lane: sum(not clash.goes_on for clash in lane.clashes),
            ),
            common.words(
                "risk",
                "how bad its conflicts were",
                [risk.value for risk in Risk],
                lambda lane: {clash.risk.value for clash in lane.clashes},
            ),
        ),
    )
