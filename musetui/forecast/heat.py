"""Heat: how much goes on at an address and below it, in one number that a list can be sorted by.

The rule, for what is at an address or anywhere below it:

- each hold counts 2; a reservation of three addresses is three holds;
- each run that holds something, beyond the first, counts 3: a crowd is hotter than one run with much in hand;
- each conflict counts 8 if its risk is high, 4 if medium, 2 if low;
- each announcement of a live intent counts 1, and so does each hold that ended within the last quarter of an hour.

So what is outside is never cooler than what is within. People are shown one of five steps, each of four times the heat
of the one before: 1, 4, 16, 64 and 256.
"""

from datetime import timedelta
from enum import IntEnum

from musetui.forecast.conflict import Risk
from musetui.forecast.tally import Tally, counts_of, names_in
from musetui.swarm.deadlines import Deadlines

LATELY = timedelta(minutes=15)
"""How long what was held is still shown: about the time in which its run may come back to it."""

HOLD = 2
FURTHER_RUN = 3
PASSING = 1
"""What an announcement counts, and a hold that ended lately."""

CONFLICT: dict[str, int] = {Risk.HIGH: 8, Risk.MEDIUM: 4, Risk.LOW: 2}

STEPS = 5


class Part(IntEnum):
    """What a record's part in the heat of its addresses can be."""

    HELD = 0
    LATE = 1
    ANNOUNCED = 2


class HeatNode:
    """An address, and the sum of all that is at it or below it. To be read; the tree alone changes it.

    Attributes:
        address: as `nest_key` writes it.
        parent: the node around it, or None.
        children: the nodes right within it, in no order.
        own: how many holds, announcements and conflicts are at exactly this address; 0 where it is only around some.
        holds: how many holds there are.
        late: how many holds ended lately.
        announcements: how many announcements of live intents there are.
        runs: the runs that hold.
        announcers: the runs that announce.
        operations: what holders do, as `kind_of` has it.
        announced: what is announced, as `kind_of` has it.
        risks: the conflicts, by risk.
    """

    __slots__ = (
        "_ends",
        "address",
        "announced",
        "announcements",
        "announcers",
        "children",
        "holds",
        "late",
        "operations",
        "own",
        "parent",
        "risks",
        "runs",
    )

    def __init__(self, address: str, parent: "HeatNode | None") -> None:
        self.address = address
        self.parent = parent
        self.children: set[HeatNode] | tuple[()] = ()
        self.own = 0
        self.holds = self.late = self.announcements = 0
        self.runs: Tally = None
        self.announcers: Tally = None
        self.operations: Tally = None
        self.announced: Tally = None
        self.risks: Tally = None
        self._ends: tuple[str, int] | Deadlines | None = None

    @property
    def name(self) -> str:
        """What it adds to the address around it, the sign between them included: `/a.py`, `::C`, `.m`. Hostile."""
        return self.address if self.parent is None else self.address[len(self.parent.address) :]

    @property
    def conflicts(self) -> int:
        """How many conflicts there are."""
        return sum(counts_of(self.risks).values())

    @property
    def worst(self) -> Risk | None:
        """The highest risk of its conflicts."""
        risks = counts_of(self.risks)
        return next((risk for risk in Risk if risk in risks), None)

    @property
    def heat(self) -> int:
        """How much goes on, by the rule of this module."""
        crowd = FURTHER_RUN * max(names_in(self.runs) - 1, 0)
        conflicts = sum(CONFLICT[risk] * count for risk, count in counts_of(self.risks).items())
        return HOLD * self.holds + PASSING * (self.late + self.announcements) + crowd + conflicts

    @property
    def step(self) -> int:
        """The heat in five steps, 1 to 5; 0 where there is none."""
        return min((self.heat.bit_length() + 1) // 2, STEPS)

    @property
    def soonest(self) -> int | None:
        """When the first of its holds runs out (microseconds since 1970), or None if nothing is held."""
        ends = self._ends
        if isinstance(ends, Deadlines):
            return ends.next()
        return None if ends is None else ends[1]

    def set_end(self, key: str, at: int | None) -> None:
        """Let the hold or the child *key* end at *at* (microseconds since 1970); None takes it out.

        A child goes by its name, which begins with what joins addresses, a hold by its id behind a dash.
        """
        ends = self._ends
        if isinstance(ends, Deadlines):
            ends.set(key, at)
            if not len(ends):
                self._ends = None
        elif ends is None or ends[0] == key:
            self._ends = None if at is None else (key, at)
        elif at is not None:
            self._ends = Deadlines()
            self._ends.set(*ends)
            self._ends.set(key, at)
