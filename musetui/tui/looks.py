"""How a person wants the dashboard to look: what the settings say, and what was chosen in the dashboard since."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from musetui.tui.state_file import read_state, state_folder

CHOICES_LIMIT = 200
"""Choices that are read from a file; there are a few for each view."""


class Chosen(NamedTuple):
    """Something that was chosen in the dashboard.

    Attributes:
        value: what, as JSON has it.
        instead_of: what the settings said then, as JSON has it.
    """

    value: Any
    instead_of: Any


class Looks:
    """Choices by name. The later word holds: a choice gives way to a setting that was changed after it.

    Args:
        settled: what the settings say, as JSON has it; "" and what is not there is nothing said.
        firm: names for which a flag or the environment speaks: that holds, whatever was chosen before.
        kept: what was chosen at another time.
    """

    def __init__(
        self, settled: Mapping[str, Any], firm: frozenset[str] = frozenset(), kept: Mapping[str, Chosen] | None = None
    ) -> None:
        self._settled = settled
        self._chosen = {
            name: chosen
            for name, chosen in (kept or {}).items()
            if name not in firm and (not settled.get(name) or settled[name] == chosen.instead_of)
        }
        self._touched: dict[str, Chosen | None] = {}
        self._listeners: list[Callable[[str], None]] = []

    def get(self, name: str) -> Any:
        """Return what holds; None where nothing was chosen and no setting says anything."""
        chosen = self._chosen.get(name)
        return chosen.value if chosen is not None else self._settled.get(name)

    def choose(self, name: str, value: Any) -> None:
        """Let *value*, as JSON has it, hold from now on, and the next time too."""
        self._take(name, Chosen(value, self._settled.get(name)))

    def forget(self, name: str) -> None:
        """Let hold again what the settings say."""
        self._take(name, None)

    def _take(self, name: str, chosen: Chosen | None) -> None:
        if chosen is not None:
            self._chosen[name] = chosen
        else:
            self._chosen.pop(name, None)
        self._touched[name] = chosen
        for listener in tuple(self._listeners):
            listener(name)

    def on_change(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call *listener* with the name of whatever was chosen or forgotten; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def take_touched(self) -> dict[str, Chosen | None]:
        """Return what was chosen, or forgotten (None), since this was last asked."""
        touched, self._touched = self._touched, {}
        return touched

    def give_back(self, touched: Mapping[str, Chosen | None]) -> None:
        """Have `take_touched` return *touched*, too, the next time: it could not be kept."""
        self._touched = {**touched, **self._touched}


@runtime_checkable
class Looked(Protocol):
    """An app whose looks a person may choose."""

    looks: Looks


def looks_of(app: Any) -> Looks | None:
    """Return what was chosen of the looks of *app*; None of an app that has no choice."""
    return app.looks if isinstance(app, Looked) else None


def looks_file(state: Path | None) -> Path:
    """Return where choices are kept: in the folder *state*, or else the user's own."""
    return state_folder(state) / "looks.json"


def read_choices(path: Path) -> dict[str, Chosen]:
    """Return the choices that are kept at *path*, as far as they can be understood."""
    return choices_of(read_state(path))


def choices_of(whole: Mapping[str, object]) -> dict[str, Chosen]:
    """Return the choices that a file with *whole* in it tells of."""
    items = list(whole.items())[:CHOICES_LIMIT]
    return {
        name: Chosen(each["value"], each.get("instead_of"))
        for name, each in items
        if isinstance(each, dict) and "value" in each
    }
