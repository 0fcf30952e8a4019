"""The commands: what each does, where, what it can be told, and what it prints."""

import argparse
from collections.abc import Callable
from typing import NamedTuple

from musetui.cli import (
    arguments,
    dashboard_arguments,
    hub_arguments,
    plan_arguments,
    serve_arguments,
    stale_arguments,
    watch_arguments,
)


class Command(NamedTuple):
    """One command.

    Attributes:
        summary: what it does, in one line.
        module: where its `run_<name>` is.
        declare: adds its own arguments to a parser.
        examples: whole command lines.
        prints: the fields of what it prints with `--json`; they are stable.
        often: how often it prints that, where it is more than once.
        looks_back: whether it can tell of a moment that has passed.
    """

    summary: str
    module: str
    declare: Callable[[argparse.ArgumentParser], None]
    examples: tuple[str, ...]
    prints: str = ""
    often: str = ""
    looks_back: bool = False

    @property
    def fields(self) -> str:
        """The fields of what it prints with `--json`, those of the moment among them."""
        return f"{self.prints},\n{_MOMENT_FIELDS}" if self.looks_back and self.prints else self.prints


_MOMENT_FIELDS = (
    "at (the moment), past (with --at alone) {recorded, recording, overwritten_heartbeats,\n"
    "undated, unknown_arrivals (numbers of what may have been otherwise), notes}"
)

