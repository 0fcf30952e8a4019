"""Run the benchmarks: `python -m benchmarks [NAME…] [--quick] [--json FILE] [--into PAGE]`, or `--compare OLD NEW`."""

import argparse
import json
import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    callgraph,
    calm,
    filters,
    forecast,
    history,
    hub,
    keys,
    latency,
    load,
    plan,
    remote,
    stale,
    stalls,
    start,
    storm,
    sync,
    tables,
)
from benchmarks.common import Row
from benchmarks.compare import compared
from benchmarks.ending import end_in_order

SUBJECTS = {
    "start": start,
    "load": load,
    "latency": latency,
    "storm": storm,
    "forecast": forecast,
    "stale": stale,
    "plan": plan,
    "callgraph": callgraph,
    "keys": keys,
    "tables": tables,
    "calm": calm,
    "history": history,
    "stalls": stalls,
    "filter": filters,
    "sync": sync,
    "remote": remote,
    "hub": hub,
}
HEAD = "| what | figure | floor | ratio | goal |\n|---|---|---|---|---|"


def machine() -> str:
    """Return what the figures were measured on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, Textual {version('textual')}"
    )


def put_table(page: Path, rows: list[Row]) -> None:
    """Put the table between its marks in *page*."""
    text = page.read_text()
    head, rest = text.split("<!-- benchmarks -->", 1)
    tail = rest.split("<!-- /benchmarks -->", 1)[1]
    table = "\n".join([HEAD, *(row.markdown() for row in rows)])
    page.write_text(f"{head}<!-- benchmarks -->\n{table}\n\nOn {machine()}.\n<!-- /benchmarks -->{tail}")


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SUBJECTS, []], metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="small sizes, few repetitions")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON too")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="put the table between its marks in this page")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("OLD", "NEW"), help="compare two such JSON files")
    arguments = parser.parse_args()
    if arguments.compare:
        try:
            print(compared(*arguments.compare))
        except (OSError, ValueError) as error:
            parser.error(str(error))
        return
    end_in_order()
    print(machine(), HEAD, sep="\n", flush=True)
    rows: list[Row] = []
    for name in arguments.names or SUBJECTS:
        for row in SUBJECTS[name].run(arguments.quick):
            print(row.markdown(), flush=True)
            rows.append(row)
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}, indent=2))
    if arguments.into:
        put_table(arguments.into, rows)


if __name__ == "__main__":
    main()
