"""What `--help` tells beside the options: what a command is for, how it ends, and which environment it hears."""

import shutil
import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from musetui.cli.failures import (
    EXIT_FINE,
    EXIT_INTERRUPTED,
    EXIT_NO_REPOSITORY,
    EXIT_PIPE,
    EXIT_USER,
)
from musetui.errors import EXIT_DEFECT
from musetui.settings.plain import BY_NAME
from musetui.settings.reading import DEBUG, ENVIRONMENT_PREFIX


class Page(NamedTuple):
    """What is told of a command.

    Attributes:
        about: what it is for: paragraphs, with an empty line between.
        ends: what its exit codes mean, where that is more than what they always mean.
        hears: the settings that matter for it, each of which the environment can say.
        also: further variables of the environment, each with what it does.
    """

    about: str
    ends: Mapping[int, str] = {}
    hears: tuple[str, ...] = ()
    also: Mapping[str, str] = {}


_STUCK = ("silent_after", "longest_lease", "future_tolerance", "abandoned_within")
_LOOKS = ("theme", "glyphs", "reduced_motion", "density")
_HUB = ("hub", "owner", "slug", "identity", "key", "records_path", "state")
_CERTIFICATES = {"SSL_CERT_FILE": "a file of authorities that are believed in place of the usual ones"}
_EDITOR = {"VISUAL, EDITOR": "the editor; vi, if neither is set"}
_COLOURS = {"NO_COLOR": "if it is set to anything, the terminal's own colours alone"}
_ALWAYS_USER = "the words mean nothing, a setting is wrong, or it could not be done; stderr says why"

