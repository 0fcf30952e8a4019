"""Every action of the dashboard, once: keys, footer, help, command palette and the README's table are made from here.

A screen or widget asks for the bindings of its own place (`bindings_of`) and implements `action_<name>`; nothing else
names a key. So what the help says is what the keys do. The keys here are the usual ones; those in force may be others
(`musetui.tui.keymap`).

Plain Python, since settings name actions: Textual is imported only where bindings are asked for.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from musetui.tui.key_names import shown_key
from musetui.tui.views import VIEWS

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType


class Place(StrEnum):
    """Where an action's keys are heard."""

    APP = "Everywhere"
    DASHBOARD = "Dashboard"
    RECORD = "On the selected record"
    MARKS = "In a list of reservations"
    TABLE = "In a list"
    VIEW = "In a view"
    TREE = "In the tree of files"
    PAGE = "On a page"
    PLAN = "In the merge plan"
    MATRIX = "In the matrix of a plan"
    OWN = "Commands of my own"
    TIMELINE = "In the timeline"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can ask for.

    Attributes:
        name: the method that does it is `action_<name>`.
        keys: the usual ones, as Textual spells them; the first one is shown.
        title: one or two words for the footer.
        help: a sentence for the help page and the palette.
        writes: whether it writes records, and so is off in read-only mode.
        rank: its place in the footer, 1 first; 0 keeps it out.
        palette: whether the command palette lists it.
    """

    name: str
    keys: tuple[str, ...]
    title: str
    help: str
    place: Place
    writes: bool = False
    rank: int = 0
    palette: bool = True

    @property
    def id(self) -> str:
        """What its bindings are called: a remapped key refers to it."""
        return f"{self.place.name.lower()}.{self.name}"

    @property
    def binding(self) -> "Binding":
        """The Textual binding, with the usual keys."""
        from textual.binding import Binding

        keys = ",".join(self.keys)
        return Binding(keys, self.name, self.title, show=self.rank > 0, tooltip=self.help, id=self.id)


ACTIONS: tuple[Action, ...] = (
    Action("reserve", ("n",), "new", "Reserve addresses for a run", Place.RECORD, writes=True, rank=1),
    Action("intend", ("i",), "intent", "Announce an intent on the selected reservation", Place.RECORD, True, rank=7),
    Action(
        "release",
        ("r",),
        "release",
        "Release the selected reservation, or all marked",
        Place.RECORD,
        writes=True,
        rank=3,
    ),
    Action("extend", ("h",), "extend", "Extend the selected lease, or all marked", Place.RECORD, writes=True, rank=4),
    Action(
        "undo",
        ("u",),
        "undo",
        "Reserve again what was released from here, or release what was reserved",
        Place.RECORD,
        writes=True,
        rank=4,
    ),
    Action("open", ("enter",), "open", "Open the selected record whole, with all that relates to it", Place.RECORD),
    Action("edit", ("o",), "edit", "Open the file of the selected record in $EDITOR, at the symbol", Place.RECORD),
    Action(
        "copy_id",
        ("y",),
        "copy",
        "Copy the record's id, or the command that ends what is stuck",
        Place.RECORD,
        rank=6,
    ),
    Action("mark", ("space",), "mark", "Mark the row, or mark it no more", Place.MARKS, rank=6),
    Action("mark_range", ("V", "ctrl+space"), "mark range", "Mark all rows from the last marked one", Place.MARKS),
    Action("mark_down", ("shift+down", "J"), "mark down", "Mark the row and the next one", Place.MARKS),
    Action("mark_up", ("shift+up", "K"), "mark up", "Mark the row and the one before", Place.MARKS),
    Action("mark_all", ("asterisk",), "mark all", "Mark all rows that are shown", Place.MARKS),
    Action("unmark_all", ("backslash", "ctrl+backslash"), "unmark", "Mark nothing any more", Place.MARKS),
    Action("zoom", ("z",), "zoom", "Zoom the focused pane, or back", Place.DASHBOARD, rank=6),
    Action("clear_filter", ("escape",), "show all", "Show all rows of the list again", Place.DASHBOARD),
    Action("next_pane", ("tab",), "next pane", "Go to the next pane", Place.DASHBOARD),
    Action("previous_pane", ("shift+tab",), "previous pane", "Go to the previous pane", Place.DASHBOARD),
    Action("wider", ("greater_than_sign", "alt+right"), "wider", "Give the pane more columns", Place.DASHBOARD),
    Action("narrower", ("less_than_sign", "alt+left"), "narrower", "Give the pane fewer columns", Place.DASHBOARD),
    Action("taller", ("plus", "alt+up"), "taller", "Give the pane more lines", Place.DASHBOARD),
    Action("shorter", ("minus", "alt+down"), "shorter", "Give the pane fewer lines", Place.DASHBOARD),
    Action("usual_sizes", ("equals_sign",), "usual sizes", "Have all panes as large as usual", Place.DASHBOARD),
    Action("sort_next", ("s",), "sort", "Sort by the next column", Place.TABLE, rank=7),
    Action("sort_reverse", ("S",), "reverse", "Turn the order round", Place.TABLE),
    Action("choose_columns", ("c",), "columns", "Choose which columns the list shows, and in which order", Place.TABLE),
    Action("filter", ("slash",), "filter", "Show only the rows that a filter finds", Place.VIEW, rank=5),
    Action("next_filter", ("f",), "saved filter", "Show the list by its next saved filter", Place.VIEW),
    Action(
        "export",
        ("e",),
        "export",
        "Write what is shown to a file, or copy it: JSON, CSV, Markdown, SVG",
        Place.VIEW,
        rank=11,
    ),
    Action("cursor_down", ("down", "j"), "down", "Next row", Place.TABLE, palette=False),
    Action("cursor_up", ("up", "k"), "up", "Previous row", Place.TABLE, palette=False),
    Action("page_down", ("pagedown",), "page down", "A page down", Place.TABLE, palette=False),
    Action("page_up", ("pageup",), "page up", "A page up", Place.TABLE, palette=False),
    Action("half_page_down", ("ctrl+d",), "half down", "Half a page down", Place.TABLE, palette=False),
    Action("half_page_up", ("ctrl+u",), "half up", "Half a page up", Place.TABLE, palette=False),
    Action("cursor_first", ("home", "g"), "first", "First row", Place.TABLE, palette=False),
    Action("cursor_last", ("end", "G"), "last", "Last row", Place.TABLE, palette=False),
    Action("unfold", ("right",), "open", "Show what is within, or go there", Place.TREE, palette=False),
    Action("fold", ("left",), "close", "Hide what is within, or go to what is around", Place.TREE, palette=False),
    Action("toggle_fold", ("space",), "fold", "Show or hide what is within", Place.TREE, rank=5),
    Action("unfold_all", ("E",), "expand all", "Show all that is held, down to the last symbol", Place.TREE),
    Action("fold_all", ("C",), "collapse all", "Show the outermost folders alone", Place.TREE),
    Action("back", ("escape",), "back", "Go back to where you came from", Place.PAGE, rank=1, palette=False),
    Action("suppose", ("space",), "what if", "Suppose the branch merged, the run released; or not", Place.PLAN, rank=2),
    Action("undo_supposed", ("u",), "undo", "Take back the last that was supposed", Place.PLAN, rank=3),
    Action("semantic_plan", ("m",), "ask muse", "Ask muse about it and what is merged before it", Place.PLAN, rank=4),
    Action("columns_left", ("left",), "left", "Columns further left", Place.MATRIX, palette=False),
    Action("columns_right", ("right",), "right", "Columns further right", Place.MATRIX, palette=False),
    Action("earlier", ("left",), "earlier", "Go back in time by a cell", Place.TIMELINE, rank=2, palette=False),
    Action("later", ("right",), "later", "Go forward in time by a cell", Place.TIMELINE, rank=3, palette=False),
    Action("much_earlier", ("shift+left",), "much earlier", "Go back by ten cells", Place.TIMELINE, palette=False),
    Action("much_later", ("shift+right",), "much later", "Go forward by ten cells", Place.TIMELINE, palette=False),
    Action("previous_event", ("left_square_bracket",), "event before", "Go to the event before", Place.TIMELINE),
    Action("next_event", ("right_square_bracket",), "next event", "Go to the next event", Place.TIMELINE, rank=4),
    Action("first_moment", ("home",), "beginning", "Go to the first moment that is known", Place.TIMELINE),
    Action("last_moment", ("end",), "now", "Go back to now", Place.TIMELINE),
    Action("play", ("space",), "play", "Play what happened from here, or stop it", Place.TIMELINE, rank=4),
    Action("faster", ("greater_than_sign",), "faster", "Play faster, up to 600 times", Place.TIMELINE),
    Action("slower", ("less_than_sign",), "slower", "Play slower", Place.TIMELINE),
    Action("zoom_in", ("plus", "equals_sign"), "zoom in", "Show a shorter time", Place.TIMELINE, rank=6),
    Action("zoom_out", ("minus",), "zoom out", "Show a longer time", Place.TIMELINE, rank=7),
    Action("zoom_all", ("0",), "whole", "Show all the time that is known", Place.TIMELINE),
    Action("group_by", ("a",), "group", "Group leases by agent, branch or file", Place.TIMELINE, rank=5),
    Action("unfold_lane", ("d",), "leases", "Show each lease of the lane, or the lane alone", Place.TIMELINE, rank=8),
    Action("show_dashboard", ("1",), "dashboard", "Show the dashboard", Place.APP),
    Action("show_agents", ("2",), "agents", "Show the agents' runs: who holds, who is silent, who collides", Place.APP),
    Action("show_files", ("3",), "files", "Show the files and symbols that are held, and how hot each is", Place.APP),
    Action("show_stale", ("4",), "stale", "Show what is stuck: whose it is, and what to do", Place.APP),
    Action("show_plan", ("5",), "merge plan", "Show in which order the branches are best merged, and why", Place.APP),
    Action("show_timeline", ("t", "6"), "timeline", "Show who held what when; there, go back to now", Place.APP),
    Action("show_now", ("backspace",), "now", "Show what is now, in whatever view", Place.APP),
    Action("show_tasks", ("7",), "tasks", "Show tasks and who claims them, and who waits for whom", Place.APP),
    Action(
        "show_problems",
        ("8",),
        "problems",
        "Show what on disk is no record, and why the hub is away",
        Place.APP,
    ),
    Action("push_hub", ("P",), "push", "Send the hub what it does not have", Place.APP, writes=True, rank=5),
    Action("pull_hub", ("p",), "pull", "Ask the hub now for what is new", Place.APP, writes=True, rank=9),
    Action("refresh_disk", ("f5",), "compare", "Compare the picture with the disk now", Place.APP),
    Action("toggle_dark", ("T",), "light", "Switch between the dark and the light half of the theme", Place.APP),
    Action("choose_theme", ("ctrl+t",), "theme", "Choose a theme; each is seen while you move", Place.APP),
    Action("toggle_density", ("D",), "density", "More on the screen: without frames, and closer; or less", Place.APP),
    Action("help", ("question_mark",), "help", "Show the keys of where you are", Place.APP, rank=12),
    Action(
        "command_palette", ("colon", "ctrl+p"), "more", "Find any command by name", Place.APP, rank=11, palette=False
    ),
    Action("suspend_process", ("ctrl+z",), "suspend", "Go to the shell; `fg` comes back", Place.APP, palette=False),
    Action("quit", ("q", "ctrl+q", "ctrl+c"), "quit", "Leave musetui", Place.APP, rank=13),
)

BY_NAME: dict[str, Action] = {action.name: action for action in ACTIONS}
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
WRITING: frozenset[str] = frozenset(action.name for action in ACTIONS if action.writes)


class Together(NamedTuple):
    """Actions whose keys are heard at the same time, so that none of them may mean two things.

    Attributes:
        where: where that is, for a sentence.
        places: the places whose actions are heard, all of them or some.
        names: further actions.
        views: the views in which it is so; pages that are opened from one belong to it.
    """

    where: str
    places: frozenset[Place]
    names: frozenset[str] = frozenset()
    views: frozenset[str] = frozenset(VIEWS)

    def hears(self, action: Action) -> bool:
        """Return whether the keys of *action* are heard there."""
        return action.place in self.places or action.name in self.names


PANED = (
    *("zoom", "next_pane", "previous_pane"),
    *("wider", "narrower", "taller", "shorter", "usual_sizes"),
)
"""What every view of several panes hears, also where the rest of the dashboard's means nothing."""

