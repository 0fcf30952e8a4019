"""The keys in force: the usual ones, as a preset and the person's own settings have changed them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from musetui.tui.actions import ACTIONS, BY_ID, BY_NAME, HEARD_TOGETHER, Action
from musetui.tui.key_names import in_words, is_character, sent_as, shown_key
from musetui.tui.presets import PRESETS, USUAL

if TYPE_CHECKING:
    from textual.binding import Binding

_NO_KEY = "<no key for {}>"
"""What Textual is told of an action without a key: it then stays in the palette, and no terminal sends this."""

ALWAYS: Mapping[str, str] = {"ctrl+q": "quit"}
"""Keys that Textual answers to before anything else, whatever they are mapped to, and the action they do."""


class Clash(NamedTuple):
    """A key that would mean two things in one place."""

    key: str
    name: str
    other: str
    where: str


@dataclass(frozen=True, slots=True)
class Keymap:
    """Which keys do what.

    Attributes:
        preset: the name of the preset.
        own: the keys of actions that the person has set, by the actions' names, as Textual spells them.
        commands: the actions of the person's own commands, which have their keys from there.
        has_signs: whether the terminal has arrows: what stands in for one would be another key.
    """

    preset: str = USUAL
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commands: tuple[Action, ...] = ()
    has_signs: bool = True

    def action_of(self, binding: "Binding") -> Action | None:
        """Return the action that *binding* is for, a command of the person's own among them, or None."""
        found = BY_ID.get(binding.id or "")
        return found or next((command for command in self.commands if command.name == binding.action), None)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of the action *name*, as Textual spells them; none, if it has none."""
        for command in self.commands:
            if command.name == name:
                return command.keys
        keys = self.own.get(name, PRESETS[self.preset].get(name, BY_NAME[name].keys))
        always = tuple(key for key, does in ALWAYS.items() if does == name and key not in keys)
        return (*keys, *always)

    def shown(self, name: str) -> tuple[str, ...]:
        """Return the keys of the action *name* as people know them."""
        return tuple(self.shown_as(key) for key in self.keys(name))

    def shown_as(self, key: str) -> str:
        """Return how *key* (Textual's spelling) is shown to this person."""
        return self.told(shown_key(key))

    def told(self, text: str) -> str:
        """Return a text of ours about keys, with arrows where the terminal has them."""
        return text if self.has_signs else in_words(text)

    def press(self, name: str) -> str:
        """Return what to do for the action *name*, for a sentence: `press n`, or where to go if it has no key."""
        shown = self.shown(name)
        return f"press {shown[0]}" if shown else "use the command palette"

    def first(self, name: str) -> str:
        """Return the first key of the action *name* as people know it, or what stands in for one in a sentence."""
        return next(iter(self.shown(name)), "the command palette")

    @property
    def leaving(self) -> frozenset[str]:
        """The keys that close what lies over a view, as the terminal tells of them: escape, and what leads back."""
        return frozenset(("escape", *(name for key in self.keys("back") for name in sent_as(key))))

    @property
    def leaving_lines(self) -> frozenset[str]:
        """Those of them that leave a line to type into: they are no characters."""
        return frozenset(key for key in self.leaving if not is_character(key))

    def changed(self) -> dict[str, str]:
        """Return what Textual must be told: keys by the id of bindings, where they are not the usual ones."""
        return {
            action.id: ",".join(name for key in keys for name in sent_as(key)) or _NO_KEY.format(action.id)
            for action in ACTIONS
            if (keys := self.keys(action.name)) != action.keys
        }

    def clashes(self) -> Iterator[Clash]:
        """Yield each key that means two things where both are heard, once for the same two actions."""
        told: set[tuple[str, frozenset[str]]] = set()
        for together in HEARD_TOGETHER:
            taken: dict[str, Action] = {key: BY_NAME[name] for key, name in ALWAYS.items()}
            for action in ACTIONS:
                if not together.hears(action):
                    continue
                for key in self.keys(action.name):
                    other = taken.setdefault(key, action)
                    pair = key, frozenset({action.name, other.name})
                    if other is not action and pair not in told:
                        told.add(pair)
                        yield Clash(key, action.name, other.name, together.where)


@runtime_checkable
class Mapped(Protocol):
    """An app whose keys a person may choose."""

    keys_in_force: Keymap


def keymap_of(app: Any) -> Keymap:
    """Return the keys in force in *app*; the usual ones in an app that knows of no others."""
    return app.keys_in_force if isinstance(app, Mapped) else Keymap()