PAGES: Mapping[str, Page] = {
    "": Page(
        "Mission control for swarms of AI agents that share a code base under Muse.\n\n"
        "Without a command: the dashboard, or `status` where there is no terminal. It reads .muse/coordination/, "
        "follows it live, and writes only what a key or a command asks for. `?` shows its keys, `q` leaves.",
        hears=(
            "repo",
            "read_only",
            *_LOOKS,
            "poll",
            "calls",
            "remember",
            "run_id",
            "auto_push",
            "export_folder",
            "quiet_hours",
            *_STUCK,
            "history",
            *_HUB,
        ),
        also={**_COLOURS, **_EDITOR, **_CERTIFICATES},
    ),
    "demo": Page(
        "A scripted swarm reserves, announces, collides, goes silent and finishes, in a temporary folder with a hub of "
        "its own, and the dashboard shows it. Nothing outside that folder is touched, and it is removed at the end.",
        {EXIT_USER: "there is no terminal, or the words mean nothing"},
        ("read_only", *_LOOKS, "poll", "calls", "run_id"),
        _COLOURS,
    ),
    "status": Page(
        "One look at everything, for a person or a script: how many reservations are active, expiring, released and "
        "expired, here and on other machines; conflicts by risk; what is stuck, by reason; files that are no records; "
        "how much was over too long ago to be kept in mind.",
        hears=("repo", *_STUCK, "history"),
    ),
    "list": Page(
        "Records as they lie on disk, local ones and those pulled from a hub, each with the state that time, "
        "heartbeats and releases give it. Files that are no records are left out; `status` counts them. What was over "
        "long ago is left out too, and how much that is stands on stderr: MUSETUI_HISTORY=all lists it.",
        hears=("repo", "silent_after", "history"),
    ),
    "conflicts": Page(
        "A conflict is a group: an address, or nest of addresses, with all the runs that hold or change it. Runs on "
        "other machines count as those here. With --calls, who calls what another run may change is one too.",
        hears=("repo", "calls"),
    ),
    "stale": Page(
        "What is stuck: silent and abandoned reservations, orphan intents, overlong leases, records from the future, "
        "waits on the dead and in a circle, and claims that nobody works on. docs/stale.md explains each.",
        hears=("repo", *_STUCK),
    ),
    "check": Page(
        "For cron, pagers and pipelines: prints one line for each finding that counts, and fails if there are more "
        "than allowed. It fails too where it could not see all records.",
        {EXIT_USER: "there is more than allowed, not all could be read, or the words mean nothing"},
        ("repo", *_STUCK),
    ),
    "plan": Page(
        "Whoever is merged later reworks what was changed before. The order printed is the one that costs least, with "
        "the reason for each place. --merged and --released ask what is left if some of it has happened. --filter "
        "chooses the branches that are told of, at their places in the order of all. It only reads; docs/plan.md "
        "explains the price.",
        hears=("repo",),
    ),
    "record": Page(
        "Follows the repository and appends to a file each heartbeat, each deletion and when each thing arrived, until "
        "a signal ends it. What it kept is used by --at; docs/time-travel.md describes the file. It can be killed at "
        "any moment, and gone on with.",
        {EXIT_USER: "the file is no recording of this repository, or cannot be written (any more)"},
        ("repo", "poll", "state"),
    ),
    "replay": Page(
        "Opens what `musetui record` wrote, on any machine, with or without a repository: every view, the timeline, "
        "and each moment played like a film. Its now is the recording's end. It follows nothing, asks no hub, and "
        "writes nothing. One that was cut off, as its recorder was killed, is shown as far as it is whole; "
        "docs/time-travel.md tells what no recording knows.",
        {EXIT_USER: "there is no terminal, the file is no recording or is damaged, or the words mean nothing"},
        _LOOKS,
        _COLOURS,
    ),
    "reserve": Page(
        "Writes a reservation: an advisory lease on addresses, which are paths, with :: and a symbol where a symbol is "
        "meant. Nothing is blocked; what it collides with is told, and it is written all the same.",
        hears=("repo", "run_id", "read_only"),
        also={"MUSE_RUN_ID": "who takes them, where MUSETUI_RUN_ID does not say"},
    ),
    "intent": Page(
        "Announces what a run will do, so that others can be told what it clashes with: deleting, renaming and moving "
        "weigh more than changing.",
        hears=("repo", "run_id", "read_only"),
        also={"MUSE_RUN_ID": "whose intent it is, where MUSETUI_RUN_ID does not say"},
    ),
    "release": Page(
        "Writes a release, which ends a reservation whatever its expiry. A release is written once: it cannot be taken "
        "back, but the addresses can be reserved again.",
        {EXIT_USER: "there is no such reservation, it is released already, or the words mean nothing"},
        ("repo", "run_id", "read_only"),
        {"MUSE_RUN_ID": "who gives it back, where MUSETUI_RUN_ID does not say"},
    ),
    "heartbeat": Page(
        "Shows that the run lives which holds a reservation. With --extension it keeps it for longer; a lease never "
        "grows shorter by it. Whoever does not say --run-id is taken for the holder; another one extends only.",
        {EXIT_USER: "there is no such reservation, another run holds it, or the words mean nothing"},
        ("repo", "run_id", "read_only"),
    ),
    "sync push": Page(
        "Sends local records to the hub in batches, and goes on after one that fails. What the hub has already is "
        "skipped, so it can be repeated safely.",
        {EXIT_USER: "no hub is known, the hub said no or could not be reached, or a batch failed"},
        ("repo", *_HUB),
        _CERTIFICATES,
    ),
    "sync pull": Page(
        "Fetches records from the hub into .muse/coordination/remote/, once. The dashboard does so by itself, and "
        "keeps a cursor of its own; this command begins at --since-id.",
        {EXIT_USER: "no hub is known, or the hub said no or could not be reached"},
        ("repo", *_HUB),
        _CERTIFICATES,
    ),
    "hub": Page(
        "A hub takes records from many machines and gives them to all. --dev makes one for this machine alone, with an "
        "identity and a key; docs/hub.md is for a team: PostgreSQL, certificates, a proxy in front, owners, members.",
        {EXIT_USER: "the port is taken, the database cannot be used, or the words mean nothing"},
    ),
    "watch": Page(
        "Follows the repository and prints what happens, a line each, until a signal comes or nobody reads any more. "
        "It writes nothing, unless --pull fetches from the hub. --filter chooses by what is told, alerts left alone. "
        "--alerts brings the alerts of the settings as well; docs/alerts.md tells of them.",
        {
            EXIT_USER: "there is no rule for --alerts, no hub for --pull, or the words mean nothing",
            EXIT_INTERRUPTED: "ctrl+c; 143 by SIGTERM, 129 by SIGHUP",
            EXIT_PIPE: "nobody reads any more",
        },
        ("repo", "poll", "quiet_hours", *_STUCK, *_HUB),
        _CERTIFICATES,
    ),
    "serve": Page(
        "Each page that is open has a dashboard of its own. Only this machine reaches it, and only who has the token "
        "of the printed address gets in, unless told otherwise; docs/serve.md tells how, also for other machines.",
        {EXIT_USER: "the port is taken, the extra `musetui[serve]` is not installed, or the words mean nothing"},
        ("repo",),
    ),
    "doctor": Page(
        "Looks at all that musetui needs, one thing after the other, and says how it is: versions and extras, "
        "settings, the repository and its disk, whether the kernel tells of changes and how much of its watching is "
        "used up, records that are none, clocks, the hub and the identity, the terminal, the editor. Where something "
        "is wrong or to be known, the line below says what to do. It writes nothing, and shows no "
        "secret.",
        {EXIT_USER: "something is wrong"},
        ("repo", "poll", *_HUB),
        _EDITOR | _COLOURS,
    ),
    "keys": Page(
        "Every action of the dashboard with its keys, as settings and preset have them: the names are those that "
        "[keys] in the settings file takes.",
        {EXIT_USER: "a setting is wrong; the keys are printed all the same"},
    ),
    "config show": Page(
        "The value of every setting, and where it was said: a flag, a variable, or a file with its line.",
        {EXIT_USER: "a setting is wrong; what holds is printed all the same"},
        tuple(BY_NAME),
    ),
    "config check": Page(
        "Reads the settings file, the repository's, and the environment, and prints each mistake on a line of its own: "
        "file, line, key, what is wrong, and the nearest name that would be right.",
        {EXIT_USER: "something is wrong"},
        tuple(BY_NAME),
    ),
    "config edit": Page(
        "Opens the settings file at its first mistake, or at its start. Where there is none it is made, with every "
        "setting explained and none said. When the editor ends, the file is checked.",
        {EXIT_USER: "there is no terminal, the editor failed, or something is wrong in the file"},
        also=_EDITOR,
    ),
    "config schema": Page(
        "What may stand in the settings file, as JSON Schema (draft 2020-12): editors that know TOML complete and "
        "check by it. docs/settings.md says how."
    ),
    "completion": Page(
        "Prints a script for the shell to load.\n\n"
        "bash, in ~/.bashrc:\n    source <(musetui completion bash)\n"
        "zsh, in ~/.zshrc, below compinit:\n    source <(musetui completion zsh)\n"
        "fish, once:\n    musetui completion fish > ~/.config/fish/completions/musetui.fish\n\n"
        "Reservations, runs, branches and addresses are completed from the repository one is in."
    ),
}
"""By the name of the command; "" is musetui without one."""

