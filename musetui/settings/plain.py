"""The plain settings: each with its kind, what it means, and what is usual. Flags and variables have their names."""

from musetui.settings.chosen import RECORDS_PATH
from musetui.settings.tables import Setting
from musetui.settings.values import (
    FILE,
    FLAG,
    FOLDER,
    HISTORY_LENGTH,
    HUB,
    LENGTH,
    LINE,
    NAME,
    QUIET_HOURS,
    RECORDS,
    THEME,
    choice,
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "repo",
        FOLDER,
        "the folder to look for the repository from, upwards, in place of the current one",
        personal=True,
        example='"~/src/orchard"',
    ),
    Setting("read_only", FLAG, "never write records", "false"),
    Setting(
        "theme",
        THEME,
        "the dashboard's colours: `musetui-dark` or any of docs/looks.md; ctrl+t shows them all",
        example='"musetui-contrast-dark"',
    ),
    Setting(
        "glyphs",
        choice("auto", "unicode", "ascii"),
        "signs for every font, or plain ones; `auto` goes by the locale and $TERM",
        '"auto"',
    ),
    Setting("reduced_motion", FLAG, "nothing moves or blinks, and news is painted once a second", "false"),
    Setting("density", choice("comfortable", "compact"), "panes in frames, or more rows and columns", '"comfortable"'),
    Setting("silent_after", LENGTH, "how long a run may show no sign of life before it counts as silent", '"15m"'),
    Setting("longest_lease", LENGTH, "from which length on a lease is overlong", '"24h"'),
    Setting("future_tolerance", LENGTH, "how far ahead of this clock a record may be dated", '"1m"'),
    Setting("abandoned_within", LENGTH, "for how long what ran out and was never released is still looked at", '"24h"'),
    Setting(
        "history",
        HISTORY_LENGTH,
        "for how long reservations that are over are kept in mind, with all about them, at least a day; `all` for ever",
        '"30d"',
    ),
    Setting("poll", FLAG, "compare folders instead of asking the kernel, for network file systems", "false"),
    Setting("calls", FLAG, "read sources for who calls what another run changes", "true"),
    Setting(
        "remember",
        FLAG,
        "keep what was read in the user's cache folder, from where the next start takes what has not changed",
        "true",
        personal=True,
    ),
    Setting(
        "run_id", LINE, "who I am in records that I write; usually `user@host`, or `$MUSE_RUN_ID`", example='"gabriel"'
    ),
    Setting(
        "hub", HUB, "the address of the hub; before `[hub] url` of `.muse/config.toml`", example='"https://musehub.ai"'
    ),
    Setting("owner", NAME, "whose repository it is at the hub; usually my own handle there", example='"gabriel"'),
    Setting("slug", NAME, "what the repository is called at the hub; usually as its folder is", example='"orchard"'),
    Setting("records_path", RECORDS, "where another hub has its records, below its address", f'"{RECORDS_PATH}"'),
    Setting(
        "identity",
        FILE,
        "the file that says who I am at which hub; usually `~/.muse/identity.toml`",
        personal=True,
        example='"~/.muse/identity.toml"',
    ),
    Setting(
        "key",
        FILE,
        "the file of the private key that signs; usually the one that the identity names",
        personal=True,
        example='"~/.muse/key.pem"',
    ),
    Setting("auto_push", FLAG, "the dashboard pushes local changes without being asked", "false", personal=True),
    Setting(
        "state",
        FOLDER,
        "the folder that remembers what a hub has; usually the user's own",
        personal=True,
        example='"~/.local/state/musetui"',
    ),
    Setting(
        "export_folder",
        FOLDER,
        "the folder that exports are written to; usually the current one",
        personal=True,
        example='"~/Documents"',
    ),
    Setting(
        "quiet_hours",
        QUIET_HOURS,
        "when alerts wait, by this machine's clock; over midnight too; `never` for no such hours",
        '"never"',
        personal=True,
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}
