"""`[[alerts]]`: what may stand there, what it comes to, and which slips are told how."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from musetui.alerts import settings as room
from musetui.alerts.rule import Rule
from musetui.alerts.settings import TABLE
from musetui.alerts.ways import Way
from musetui.forecast.conflict import ConflictType, Risk
from musetui.forecast.stale import Severity, StaleReason
from musetui.news.kinds import GROUPS, NewsKind
from musetui.quiet_hours import NEVER, QuietHours
from musetui.settings import Reading, read_settings
from musetui.settings.tables import HIDDEN


def read(folder: Path, text: str) -> Reading:
    file = folder / "config.toml"
    file.write_text(text)
    return read_settings({}, {}, user_file=file)


def told(reading: Reading) -> list[str]:
    return [str(problem).rpartition("/config.toml:")[2] for problem in reading.problems]


def test_a_rule_with_everything(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        """quiet_hours = "22:00-07:00"
[[alerts]]
on = ["conflict", "conflict_ended"]
name = "billing"
risk = ["high", "medium"]
type = "operation_conflict"
run = "agent-4*"
branch = "main"
address = "src/billing*"
what = ["bell", "desktop"]
in_front = true
command = ["notify-send", "--", "{title}", "{text}"]
webhook = "https://hooks.example.org/a?b=c"
at_most = 5
within = "10m"
quiet_hours = "never"
""",
    )
    assert not reading.problems
    assert reading.settings.quiet_hours == QuietHours(time(22), time(7))
    assert reading.settings.of(TABLE) == (
        Rule(
            frozenset({NewsKind.CONFLICT, NewsKind.CONFLICT_ENDED}),
            name="billing",
            risk=("high", "medium"),
            kind=("operation_conflict",),
            run="agent-4*",
            branch="main",
            address="src/billing*",
            ways=(Way.BELL, Way.DESKTOP),
            in_front=True,
            command=("notify-send", "--", "{title}", "{text}"),
            webhook="https://hooks.example.org/a?b=c",
            at_most=5,
            within=timedelta(minutes=10),
            quiet_hours=NEVER,
        ),
    )


def test_what_holds_where_nothing_is_said(tmp_path: Path) -> None:
    text = '[[alerts]]\non = "hub"\n[[alerts]]\non = "stale"\nfor = "30m"\ncommand = ["x"]\n'
    hub, stuck = read(tmp_path, text).settings.of(TABLE)
    assert hub == Rule(frozenset(GROUPS["hub"]))
    assert hub.ways == (Way.TOAST,)
    assert (stuck.ways, stuck.lasting) == ((), timedelta(minutes=30))
    assert read(tmp_path, "").settings.of(TABLE) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('on = "conflit"', "2: alerts.on is conflit: did you mean conflict?"),
        ('risk = "high"', "1: alerts lacks on: what happens: one of the events"),
        ('on = "conflict"\nrisk = "hihg"', "3: alerts.risk is hihg: did you mean high?"),
        ('on = "conflict"\nrisc = "high"', "3: alerts.risc is no setting: did you mean risk?"),
        ('on = "stale"\nreason = "silence"', "3: alerts.reason is silence: did you mean silent?"),
        ('on = "stale"\nwhat = "toats"', "3: alerts.what is toats: did you mean toast?"),
        (
            'on = ["conflict", "stale"]\nrisk = "high"',
            "3: alerts.risk is for conflict, conflict_changed, conflict_ended alone, and on says stale too",
        ),
        ('on = "conflict"\nseverity = "high"', "3: alerts.severity is for stale alone, and on says conflict too"),
        (
            'on = "reserved"\nfor = "5m"',
            "3: alerts.for is for conflict, hub_away, problem, silent, stale alone, and on says reserved too",
        ),
        ('on = "hub"\nrun = "a*"', "3: alerts.run fits nothing of what on says: hub_away, hub_back, pulled, pushed"),
        ('on = "stale"\ncommand = "beep"', "3: alerts.command is beep: write the program and its arguments"),
        ('on = "stale"\ncommand = ["beep", "{adress}"]', "3: alerts.command has {adress}, and there are {title}"),
        ('on = "stale"\ncommand = ["{title}"]', "3: alerts.command begins with what is filled in"),
        ('on = "stale"\nwebhook = "http://hooks.example/SECRET"', "3: alerts.webhook is …: write an address with http"),
        ('on = "stale"\nwebhook = "https://u:SECRET@h.example"', "3: alerts.webhook is …: write an address with http"),
        ('on = "stale"\nwebhook = "hooks.example/SECRET"', "3: alerts.webhook is …: write an address with https"),
        ('on = "stale"\nwebhook = "$SECRET-X"', "3: alerts.webhook is …: write an address such as"),
        ('on = "stale"\nat_most = 0', "3: alerts.at_most is 0: write a whole number from 1 to 100"),
        ('on = "stale"\nquiet_hours = "22-7"', "3: alerts.quiet_hours is 22-7: write hours like 22:00-07:00, or never"),
        ('on = "stale"\nquiet_hours = "25:00-07:00"', "3: alerts.quiet_hours is 25:00-07:00: write hours like"),
    ],
)
def test_a_slip_names_the_nearest_right_value(tmp_path: Path, text: str, sentence: str) -> None:
    (problem,) = told(read(tmp_path, f"[[alerts]]\n{text}\n"))
    assert problem.startswith(sentence)
    assert "SECRET" not in problem


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]/x", "$HOOK_1"])
def test_where_may_be_posted_to(tmp_path: Path, url: str) -> None:
    reading = read(tmp_path, f'[[alerts]]\non = "stale"\nwebhook = "{url}"\n')
    assert reading.settings.of(TABLE)[0].webhook == url
    assert reading.origins["alerts", 0, "webhook"].written == HIDDEN


def test_a_repository_has_no_say_in_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[musetui]\nquiet_hours = "never"\n[[musetui.alerts]]\non = "stale"\ncommand = ["rm"]\n')
    reading = read_settings({}, {}, repository_file=file)
    assert [str(problem).partition(" is for ")[0].rpartition(": ")[2] for problem in reading.problems] == [
        "musetui.quiet_hours",
        "musetui.alerts",
    ]
    assert reading.settings.of(TABLE) == ()


def test_the_names_are_those_of_the_forecast() -> None:
    assert tuple(Risk) == tuple(Severity) == room.LEVELS
    assert set(ConflictType) == set(room.CONFLICT_TYPES)
    assert set(StaleReason) == set(room.REASONS)


def test_reading_rules_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    script = "import sys, musetui.alerts.settings; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"pydantic", "httpx", "textual", "asyncio", "ssl"} & set(done.stdout.split())


def test_the_example_is_right(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{TABLE.header}\n{TABLE.example}")
    assert not reading.problems
    assert len(reading.settings.of(TABLE)) == 3