COMMANDS: dict[str, Command] = {
    "demo": Command(
        "show the dashboard on a living swarm in a temporary folder",
        "musetui.cli.dashboard",
        dashboard_arguments.declare_demo,
        ("musetui demo", "musetui demo --agents 60 --speed 3"),
    ),
    "status": Command(
        "print counts by state, conflicts by risk, what is stuck, and problems",
        "musetui.cli.status",
        arguments.declare_sight,
        ("musetui status", "musetui status --at -2h", "musetui status --json"),
        "schema_version, repository {name, root, repo_id, branch},\n"
        "reservations {local, remote: {active, expiring, released, expired}, held, silent},\n"
        "records {a number by kind}, conflicts {total, high, medium, low},\n"
        "stale {total, high, medium, low, and a number by reason: silent, abandoned,\n"
        "orphan_intent, overlong, from_the_future, waits_on_the_dead, waits_in_a_circle,\n"
        "claimed_by_a_ghost},\n"
        "tasks {a number by state: double_claim, open, claimed, claim_over},\n"
        "older (or null: {over_before, total, records [as above, here and pulled]}),\n"
        "problems (a number), problem_list [{path, reason}] (the first 100)",
        looks_back=True,
    ),
    "list": Command(
        "print the records of a kind with their state, newest first",
        "musetui.cli.listing",
        arguments.declare_list,
        ("musetui list reservation", "musetui list intent --limit 20 --json"),
        "schema_version, kind, total, records [the record's own fields, and\n"
        "kind, record_id, state, silent, source (local, remote or both),\n"
        "expires_effective (heartbeats counted in), left_seconds; a field of the record's\n"
        "own that goes by one of these names is kept below own]",
        looks_back=True,
    ),
    "conflicts": Command(
        "print every predicted conflict, the likeliest to hurt first",
        "musetui.cli.conflicts",
        arguments.declare_conflicts,
        (
            "musetui conflicts",
            "musetui conflicts --risk medium --run agent-42 --branch main",
            "musetui conflicts --calls --json",
            "musetui conflicts --at 2026-03-18T12:30",
        ),
        "schema_version, active_reservations, intents,\n"
        "conflicts [{conflict_type, addresses, agents (run@branch), branches, confidence,\n"
        "risk, description, advice, since, sources, calls (where only they tell of it)}],\n"
        "high_risk, medium_risk, low_risk",
        looks_back=True,
    ),
    "stale": Command(
        "print everything that is stuck, the worst first, and the command that ends it",
        "musetui.cli.stale",
        stale_arguments.declare_stale,
        ("musetui stale", "musetui stale --reason silent --silent-after 30m", "musetui stale --at 12:30 --json"),
        "schema_version, stale [{reason, kind, record_id, run_id (the owner), branch, addresses,\n"
        "age_seconds (for how long it has been so), severity (high, medium or low),\n"
        "suggestion (a sentence), command (that ends it, quoted for a shell; or null)}]",
        looks_back=True,
    ),
    "check": Command(
        "fail if too much is stuck or in conflict: for cron and pagers",
        "musetui.cli.check",
        stale_arguments.declare_check,
        ("musetui check", "musetui check --severity medium --max-conflicts 3", "musetui check --risk medium --json"),
        "schema_version, ok, unread [{folder, reason}] (folders that cannot be read),\n"
        "max_stale, max_conflicts, max_problems (or null), stale [as `musetui stale` has them],\n"
        "conflicts [as `musetui conflicts` has them], problems (a number: files that are no record),\n"
        "problem_list [{path, reason}] (the first 100)",
        looks_back=True,
    ),
    "plan": Command(
        "print the order in which branches are best merged, and why",
        "musetui.cli.plan",
        plan_arguments.declare_plan,
        (
            "musetui plan",
            "musetui plan --merged feature/billing --released agent-42 --json",
            "musetui plan --pair feature/billing main",
        ),
        "schema_version, active_reservations, active_intents, conflict_hotspots (a number),\n"
        "branches [{branch, reserved_addresses, intents, run_ids, predicted_conflicts,\n"
        "strategy (fast-forward, rebase or manual: what its place takes), rework, owed (of\n"
        "the rework, for --merged), reworked_addresses, advice}], recommended_merge_order,\n"
        "strategies {by branch: what Muse's rule says},\n"
        "hotspots [{address, branches, agents (run@branch)}] (the first 1,000),\n"
        "reasons {by branch}, matrix {branches, exact, nested: a row a branch},\n"
        "remaining_conflicts {address_overlap, containment_overlap, operation_conflict},\n"
        "cost, owed (of the cost, for --merged), bound, muse_cost, what_if {merged, released},\n"
        "left_out (a number), checked_out (a branch);\n"
        "with --pair: schema_version, ours, theirs, total_symbols, conflicts, clean,\n"
        "items [{address, conflict_type, ours_change, theirs_change, recommendation}]",
        looks_back=True,
    ),
    "record": Command(
        "keep what the disk forgets: heartbeats, deletions, and when things arrived",
        "musetui.cli.recording",
        arguments.declare_record,
        ("musetui record", "musetui record ~/orchard.jsonl"),
        "schema_version, recording (the file), changes (how many were written), seconds",
    ),
    "replay": Command(
        "show a recording that was made elsewhere: all of the dashboard, and each moment",
        "musetui.cli.replaying",
        dashboard_arguments.declare_replay,
        (
            "musetui replay orchard.jsonl",
            "musetui replay orchard.jsonl --view timeline",
            "musetui replay orchard.jsonl --at -20m --view stale",
        ),
        looks_back=True,
    ),
    "watch": Command(
        "print what happens, a line each, until nobody reads any more",
        "musetui.cli.watch",
        watch_arguments.declare_watch,
        (
            "musetui watch",
            "musetui watch --only conflict stale hub --pull",
            "musetui watch --only alert",
            "musetui watch --initial --json | jq -c 'select(.risk == \"high\")'",
        ),
        "schema_version, at, event (what happened: conflict, conflict_changed, conflict_ended,\n"
        "stale, stale_ended, reserved, released, expired, extended, beat, intent, task, claim,\n"
        "waits, changed, removed, silent, returned, problem, problem_solved, hub_away,\n"
        "hub_back, pushed, pulled), initial (whether it was so at the start),\n"
        "runs, branches, addresses (the first 100), address_count,\n"
        "kind, record_id, reservation_id, source (local or remote), operation, expires_at,\n"
        "conflict_type, risk, was_risk, severity, reason, since, text;\n"
        "null where there is nothing to say. `--only hub` is all four of the hub's.\n"
        "An alert's line: schema_version, at, event (alert), rule, repository, title, text,\n"
        "count, over, held, since, news [as above]",
        " a line",
    ),
    "reserve": Command(
        "take addresses for a run, and tell what that collides with",
        "musetui.cli.writing",
        arguments.declare_reserve,
        ("musetui reserve src/billing.py::compute_total --run-id agent-42 --ttl 2h --op rename",),
        "the reservation as it was written, and conflicts [a sentence each]",
    ),
    "intent": Command(
        "say what a run will do to addresses, and tell what that collides with",
        "musetui.cli.writing",
        arguments.declare_intent,
        (
            "musetui intent src/billing.py::compute_total --op rename --detail 'to compute_invoice_total'",
            "musetui intent --reservation-id 3f2b8c1e --op delete",
        ),
        "the intent as it was written, and conflicts [a sentence each]",
    ),
    "release": Command(
        "give a reservation back before it runs out",
        "musetui.cli.writing",
        arguments.declare_release,
        ("musetui release 3f2b8c1e --run-id agent-42",),
        "the release as it was written",
    ),
    "heartbeat": Command(
        "show that the holder of a reservation lives, or hold it for longer",
        "musetui.cli.writing",
        arguments.declare_heartbeat,
        ("musetui heartbeat 3f2b8c1e --run-id agent-42", "musetui heartbeat 3f2b8c1e --extension 30m"),
        "the heartbeat as it was written",
    ),
    "sync push": Command(
        "send the local records to the hub",
        "musetui.cli.sync",
        arguments.declare_push,
        (
            "musetui sync push",
            "musetui sync push --hub https://musehub.ai --owner gabriel --slug orchard --kinds reservation,intent",
        ),
        "schema_version, inserted, skipped, total, failed, errors [a sentence each], duration_ms",
    ),
    "sync pull": Command(
        "fetch the hub's records, once, into .muse/coordination/remote",
        "musetui.cli.sync",
        arguments.declare_pull,
        ("musetui sync pull", "musetui sync pull --since-id 20 --limit 100 --json"),
        "schema_version, count, cursor, records [as the hub has them], duration_ms",
    ),
    "hub": Command(
        "run a hub, where agents on many machines meet",
        "musetui.cli.hub",
        hub_arguments.declare_hub,
        (
            "musetui hub --dev",
            "musetui hub --host 0.0.0.0 --database postgresql://musetui@db.example.org/musetui",
            "musetui hub add-owner alice --key alice.pub.pem",
            "musetui hub add-member alice/billing bob --role writer",
            "musetui hub list",
        ),
    ),
    "serve": Command(
        "show the dashboard in a browser",
        "musetui.cli.serve",
        serve_arguments.declare_serve,
        (
            "musetui serve",
            "musetui serve --read-only --port 9000",
            "musetui serve --public-url https://swarm.example.org",
        ),
    ),
    "doctor": Command(
        "say what works on this machine and what does not, and what to do about it",
        "musetui.cli.doctor",
        arguments.declare_doctor,
        ("musetui doctor", "musetui doctor --offline --json"),
        "schema_version, ok (true unless something is wrong), findings [{subject,\n"
        "verdict (fine, note or wrong), what, advice (or null)}]",
    ),
    "keys": Command(
        "print which key does what in the dashboard, as it is in force",
        "musetui.cli.keys",
        arguments.declare_data,
        ("musetui keys", "musetui keys --json"),
        "preset, keys [{action, where, keys (as people know them), names (as settings may\n"
        "have them), usual, does, writes}]",
    ),
    "config show": Command(
        "print each setting that holds, and where it was said",
        "musetui.cli.config",
        arguments.declare_data,
        ("musetui config show", "musetui config show --json"),
        "settings [{name, path, value, from {kind (usual, file, environment or flag), name, file, line}}],\n"
        "files [{path, exists}], problems (a number)",
    ),
    "config check": Command(
        "print all that is wrong with the settings, and fail if anything is",
        "musetui.cli.config",
        arguments.declare_data,
        ("musetui config check", "musetui config check --json"),
        "ok, files [{path, exists}], problems [{kind, name, file, line, key, problem,\n"
        "nearest (the name that may have been meant), text (all of it in one line)}]",
    ),
    "config edit": Command(
        "open the settings file in $EDITOR, and check it afterwards",
        "musetui.cli.config",
        arguments.declare_data,
        ("musetui config edit",),
        "the same as `musetui config check`",
    ),
    "config schema": Command(
        "print the JSON schema of the settings file, for editors",
        "musetui.cli.config",
        arguments.declare_json,
        ("musetui config schema",),
        "the schema, whether --json is there or not",
    ),
    "completion": Command(
        "print the script that completes commands, options and values in a shell",
        "musetui.cli.completion.command",
        arguments.declare_completion,
        ("musetui completion bash", "musetui completion zsh", "musetui completion fish"),
    ),
}

GROUPS = tuple(dict.fromkeys(name.partition(" ")[0] for name in COMMANDS if " " in name))
"""First words of commands that have two."""
