"""Settings: which place wins, and what a slip of the pen in one of them is told."""

import itertools
import os
import pwd
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from musetui.errors import MuseTuiError
from musetui.settings import KEYS, RECORDS_PATH, Settings, load_settings, user_settings_file, who_and_where
from musetui.settings.tables import ROOMS


def test_nothing_said_gives_the_usual_ones() -> None:
    settings = load_settings({}, {"USER": "gabriel"})
    assert settings == Settings(run_id=settings.run_id)
    assert settings.repo is None
    assert not settings.read_only
    assert not settings.poll
    assert settings.silent_after == timedelta(minutes=15)
    assert settings.theme == ""


def test_the_first_place_that_speaks_wins(user_file: Path, repository_file: Path) -> None:
    """Every choice of the four places that say something, from none to all: the highest of them is heard."""
    places = ("flag", "environment", "user", "repository")
    for speaking in itertools.chain.from_iterable(itertools.combinations(places, n) for n in range(5)):
        user_file.write_text('theme = "user"' if "user" in speaking else "")
        repository_file.write_text('[musetui]\ntheme = "repository"' if "repository" in speaking else "[hub]\n")
        settings = load_settings(
            {"theme": "flag" if "flag" in speaking else None},
            {"MUSETUI_THEME": "environment"} if "environment" in speaking else {},
            user_file=user_file,
            repository_file=repository_file,
        )
        assert settings.theme == (speaking[0] if speaking else "")


def test_places_add_up_key_by_key(user_file: Path, repository_file: Path) -> None:
    user_file.write_text('theme = "nord"\nsilent_after = "5m"\n')
    repository_file.write_text("[musetui]\nsilent_after = 90\npoll = true\n[hub]\nurl = 1\n")
    settings = load_settings(
        {"read_only": True}, {"MUSETUI_RUN_ID": "me"}, user_file=user_file, repository_file=repository_file
    )
    assert settings == Settings(read_only=True, theme="nord", silent_after=timedelta(minutes=5), poll=True, run_id="me")


@pytest.mark.parametrize(
    ("toml", "settings"),
    [
        ("read_only = true", {"read_only": True}),
        ('read_only = "yes"', {"read_only": True}),
        ("poll = false", {"poll": False}),
        ('silent_after = "1h30m"', {"silent_after": timedelta(minutes=90)}),
        ('longest_lease = "2d"', {"longest_lease": timedelta(days=2)}),
        ("future_tolerance = 30", {"future_tolerance": timedelta(seconds=30)}),
        ('abandoned_within = "12h"', {"abandoned_within": timedelta(hours=12)}),
        ("silent_after = 60", {"silent_after": timedelta(minutes=1)}),
        ("silent_after = 1.5", {"silent_after": timedelta(seconds=1.5)}),
        ('repo = "/srv/orchard"', {"repo": Path("/srv/orchard")}),
        ('run_id = " on call "', {"run_id": "on call"}),
        ('theme = ""', {"theme": ""}),
    ],
)
def test_values_of_the_user_file(user_file: Path, toml: str, settings: dict[str, object]) -> None:
    user_file.write_text(toml)
    loaded = load_settings({}, {}, user_file=user_file)
    assert {key: getattr(loaded, key) for key in settings} == settings


