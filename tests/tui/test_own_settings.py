"""Commands of a person's own, as the settings have them: what is made of them, and what is refused, where and why."""

from pathlib import Path

import pytest

from musetui.settings import Reading, read_settings
from musetui.tui.own.command import FIELDS, Output, OwnCommand
from musetui.tui.own.read_as_program import read_as_program
from musetui.tui.own.settings import TABLE
from musetui.tui.subject import SubjectKind


def reading_of(tmp_path: Path, text: str) -> Reading:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return read_settings({}, {}, user_file=file)


def told(tmp_path: Path, text: str) -> list[str]:
    """Return what is wrong with a settings file, without its folder."""
    return [str(problem).rpartition("/config.toml:")[2] for problem in reading_of(tmp_path, text).problems]


def command_of(tmp_path: Path, text: str) -> OwnCommand:
    reading = reading_of(tmp_path, f"[[commands]]\n{text}")
    assert not reading.problems
    [command] = reading.settings.of(TABLE)
    return command


def test_every_kind_has_its_fields() -> None:
    assert set(FIELDS) == set(SubjectKind)


def test_what_is_said_is_what_is_made(tmp_path: Path) -> None:
    text = (
        'name = "blame"\nkey = ["b", "ctrl+b"]\ncommand = "git blame -L {line} -- \'{path} x\'"\non = "conflict"\n'
        'views = ["dashboard", "stale"]\nconfirm = true\noutput = "toast"\ntimeout = "5s"\ndoes = "Who wrote it"\n'
    )
    command = command_of(tmp_path, text)
    assert command == OwnCommand(
        "blame",
        ("git", "blame", "-L", "{line}", "--", "{path} x"),
        ("b", "ctrl+b"),
        ("conflict",),
        ("dashboard", "stale"),
        confirm=True,
        output=Output.TOAST,
        seconds=5,
        does="Who wrote it",
    )
    assert command.kinds() == ["conflict"]


def test_what_is_usual(tmp_path: Path) -> None:
    command = command_of(tmp_path, 'name = "log"\ncommand = ["git", "log", "--", "{path}"]\n')
    assert (command.output, command.seconds, command.keys, command.asks) == (Output.PANE, 60, (), False)
    assert command.kinds() == ["reservation", "intent", "conflict", "problem"]
    assert command.wants_record
    assert not command_of(tmp_path, 'name = "log"\ncommand = "git -C {repo} log"\n').wants_record
    assert command_of(tmp_path, 'name = "x"\ncommand = "less x"\noutput = "terminal"\n').seconds is None


def test_a_repository_has_no_say_in_it(tmp_path: Path) -> None:
    file = tmp_path / "repo.toml"
    file.write_text('[[musetui.commands]]\nname = "x"\ncommand = "rm -rf /"\n')
    reading = read_settings({}, {}, repository_file=file)
    assert "not for a repository's" in str(reading.problems[0])
    assert reading.settings.of(TABLE) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('comand = "x"\ncommand = "x"', "3: commands.comand is no setting: did you mean command?"),
        ('command = "x \'y"', "3: commands.command is x 'y: close the quotation mark that is open"),
        ('command = ""', "3: commands.command is an empty text: write the program and its arguments:"),
        ('command = "x {adress}"', "3: commands.command has {adress}: did you mean {address}?"),
        ('command = "x {zzzzzz}"', "3: commands.command has {zzzzzz}: there are {repo}, {id}, {run}"),
        ('command = "{file} x"', "3: commands.command begins with what is filled in: begin with the program itself"),
        (
            'command = "x {address}"\non = "task"',
            "3: commands.command has {address}, and of a task there are {id}, {task}, {title}, {run}",
        ),
        ('command = "x {state} {reason}"', "3: commands.command has {reason} and {state}, which nothing has all of"),
        ("command = \"sh -c 'echo {run}'\"", "3: commands.command would have sh read what a record says as a program"),
        ('command = "x"\nkey = "pagdown"', "4: commands.key is pagdown: pagdown is no key: did you mean pagedown?"),
        ('command = "x"\nkey = "r"', "4: commands.key has the key r, which is release's too on the dashboard: give it"),
        ('command = "x"\nkey = "ctrl+q"', "4: commands.key has the key ctrl+q, which is quit's too"),
        ('command = "x"\nkey = "m"', "4: commands.key has the key m, which is semantic_plan's too in the merge plan"),
        ('command = "x"\nkey = "b"\n[keys]\nzoom = "b"', "4: commands.key has the key b, which is zoom's too"),
        ('command = "x"\non = "reservatoin"', "4: commands.on is reservatoin: did you mean reservation?"),
        ('command = "x"\nviews = "plans"', "4: commands.views is plans: did you mean plan?"),
        ('command = "x"\noutput = "panel"', "4: commands.output is panel: did you mean pane?"),
        ('command = "x"\noutput = "terminal"\ntimeout = "5s"', "5: commands.timeout is for what runs beside"),
        ('command = "x"\n[[commands]]\ncommand = "y"\nname = "a"', "6: commands.name is a, as another command is"),
        (
            'command = "x"\nkey = "b"\n[[commands]]\ncommand = "y"\nname = "c"\nkey = "b"',
            "8: commands.key has the key b, which is a's too: give one of them another key",
        ),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    found = told(tmp_path, f'[[commands]]\nname = "a"\n{text}\n')
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_the_line_is_that_of_the_key(tmp_path: Path) -> None:
    text = '[[commands]]\nname = "a"\ncommand = "x"\n\n[[commands]]\nname = "b"\n# why\ncommand = "x {ran}"\n'
    assert told(tmp_path, text) == ["8: commands.command has {ran}: did you mean {run}?"]


@pytest.mark.parametrize("text", ['key = "m"\nviews = "dashboard"', 'key = "z"\n[keys]\nzoom = "Z"'])
def test_a_key_may_mean_something_else_where_the_command_is_not_heard(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, f'[[commands]]\nname = "a"\ncommand = "x"\n{text}\n') == []


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "-c", "echo {run}"),
        ("/bin/bash", "-lc", "echo {run}"),
        ("env", "X=1", "zsh", "-e", "-c", "x {run}"),
        ("python3.11", "-c", "print('{run}')"),
        ("perl", "-ne", "{run}"),
        ("node", "--eval", "{run}"),
        ("bash", "-cx{run}"),
        ("ssh", "host", "ls", "{path}"),
        ("watch", "-n1", "cat", "{path}"),
        ("awk", "-v", "{run}"),
        ("xargs", "{run}"),
        ("xargs", "-n", "1", "{run}"),
        ("sudo", "-u", "bob", "env", "X=1", "{run}", "x"),
        ("timeout", "5", "{run}"),
        ("env", "LD_PRELOAD={path}", "ls"),
        ("env", "-S", "{run}"),
        ("flock", "/tmp/lock", "-c", "{run}"),
        ("find", ".", "-exec", "{run}", ";"),
        ("vim", "-c", "{run}"),
        ("nvim", "+{run}"),
        ("/usr/bin/vim", "--cmd={run}"),
        ("emacs", "--eval", "{run}"),
        ("emacsclient", "-e", "{run}"),
        ("less", "+{run}", "x"),
        ("git", "-c", "alias.x=!{run}", "x"),
        ("git", "-calias.x=!{run}", "x"),
        ("git", "{run}"),
        ("git", "-C", "{repo}", "rebase", "--exec", "{run}"),
        ("git", "config", "core.pager", "{run}"),
        ("git", "submodule", "foreach", "{run}"),
        ("git", "bisect", "run", "{run}"),
        ("git", "fetch", "--upload-pack={run}", "there"),
        ("tmux", "send-keys", "{run}"),
        ("tmux", "new-window", "{run}"),
        ("tmux", "run-shell", "{run}"),
        ("sed", "s/x/{run}e"),
        ("sed", "-n", "-e", "{run}", "--", "x"),
        ("gawk", "-f", "{path}"),
        ("make", "X={run}"),
        ("make", "{run}"),
        ("ssh", "-o", "ProxyCommand={run}", "host"),
        ("scp", "-o", "ProxyCommand={run}", "x", "host:"),
        ("rsync", "-e", "{run}", "x", "y"),
        ("psql", "-c", "{run}"),
    ],
)
def test_no_record_becomes_a_program(words: tuple[str, ...]) -> None:
    assert read_as_program(words) is not None


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "-c", 'echo "$1"', "-", "{run}"),
        ("bash", "script.sh", "{run}"),
        ("python3", "-m", "tool", "{run}"),
        ("watch", "-x", "cat", "{path}"),
        ("git", "-c", "x=y", "log", "--", "{path}"),
        ("ssh", "host", "ls"),
        ("xargs", "-n", "1", "tool", "{run}"),
        ("sudo", "-u", "bob", "tool", "--", "{run}"),
        ("env", "RUN={run}", "tool"),
        ("timeout", "5", "tool", "{run}"),
        ("find", ".", "-name", "{path}"),
        ("vim", "+{line}", "{file}"),
        ("vim", "-c", "set number", "--", "{path}"),
        ("emacs", "+{line}", "{file}"),
        ("less", "+F", "/var/log/{run}.log"),
        ("git", "-C", "{repo}", "log", "main..{branch}"),
        ("git", "bisect", "good", "{branch}"),
        ("git", "cherry-pick", "-x", "{branch}"),
        ("gh", "pr", "view", "{branch}"),
        ("agentctl", "make", "{run}"),
        ("make", "-C", "{repo}"),
        ("sed", "-n", "{line}p", "{file}"),
        ("sed", "-e", "s/a/b/", "{file}"),
        ("gawk", "-v", "run={run}", "{{ print run }}"),
        ("code", "--goto", "{file}:{line}"),
        ("rsync", "-a", "{path}", "host:x"),
    ],
)
def test_what_is_an_argument_stays_allowed(words: tuple[str, ...]) -> None:
    assert read_as_program(words) is None