_USUAL_ENDS = {
    EXIT_FINE: "it was done",
    EXIT_USER: _ALWAYS_USER,
    EXIT_NO_REPOSITORY: "this is not inside a Muse repository",
    EXIT_DEFECT: "a defect of musetui",
}
_HOMELESS = (
    "demo",
    "replay",
    "doctor",
    "hub",
    "keys",
    "config show",
    "config check",
    "config edit",
    "config schema",
    "completion",
)
"""Commands that need no repository."""


def width() -> int:
    """Return how many characters a line of help has: those of the terminal, within reason."""
    return min(max(shutil.get_terminal_size().columns - 2, 40), 100)


def about(name: str) -> str:
    """Return what a command is for, broken into lines."""
    return "\n".join(
        textwrap.fill(line, width(), break_on_hyphens=False, break_long_words=False)
        for line in PAGES[name].about.splitlines()
    )


def ends(name: str) -> str:
    """Return what the exit codes of a command mean, a line or more for each."""
    codes = {**_USUAL_ENDS, **PAGES[name].ends}
    if name in _HOMELESS:
        del codes[EXIT_NO_REPOSITORY]
    return _table({str(code): meaning for code, meaning in codes.items()})


def environment(name: str) -> str:
    """Return the variables of the environment that a command hears."""
    page = PAGES[name]
    told = {f"{ENVIRONMENT_PREFIX}{each.upper()}": BY_NAME[each].means for each in page.hears}
    return _table({**told, **page.also, DEBUG: "shows the traceback of a defect, if it is set"})


def _table(rows: Mapping[str, str]) -> str:
    left = max(map(len, rows)) + 2
    lines: list[str] = []
    for name, meaning in rows.items():
        wrapped = textwrap.wrap(meaning, max(width() - left - 2, 20), break_on_hyphens=False) or [""]
        lines += [f"{name:<{left}}{wrapped[0]}", *(f"{'':<{left}}{line}" for line in wrapped[1:])]
    return "\n".join(lines)