def test_a_path_may_begin_at_home(user_file: Path) -> None:
    user_file.write_text('repo = "~/orchard"')
    assert load_settings({}, {}, user_file=user_file).repo == Path.home() / "orchard"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("readonly = true", "{file}:1: readonly is no setting: did you mean read_only?"),
        ('Theme = "x"', "{file}:1: Theme is no setting: did you mean theme?"),
        (
            "zzz = 1",
            f"{{file}}:1: zzz is no setting: the settings are {', '.join([*KEYS, *ROOMS])}",
        ),
        ("read_only = 1", "{file}:1: read_only is 1: say true or false"),
        ('poll = "perhaps"', "{file}:1: poll is perhaps: say true or false"),
        ('silent_after = "soon"', "{file}:1: silent_after is soon: write a length of time like 45s, 90m or 1h30m"),
        ("silent_after = true", "{file}:1: silent_after is True: write a length of time like 45s, 90m or 1h30m"),
        ("silent_after = -5", "{file}:1: silent_after is -5: write a length of time like 45s, 90m or 1h30m"),
        ("silent_after = nan", "{file}:1: silent_after is nan: write a length of time like 45s, 90m or 1h30m"),
        ('silent_after = "0s"', "{file}:1: silent_after is 0s: it must be at least 1s"),
        ('run_id = ""', "{file}:1: run_id is an empty text: write one line of text of at most 512 characters"),
        ('run_id = "a\\u001bb"', "{file}:1: run_id is a␛b: write one line of text of at most 512 characters"),
        ("theme = 7", "{file}:1: theme is 7: write the name of a theme"),
        ("repo = []", "{file}:1: repo is []: write the path of a folder"),
        (
            'repo = "~nobody-of-that-name/x"',
            "{file}:1: repo is ~nobody-of-that-name/x: there is no such home folder: write the path of a folder",
        ),
        ("theme =", "{file}:1: this is not TOML (Invalid value): mend that line"),
    ],
)
def test_a_slip_in_the_user_file_is_named_with_file_and_key(user_file: Path, toml: str, sentence: str) -> None:
    user_file.write_text(toml)
    with pytest.raises(MuseTuiError) as caught:
        load_settings({}, {}, user_file=user_file)
    assert str(caught.value) == sentence.format(file=user_file)


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[musetui]\ntheem = 'x'", "{file}:2: musetui.theem is no setting: did you mean theme?"),
        ("[musetui]\npoll = 3", "{file}:2: musetui.poll is 3: say true or false"),
        ("musetui = 3", "{file}:1: musetui is no table: write `[musetui]` on a line of its own, and settings below it"),
    ],
)
def test_a_slip_in_the_repositorys_file_too(repository_file: Path, toml: str, sentence: str) -> None:
    repository_file.write_text(toml)
    with pytest.raises(MuseTuiError) as caught:
        load_settings({}, {}, repository_file=repository_file)
    assert str(caught.value) == sentence.format(file=repository_file)


def test_a_repository_cannot_say_where_the_repository_is(repository_file: Path) -> None:
    repository_file.write_text('[musetui]\nrepo = "/elsewhere"\n')
    with pytest.raises(MuseTuiError, match=r":2: musetui\.repo is for a person's own settings"):
        load_settings({}, {}, repository_file=repository_file)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("MUSETUI_READONLY", "1", "MUSETUI_READONLY in the environment is no setting: did you mean MUSETUI_READ_ONLY?"),
        ("MUSETUI_POLL", "maybe", "MUSETUI_POLL is maybe: say true or false"),
        ("MUSE_RUN_ID", "a\nb", "MUSE_RUN_ID is a␊b: write one line of text of at most 512 characters"),
    ],
)
def test_a_slip_in_the_environment(name: str, text: str, sentence: str) -> None:
    with pytest.raises(MuseTuiError) as caught:
        load_settings({}, {name: text})
    assert str(caught.value) == sentence


def test_an_empty_variable_says_nothing() -> None:
    environment = {f"MUSETUI_{key.upper()}": "" for key in KEYS}
    assert load_settings({}, {**environment, "MUSETUI_DEBUG": "1"}) == load_settings({}, {})


