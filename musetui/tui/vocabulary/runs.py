"""What can be named of an agent's run."""

from musetui.coordination.batch import Source
from musetui.filters.fields import Fields
from musetui.filters.vocabulary import common
from musetui.forecast.conflict import Risk
from musetui.tui.presentation.runs import RunRow, RunState

_WORDS = {
    RunState.SILENT: "silent",
    RunState.HOLDING: "holding",
    RunState.IDLE: "idle",
    RunState.GONE: "gone",
}


def run_vocabulary() -> Fields[RunRow]:
    """Return the fields of runs."""
    return Fields(
        "agents",
        (
            common.words("state", "how it stands with the run", _WORDS.values(), lambda row: _WORDS[row.state]),
            common.run(lambda row: row.run_id),
            common.branch(lambda row: row.branches, "branches"),
            *common.ages(lambda row: row.last_sign, "since it was heard of", "sign"),
            common.number("holds", "how many reservations it holds", lambda row: row.holds),
            common.number("intents", "how many of its intents are live", lambda row: row.intents),
            common.number("claims", "how many tasks it claims", lambda row: row.claims),
            common.number("conflicts", "how many conflicts it is in", lambda row: sum(row.conflicts.values())),
            common.words("risk", "the worst of its conflicts", [risk.value for risk in Risk], _risk, "conflicts"),
            common.source(lambda row: _sources(row.sources), "where"),
        ),
        lambda row: common.some(row.state.value, "remote" if Source.REMOTE in row.sources else ""),
    )


def _risk(row: RunRow) -> tuple[str, ...]:
    return common.some(row.worst)


def _sources(sources: tuple[Source, ...]) -> tuple[str, ...]:
    return common.sources(source.value for source in sources)
