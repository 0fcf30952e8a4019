"""Which words of a command a program would read as a program: none of them may be filled in by a record.

It is a list of the known ones, and no proof: what else a program does with its arguments, only its manual tells. Shells
and interpreters are looked for wherever they stand among the words, for others may start them; what shares its name
with harmless words (`make`, `less`) only where a program is named: at the front, or behind `sudo`, `xargs` and their
like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from musetui.placeholders import END_OF_OPTIONS, names_in

Hit = tuple[str, str]
"""A word with something to be filled in that would be read as a program, and the program that would read it."""

HARMLESS = frozenset({"line", "repo"})
"""What no record says: a number that is counted here, and where the repository is."""

_SHELLS = ("sh", "ash", "bash", "dash", "fish", "ksh", "mksh", "zsh", "csh", "tcsh", "nu", "pwsh")
_INTERPRETERS = {
    **dict.fromkeys(_SHELLS, "c"),
    **dict.fromkeys(("python", "python3", "pypy3", "su", "script"), "c"),
    **dict.fromkeys(("perl", "ruby", "node", "deno", "bun", "lua", "osascript"), "eE"),
    "php": "r",
    "awk": "",
}
"""Programs that read a program in one of their words, and the letters of the option before that word."""

_JOINING = ("ssh", "mosh", "rsh", "watch", "eval", "parallel")
"""Programs that hand all their words to a shell, here or elsewhere, as one line."""

_NOT_JOINING = ("-x", "--exec")
"""What keeps `watch` from that."""


class Prefix(NamedTuple):
    """A program that starts the one that its words name.

    Attributes:
        valued: letters of the options whose value is the next word.
        before: how many words that are no options come before the program.
    """

    valued: str = ""
    before: int = 0


_PREFIXES: Mapping[str, Prefix] = {
    "env": Prefix("uC"),
    "sudo": Prefix("ughpCrtUDRT"),
    "doas": Prefix("uC"),
    "xargs": Prefix("InPLdEsaR"),
    "parallel": Prefix("jInNLX"),
    "timeout": Prefix("ks", 1),
    "nice": Prefix("n"),
    "ionice": Prefix("cnpPu"),
    "taskset": Prefix("", 1),
    "chrt": Prefix("TPD", 1),
    "chroot": Prefix("", 1),
    "flock": Prefix("wE", 1),
    "time": Prefix("fo"),
    "stdbuf": Prefix("ioe"),
    "strace": Prefix("eopsuaIPSbEX"),
    "ltrace": Prefix("eopsuanF"),
    "systemd-run": Prefix("puHMEt"),
    "unshare": Prefix("SGRw"),
    "nsenter": Prefix("tSG"),
    "faketime": Prefix("f", 1),
    **dict.fromkeys(("nohup", "setsid", "caffeinate", "unbuffer", "entr", "busybox", "toybox", "exec"), Prefix()),
    **dict.fromkeys(("npx", "bunx", "uvx", "pipx", "ccache"), Prefix()),
}

_FINDS: Mapping[str, frozenset[str]] = {
    "find": frozenset({"-exec", "-execdir", "-ok", "-okdir"}),
    "fd": frozenset({"-x", "-X", "--exec", "--exec-batch"}),
    "fdfind": frozenset({"-x", "-X", "--exec", "--exec-batch"}),
}
"""Programs that start the one behind one of these words."""

_ANY = frozenset(
    (
        *("make", "gmake", "bmake", "just", "task", "rake", "expect"),
        *("tmux", "screen", "zellij", "byobu", "wezterm", "kitty"),
        *("sqlite3", "duckdb", "bc", "dc", "ed", "ex", "m4"),
    )
)
"""Programs that read any of their words so, or type them into a shell: `make 'X=$(shell …)'`, `tmux send-keys`."""

_VIM = frozenset({"-c", "--cmd", "-S", "-u", "-U", "-s", "-i", "-l", "--remote-send", "--remote-expr"})
_EMACS = frozenset({"--eval", "-eval", "-e", "-f", "--funcall", "-funcall", "-l", "--load", "-load", "--script", "-x"})
_OPTIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("vi", "vim", "nvim", "gvim", "mvim", "view", "vimdiff", "nvimdiff", "rvim"), _VIM),
    **dict.fromkeys(("emacs", "emacsclient"), _EMACS),
    "kak": frozenset({"-e", "-E", "-p"}),
    **dict.fromkeys(
        ("less", "more", "most"), frozenset({"-k", "--lesskey-src", "--lesskey-content", "--lesskey-file"})
    ),
    "man": frozenset({"-P", "--pager", "-H", "--html"}),
    **dict.fromkeys(("scp", "sftp"), frozenset({"-o", "-S", "-F", "-D", "-J"})),
    "rsync": frozenset({"-e", "--rsh", "--rsync-path"}),
    "psql": frozenset({"-c", "--command", "-f", "--file", "-v", "--set"}),
    **dict.fromkeys(("mysql", "mariadb"), frozenset({"-e", "--execute"})),
    **dict.fromkeys(
        ("gdb", "lldb"), frozenset({"-ex", "-iex", "-x", "-o", "-O", "-s", "-S", "-eval-command", "--command"})
    ),
    "rg": frozenset({"--pre", "--hostname-bin"}),
    "tar": frozenset({"-I", "-F", "--use-compress-program", "--to-command", "--checkpoint-action", "--rsh-command"}),
    "sort": frozenset({"--compress-program"}),
    "fzf": frozenset({"--preview", "--bind", "--with-shell"}),
    "curl": frozenset({"-K", "--config"}),
    "hg": frozenset({"--config"}),
}
"""Options of which the value, in the word or in the next one, is a program, or says which one is to be started."""

_PLUS = frozenset((*(name for name, options in _OPTIONS.items() if options in (_VIM, _EMACS)), "less", "more", "most"))
"""Programs that read a word with a plus sign at its front as a command of theirs."""

_SCRIPTED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("sed", "gsed"), frozenset({"-e", "-f", "--expression", "--file"})),
    **dict.fromkeys(("gawk", "mawk", "nawk"), frozenset({"-f", "-e", "--file", "--source", "-i", "--include", "-l"})),
}
"""Programs whose first word that is no option is a program, unless one of these options has brought it."""

_GIT_OPTIONS = frozenset({"-c", "--config-env", "--exec-path"})
_GIT_VALUED = frozenset({"-C", "--git-dir", "--work-tree", "--namespace", *_GIT_OPTIONS})
_GIT: Mapping[str, frozenset[str]] = {
    "rebase": frozenset({"-x", "--exec"}),
    "difftool": frozenset({"-x", "--extcmd"}),
    "grep": frozenset({"-O", "--open-files-in-pager"}),
    "clone": frozenset({"-u", "--upload-pack", "-c", "--config"}),
    "fetch": frozenset({"--upload-pack"}),
    "pull": frozenset({"--upload-pack"}),
    "ls-remote": frozenset({"--upload-pack", "--exec"}),
    "push": frozenset({"--receive-pack", "--exec"}),
    "archive": frozenset({"--exec"}),
    "send-email": frozenset({"--smtp-server", "--sendmail-cmd", "--to-cmd", "--cc-cmd"}),
}
"""Options of Git's commands of which the value is a program."""

