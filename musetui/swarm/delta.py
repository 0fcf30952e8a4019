"""Delta: which records appeared, changed or left, so that a view repaints those and nothing else."""

from dataclasses import dataclass, field

from musetui.records.kinds import Kind


def _by_kind() -> dict[Kind, set[str]]:
    return {kind: set() for kind in Kind}


@dataclass(slots=True)
class Delta:
    """The difference between two pictures, by kind and record id; every kind is always a key.

    Attributes:
        appeared: ids that were not there before.
        changed: ids that were and are there, and look different: the record, its places, its state or its lease.
        left: ids that are there no more.
        problems: whether the problems differ.
        runs: runs of which something differs: a record, a state, when they were last heard of.
    """

    appeared: dict[Kind, set[str]] = field(default_factory=_by_kind)
    changed: dict[Kind, set[str]] = field(default_factory=_by_kind)
    left: dict[Kind, set[str]] = field(default_factory=_by_kind)
    problems: bool = False
    runs: set[str] = field(default_factory=set)

    def touched(self, kind: Kind) -> set[str]:
        """Return every id of *kind* that appeared, changed or left."""
        return self.appeared[kind] | self.changed[kind] | self.left[kind]

    def merge(self, later: "Delta") -> "Delta":
        """Take *later* in, as if both had been one step, and return this delta.

        What appeared and then left is nothing; what left and then appeared has changed.
        """
        for kind in Kind:
            appeared, changed, left = self.appeared[kind], self.changed[kind], self.left[kind]
            came, differs, went = later.appeared[kind], later.changed[kind], later.left[kind]
            if not (came or differs or went):
                continue
            passing = appeared & went
            back = left & came
            appeared |= came - back
            appeared -= passing
            changed |= differs | back
            changed -= went
            changed -= appeared
            left |= went
            left -= passing
            left -= back
        self.problems = self.problems or later.problems
        self.runs |= later.runs
        return self

    def __bool__(self) -> bool:
        return (
            self.problems
            or bool(self.runs)
            or any(ids for part in (self.appeared, self.changed, self.left) for ids in part.values())
        )