@pytest.mark.parametrize(("text", "flag"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_flags_of_the_environment(text: str, flag: bool) -> None:
    assert load_settings({}, {"MUSETUI_READ_ONLY": text}).read_only is flag


def test_who_writes_is_said_or_known(user_file: Path) -> None:
    user_file.write_text('run_id = "of-file"')
    both = {"MUSETUI_RUN_ID": "of-musetui", "MUSE_RUN_ID": "of-muse"}
    assert load_settings({"run_id": "of-flag"}, both, user_file=user_file).run_id == "of-flag"
    assert load_settings({}, both, user_file=user_file).run_id == "of-musetui"
    assert load_settings({}, {"MUSE_RUN_ID": "of-muse"}, user_file=user_file).run_id == "of-muse"
    assert load_settings({}, {}, user_file=user_file).run_id == "of-file"
    assert load_settings({}, {"USER": "gabriel"}).run_id == who_and_where({"USER": "gabriel"})


def test_user_and_host() -> None:
    host = socket.gethostname().partition(".")[0]
    assert who_and_where({"USER": "gabriel"}) == f"gabriel@{host}"
    assert who_and_where({}) == f"{pwd.getpwuid(os.getuid()).pw_name}@{host}"


def test_what_is_no_file_is_told_and_not_waited_for(user_file: Path) -> None:
    os.mkfifo(user_file)
    with pytest.raises(MuseTuiError, match="cannot be read \\(a named pipe, not a file\\): mend or remove it"):
        load_settings({}, {}, user_file=user_file)


def test_a_huge_file_is_refused(user_file: Path) -> None:
    user_file.write_bytes(b"#" * 300_000)
    with pytest.raises(MuseTuiError, match="larger than 256 KiB"):
        load_settings({}, {}, user_file=user_file)


def test_a_link_to_the_users_file_is_followed(user_file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text('theme = "nord"')
    user_file.symlink_to(real)
    assert load_settings({}, {}, user_file=user_file).theme == "nord"


def test_the_hub_is_named_by_muses_own_table(repository_file: Path, user_file: Path) -> None:
    """Each of four places in turn, from the lowest to the highest."""
    hubs = {name: f"https://{name}.example" for name in ("muse", "ours", "user", "environment", "flag")}

    def hub(flags: dict[str, object], environment: dict[str, str]) -> str:
        return load_settings(flags, environment, user_file=user_file, repository_file=repository_file).hub

    table = f'[hub]\nurl = "{hubs["muse"]}"\nowner = "gabriel"\nslug = "orchard"\nanything = 1\n'
    repository_file.write_text(table)
    assert hub({}, {}) == hubs["muse"]
    settings = load_settings({}, {}, repository_file=repository_file)
    assert (settings.owner, settings.slug, settings.records_path) == ("gabriel", "orchard", RECORDS_PATH)
    repository_file.write_text(f'{table}[musetui]\nhub = "{hubs["ours"]}"\n')
    assert hub({}, {}) == hubs["ours"]
    user_file.write_text(f'hub = "{hubs["user"]}"')
    assert hub({}, {}) == hubs["user"]
    assert hub({}, {"MUSETUI_HUB": hubs["environment"]}) == hubs["environment"]
    assert hub({"hub": hubs["flag"]}, {"MUSETUI_HUB": hubs["environment"]}) == hubs["flag"]


@pytest.mark.parametrize("table", ["hub = 3", "[hub]\nurl = 1\nowner = []", '[hub]\nurl = ""'])
def test_what_is_no_text_in_muses_own_table_is_passed_over(repository_file: Path, table: str) -> None:
    repository_file.write_text(table)
    assert load_settings({}, {}, repository_file=repository_file).hub == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("owner", "a/b"),
        ("owner", ".."),
        ("slug", "x" * 257),
        ("slug", "a\\nb"),
        ("records_path", "/fixed"),
        ("records_path", "/{owner}/../{slug}"),
        ("records_path", "//evil.example?{owner}{slug}"),
        ("records_path", "{owner}/{slug}"),
    ],
)
def test_a_slip_in_muses_own_table_is_named(repository_file: Path, key: str, value: str) -> None:
    repository_file.write_text(f'[hub]\n{key} = "{value}"\n')
    with pytest.raises(MuseTuiError, match=rf":2: hub\.{key} is "):
        load_settings({}, {}, repository_file=repository_file)


@pytest.mark.parametrize("key", ["identity", "key", "state"])
def test_a_repository_cannot_say_which_key_signs_nor_where(repository_file: Path, user_file: Path, key: str) -> None:
    repository_file.write_text(f'[musetui]\n{key} = "/elsewhere"\n')
    with pytest.raises(MuseTuiError, match="is for a person's own settings"):
        load_settings({}, {}, repository_file=repository_file)
    repository_file.write_text(f'[hub]\n{key} = "/elsewhere"\n')
    assert getattr(load_settings({}, {}, repository_file=repository_file), key) is None
    said = load_settings({}, {f"MUSETUI_{key.upper()}": "~/mine"}, repository_file=repository_file)
    assert getattr(said, key) == Path.home() / "mine"


def test_no_file_is_no_error(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "config.toml"
    assert load_settings({}, {}, user_file=missing, repository_file=missing) == load_settings({}, {})


def test_the_users_file_lies_in_the_users_configuration_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert user_settings_file() == tmp_path / "musetui" / "config.toml"