_GIT_ANY: Mapping[str, str] = {"config": "", "filter-branch": "", "submodule": "foreach", "bisect": "run"}
"""Commands of Git that read any of their words so: where there is a word to it, only behind that one."""

_LEADS = re.compile(
    r"(PATH|LD_\w+|DYLD_\w+|BASH_ENV|ENV|SHELL|IFS|PS4|PAGER|EDITOR|VISUAL|BROWSER|\w*(OPTIONS|OPTS?|PATH))$|GIT_|LESS"
)
"""Variables of the environment that say which program is started, or what it reads first."""


def read_as_program(words: Sequence[str]) -> Hit | None:
    """Return a word to be filled in by a record that a program would read as a program, and which one; or None."""
    return _of_shells(words) or next(filter(None, (_at(words, place) for place in _programs(words))), None)


def _of_shells(words: Sequence[str]) -> Hit | None:
    """Return what a shell or an interpreter would read so, wherever among the words it stands."""
    for place, word in enumerate(words):
        name = PurePath(word).name
        if name in _JOINING and not set(_NOT_JOINING) & set(words[place:]):
            return next(((each, name) for each in words[place + 1 :] if names_in(each)), None)
        letters = _INTERPRETERS.get(re.sub(r"[0-9.]+$", "", name) or name, _INTERPRETERS.get(name))
        if letters is None:
            continue
        at = place + 1
        while at < len(words) and words[at].startswith("-"):
            option, at = words[at], at + 1
            if letters and re.fullmatch(rf"-[A-Za-z]*[{letters}].*", option) and names_in(option):
                return option, name
            if letters and re.fullmatch(rf"-[A-Za-z]*[{letters}]|--(eval|command|print)", option):
                break
        else:
            if letters:
                continue
        if at < len(words) and names_in(words[at]):
            return words[at], name
    return None


