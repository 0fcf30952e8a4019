"""The collector of cycles, in a process of its own: what a thousand other tests have left is a second's work for it."""

import subprocess
import sys
from pathlib import Path


def test_the_collector_in_a_process_of_its_own() -> None:
    tests = Path(__file__).with_name("collecting_alone.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tests)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-1_000:]
    assert "passed" in done.stdout
