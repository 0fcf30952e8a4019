"""The benchmark of a hub leaves no server behind, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import musetui
from tests.conftest import wait_until

ROOT = Path(musetui.__file__).parents[1]


MEASURE = """
from benchmarks.ending import end_in_order
from benchmarks.servers import bare_server, scratch


end_in_order()
with scratch() as folder, bare_server(folder) as server:
    print(server.pid, flush=True)
    input()
"""


def is_running(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and not told.startswith("Z")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_it(tmp_path: Path, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MEASURE],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as benchmark:
        assert benchmark.stdout is not None
        server = int(benchmark.stdout.readline())
        assert is_running(server)
        benchmark.send_signal(how)
        assert benchmark.wait(30) != 0
    wait_until(lambda: not is_running(server), what="the server's end")
    if how is not signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []
