"""The command line as a process: exit codes, streams, signals, locales, and what is not imported."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import musetui
from musetui.cli.commands import COMMANDS

HEAVY = ("textual", "rich", "httpx", "pydantic", "watchdog")


def imported_by(cwd: Path, *deeds: str) -> dict[str, set[str]]:
    """Return which heavy packages are in memory after each of *deeds*, done in turn in one process of its own."""
    script = (
        "import json, sys\nfrom musetui.cli import main\nsaid = {}\n"
        f"for deed in {deeds!r}:\n"
        "    exec(deed)\n"
        f"    said[deed] = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(json.dumps(said), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, check=True, timeout=60, stdin=subprocess.DEVNULL
    )
    return {deed: set(names) for deed, names in json.loads(done.stderr.splitlines()[-1]).items()}


def test_importing_the_command_line_imports_nothing_heavy(muse_root: Path) -> None:
    deeds = (
        "import musetui.cli, musetui.cli.parser, musetui.settings",
        "import musetui.cli.dashboard",
        "main(['--version'])",
        "main(['reserve', '--help'])",
        "main(['sync', 'push', '--help'])",
    )
    assert imported_by(muse_root, *deeds) == {deed: set() for deed in deeds}


def test_httpx_is_imported_only_when_a_hub_is_spoken_to(muse_root: Path) -> None:
    words = (["sync", "push"], ["sync", "push", "--hub", "https://hub.example"], ["sync", "pull"])
    for deed, heavy in imported_by(muse_root, *(f"main({each!r})" for each in words)).items():
        assert "httpx" not in heavy, deed


def test_commands_that_print_do_not_import_what_draws(muse_root: Path) -> None:
    words = (
        [],
        ["status"],
        ["list", "reservation"],
        ["conflicts", "--json"],
        ["plan"],
        ["plan", "--markdown"],
        ["config", "show"],
        ["config", "check"],
        ["config", "schema"],
        ["reserve", "src/a.py"],
        ["intent", "src/a.py", "--op", "modify"],
        ["release", "nothing"],
        ["heartbeat", "nothing"],
    )
    for deed, heavy in imported_by(muse_root, *(f"main({each!r})" for each in words)).items():
        assert heavy <= {"pydantic"}, deed


def test_the_version(spawn: Any, tmp_path: Path) -> None:
    assert spawn("--version", cwd=tmp_path) == (0, f"musetui {musetui.__version__}\n", "")


def test_help_names_every_command(spawn: Any, tmp_path: Path) -> None:
    outcome = spawn("--help", cwd=tmp_path)
    assert (outcome.code, outcome.err) == (0, "")
    width = max(map(len, COMMANDS))
    for name, command in COMMANDS.items():
        assert f"  {name:{width}}  {command.summary}\n" in outcome.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(run: Any, name: str) -> None:
    outcome = run(name, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"usage: musetui {name}")
    assert all(example in outcome.out for example in COMMANDS[name].examples)


@pytest.mark.parametrize(
    "name",
    [name for name in COMMANDS if name not in ("demo", "hub", "completion", "watch", "serve", "record", "replay")],
)
def test_examples_are_understood(run: Any, name: str) -> None:
    """Whatever an example comes to in this repository, its words mean something."""
    import shlex

    for example in COMMANDS[name].examples:
        _, *words = shlex.split(example)
        outcome = run(*words, *([] if "--json" in words else ["--json"]))
        for_want_of_more = (
            "unknown_id",
            "unknown_name",
            "no_answer_from_muse",
            "no_hub_url",
            "hub_error",
            "no_terminal",
        )
        assert outcome.json.get("status") in (None, *for_want_of_more)


def test_a_misspelt_command_names_the_nearest(run: Any) -> None:
    assert run("statsu") == (1, "", "musetui: 'statsu' is no command: did you mean status?\n")
    assert run("lst", "--json").json == {"error": "'lst' is no command: did you mean list?", "status": "bad_args"}
    assert run("\x1b[31m").err.startswith("musetui: '␛[31m' is no command: the commands are demo, status, list")


@pytest.mark.parametrize(
    "words",
    [["--bogus"], ["status", "--bogus"], ["list"], ["list", "reservatoin"], ["list", "task", "--limit", "0"]],
)
def test_words_that_mean_nothing_exit_with_1(run: Any, words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    as_json = run(*words, "-j")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (1, "", "bad_args")


def test_a_kind_is_named_by_the_nearest(run: Any) -> None:
    assert "'reservatoin' is no kind: did you mean reservation?" in run("list", "reservatoin").err


@pytest.mark.parametrize(
    "words", [["status"], ["list", "task"], ["conflicts"], ["reserve", "a"], ["release", "aaaa"], []]
)
def test_outside_a_repository(run: Any, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"musetui: {tmp_path.resolve()} is not inside a Muse repository: ")
    assert "--repo" in outcome.err
    as_json = run(*words, "--json")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (2, "", "not_a_repository")


def test_the_repository_may_be_named_before_and_after_the_command(
    run: Any, spawn: Any, tmp_path: Path, muse_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = muse_root / "src" / "deep"
    inside.mkdir(parents=True)
    here = spawn("status", cwd=inside)
    assert here.code == 0
    monkeypatch.chdir(tmp_path)
    assert run("--repo", str(inside), "status") == here
    assert run("status", "--repo", str(muse_root)) == here
    assert run(f"--repo={muse_root}") == here
    assert run("--repo", "nowhere", "status", "--repo", str(muse_root)) == here
    monkeypatch.setenv("MUSETUI_REPO", str(muse_root))
    assert run("status") == here
    monkeypatch.delenv("MUSETUI_REPO")
    missing = spawn("status", "--repo", "nowhere")
    assert missing.code == 2
    assert missing.err == "musetui: nowhere is no folder: name one in a Muse repository with --repo\n"


def test_bad_settings_are_told_in_a_sentence(run: Any, muse_root: Path, tmp_path: Path) -> None:
    file = tmp_path / "configuration" / "musetui" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("readonly = true")
    expected = f"{file}:1: readonly is no setting: did you mean read_only?"
    assert run("status") == (1, "", f"musetui: {expected}\n")
    assert run("status", "--json").json == {"error": expected, "status": "bad_settings"}
    file.write_text("")
    (muse_root / ".muse" / "config.toml").write_text("[musetui]\npol = 1\n")
    assert "config.toml:2: musetui.pol is no setting" in run("status").err


def test_a_defect_is_one_sentence_and_a_traceback_on_demand(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise KeyError("\x1b[31mlost")

    monkeypatch.setattr("musetui.cli.status.look_around", break_down)
    outcome = run("status")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("musetui: a defect of musetui (KeyError: ")
    assert len(outcome.err.splitlines()) == 1
    report = Path(outcome.err.partition("and send ")[2].removesuffix(" along\n"))
    assert report.stat().st_mode & 0o777 == 0o600
    assert "break_down" in report.read_text()
    report.parent.chmod(0o500)
    assert "\x1b" not in outcome.err
    monkeypatch.setenv("MUSETUI_DEBUG", "1")
    outcome = run("status", "--json")
    assert outcome.code == 3
    assert outcome.json["status"] == "defect"
    assert "Traceback" in outcome.err
    assert "break_down" in outcome.err
    assert "\x1b" not in outcome.err


def test_a_reader_that_goes_away_is_no_error(muse_root: Path, reserve: Any) -> None:
    for number in range(400):
        reserve(f"id-{number:04}", addresses=("src/" + "long" * 40,))
    process = subprocess.Popen(
        [sys.executable, "-m", "musetui", "list", "reservation"],
        cwd=muse_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"STATE")
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_behind_the_output(spawn: Any) -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = spawn("status", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert outcome.code == 1
    assert outcome.err == "musetui: the output cannot be written (no space left on device): send it elsewhere\n"


def test_ctrl_c_is_silent(muse_root: Path) -> None:
    """The signal comes in the middle of reading."""
    script = (
        "import os, signal, sys\n"
        "import musetui.coordination.reader as reader\n"
        "reader.load = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "from musetui.cli import main\n"
        "sys.exit(main(['status']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=muse_root,
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, b"", b"")


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_the_output_is_utf8_whatever_the_locale(spawn: Any, reserve: Any, locale: dict[str, str]) -> None:
    reserve("aaaa-1", "агент-☃", ("src/naïve.py",))
    outcome = spawn("list", "reservation", env=locale)
    assert (outcome.code, outcome.err) == (0, "")
    assert "агент-☃" in outcome.out
    assert "src/naïve.py" in outcome.out
    assert spawn("nönsense☃", env=locale).code == 1
    assert spawn("list", "reservation", "--json", env=locale).out.isascii()


def test_a_folder_whose_name_is_no_text(spawn: Any, tmp_path: Path) -> None:
    root = os.fsencode(tmp_path) + b"/bad\xff\x1bname"
    os.makedirs(root + b"/.muse")  # noqa: PTH103 - a name that is no text
    outcome = spawn("status", cwd=root)
    assert outcome.code == 0
    assert "bad\\udcff␛name" in outcome.out
    assert json.loads(spawn("status", "--json", cwd=root).out)["repository"]["name"] == "bad\udcff\x1bname"


def test_nothing_to_write_to(muse_root: Path) -> None:
    done = subprocess.run(
        f"exec {sys.executable} -m musetui status >&- 2>&-", shell=True, cwd=muse_root, timeout=60, check=False
    )
    assert done.returncode == 0


def test_the_demo_needs_a_terminal(spawn: Any, tmp_path: Path) -> None:
    outcome = spawn("demo", cwd=tmp_path)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "musetui: the demo is to be looked at: start it in a terminal\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("demo", "--agents", "0"), "argument --agents: '0' is no whole number from 1 to 999999999"),
        (("demo", "--agents", "many"), "argument --agents: 'many' is no whole number"),
        (("demo", "--speed", "nan"), "argument --speed: 'nan' is no speed from 0.01 to 1000"),
        (("demo", "--seed", "-1"), "argument --seed"),
        (("--repo", ".", "demo"), "the demo makes a repository of its own: leave --repo out"),
    ],
)
def test_what_the_demo_cannot_be(run: Any, words: tuple[str, ...], sentence: str) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert sentence in outcome.err
