"""Keys for hands that know another program: what a preset changes about the usual ones, action by action."""

from collections.abc import Mapping

USUAL = "usual"

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    USUAL: {},
    "vi": {
        "page_down": ("pagedown", "ctrl+f"),
        "page_up": ("pageup", "ctrl+b"),
        "unfold": ("right", "l"),
        "fold": ("left", "h"),
        "columns_right": ("right", "l"),
        "columns_left": ("left", "h"),
        "earlier": ("left", "h"),
        "later": ("right", "l"),
        "much_earlier": ("shift+left", "H"),
        "much_later": ("shift+right", "L"),
        "extend": ("plus",),
        "taller": ("alt+up",),
        "release": ("d",),
        "next_pane": ("tab", "ctrl+w"),
        "refresh_disk": ("f5", "ctrl+l"),
        "help": ("question_mark", "f1"),
    },
    "emacs": {
        "cursor_down": ("down", "ctrl+n"),
        "cursor_up": ("up", "ctrl+p"),
        "page_down": ("pagedown", "ctrl+v"),
        "page_up": ("pageup", "alt+v"),
        "cursor_first": ("home", "alt+less_than_sign"),
        "cursor_last": ("end", "alt+greater_than_sign"),
        "unfold": ("right", "ctrl+f"),
        "fold": ("left", "ctrl+b"),
        "columns_right": ("right", "ctrl+f"),
        "columns_left": ("left", "ctrl+b"),
        "earlier": ("left", "ctrl+b"),
        "later": ("right", "ctrl+f"),
        "much_earlier": ("shift+left", "alt+b"),
        "much_later": ("shift+right", "alt+f"),
        "filter": ("ctrl+s", "slash"),
        "clear_filter": ("escape", "ctrl+g"),
        "back": ("escape", "ctrl+g"),
        "copy_id": ("alt+w", "y"),
        "next_pane": ("tab", "ctrl+o"),
        "mark": ("space", "ctrl+space"),
        "mark_range": ("V",),
        "undo": ("ctrl+underscore", "u"),
        "undo_supposed": ("ctrl+underscore", "u"),
        "command_palette": ("alt+x", "colon"),
        "refresh_disk": ("f5", "g"),
        "help": ("question_mark", "f1"),
    },
}
"""By the name of the preset; an action that is not named keeps its usual keys."""