LANE_KEYS = (
    *("cursor_down", "cursor_up", "page_down", "page_up", "half_page_down", "half_page_up"),
    *("sort_next", "sort_reverse"),
)
"""What is heard in the timeline's list of all that is in a list: left and right, home and end go through time there."""

_ANYWHERE = frozenset({Place.APP, Place.OWN, Place.VIEW, Place.TABLE})

HEARD_TOGETHER: tuple[Together, ...] = (
    Together(
        "on the dashboard", _ANYWHERE | {Place.DASHBOARD, Place.RECORD, Place.MARKS}, views=frozenset({"dashboard"})
    ),
    Together("in a view of a list", _ANYWHERE | {Place.PAGE, Place.RECORD, Place.MARKS}),
    Together("in the tree of files", _ANYWHERE | {Place.PAGE, Place.RECORD, Place.TREE}, views=frozenset({"files"})),
    Together(
        "in the merge plan",
        _ANYWHERE | {Place.PAGE, Place.PLAN, Place.MATRIX},
        frozenset({"open", "edit", "copy_id", *PANED}),
        frozenset({"plan"}),
    ),
    Together(
        "in the timeline",
        frozenset({Place.APP, Place.OWN, Place.VIEW, Place.PAGE, Place.TIMELINE}),
        frozenset({"open", "edit", "copy_id", "undo", *LANE_KEYS}),
        frozenset({"timeline"}),
    ),
)
"""Every view there is, by what it hears."""


def bindings_of(*places: Place) -> "list[BindingType]":
    """Return the bindings that a widget or screen of these places declares."""
    return [action.binding for action in ACTIONS if action.place in places]


def bindings_named(*names: str) -> "list[BindingType]":
    """Return the bindings of single actions, for a view in which the others of their place mean nothing."""
    return [BY_NAME[name].binding for name in names]


def keys_table() -> str:
    """Return the README's table of the usual keys, as Markdown."""
    lines = ["| where | key | does |", "|---|---|---|"]
    for place in Place:
        for action in ACTIONS:
            if action.place is place:
                keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
                lines.append(f"| {place.value} | {keys} | {action.help}{' (writes)' if action.writes else ''} |")
    return "\n".join(lines)