def _filled(word: str) -> bool:
    """Return whether a record says something of *word*."""
    return not set(names_in(word)) <= HARMLESS


def _name(word: str) -> str:
    """Return what the program *word* is called, without its folder and version."""
    return re.sub(r"[0-9.]+$", "", PurePath(word).name) or PurePath(word).name


def _programs(words: Sequence[str]) -> Iterator[int]:
    """Yield the places of the words that name programs which are started."""
    place: int | None = 0
    while place is not None and place < len(words):
        yield place
        place = _following(words, place)


def _following(words: Sequence[str], place: int) -> int | None:
    """Return the place of the program that the one at *place* starts; None for none."""
    name = PurePath(words[place]).name
    if name in _FINDS:
        return next((at + 1 for at in range(place + 1, len(words)) if words[at] in _FINDS[name]), None)
    prefix = _PREFIXES.get(name)
    if prefix is None:
        return None
    at, before = place + 1, prefix.before
    while at < len(words):
        word = words[at]
        if word.startswith("-") and word != "-":
            # An option with its value in the next word; one that is long has it behind `=`, or none is known.
            at += 2 if len(word) == 2 and word[1] in prefix.valued else 1
        elif name in ("env", "sudo", "doas") and re.match(r"\w+=", word):
            at += 1
        elif before:
            at, before = at + 1, before - 1
        else:
            return at
    return None


def _at(words: Sequence[str], place: int) -> Hit | None:
    """Return what the program at *place* would read so, or what would be that program."""
    name = PurePath(words[place]).name
    if _filled(words[place]):
        if not place:
            return None  # that nothing of it is filled in is asked for anyway
        return words[place], PurePath(words[place - 1]).name
    rest = words[place + 1 :]
    if name in _PREFIXES:
        following = _following(words, place)
        before = words[place + 1 : following]
        return next(((word, name) for word in before if _filled(word) and _leads(word)), None)
    if _name(name) in _ANY:
        return next(((word, name) for word in rest if _filled(word)), None)
    if name == "git":
        return _of_git(rest)
    options = _OPTIONS.get(_name(name)) or _OPTIONS.get(name)
    found = _value_of(rest, options) if options else None
    if found is None and _name(name) in _PLUS:
        found = _with_plus(rest)
    if found is None and (options := _SCRIPTED.get(name)):
        found = _script(rest, options)
    return None if found is None else (found, name)


def _leads(word: str) -> bool:
    """Return whether *word*, before the program that is started, says which one or how; a plain variable does not."""
    variable, equals, _ = word.partition("=")
    return not equals or not variable.isidentifier() or _LEADS.match(variable) is not None


def _value_of(words: Sequence[str], options: frozenset[str]) -> str | None:
    """Return the value of one of *options* that a record says something of: in the word itself, or in the next one."""
    for place, word in enumerate(words):
        if word in options and place + 1 < len(words) and _filled(words[place + 1]):
            return words[place + 1]
        if _filled(word) and any(word.startswith(option if len(option) == 2 else f"{option}=") for option in options):
            return word
    return None


def _with_plus(words: Sequence[str]) -> str | None:
    """Return a word with a plus sign at its front. One that gets it by what is filled in is refused when it does."""
    for word in words:
        if word == END_OF_OPTIONS:
            return None
        if _filled(word) and word.startswith("+"):
            return word
    return None


def _script(words: Sequence[str], options: frozenset[str]) -> str | None:
    """Return the script among *words*, or a part of it, where a record says something of it."""
    if (found := _value_of(words, options)) is not None:
        return found
    if any(word in options or word.partition("=")[0] in options for word in words):
        return None
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in ("-v", "-F", "-l") else 1
    return words[at] if at < len(words) and _filled(words[at]) else None


def _of_git(words: Sequence[str]) -> Hit | None:
    """Return what Git would read so: settings, aliases, and what some of its commands start."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _GIT_VALUED else 1
    found = _value_of(words[:at], _GIT_OPTIONS)
    command, rest = (words[at], words[at + 1 :]) if at < len(words) else ("", ())
    if found is None and _filled(command):
        found = command
    if found is None and command in _GIT_ANY and _GIT_ANY[command] in ("", *rest):
        found = next(filter(_filled, rest), None)
    if found is None and command in _GIT:
        found = _value_of(rest, _GIT[command])
    return None if found is None else (found, "git")
