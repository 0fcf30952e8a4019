"""A module that ends with whoever started it: `python -m benchmarks.tethered MODULE [WORD…]`, with a pipe as stdin.

However the other end goes, killed or not, its pipe closes with it, and the module is told to end as by SIGTERM.
"""

import os
import runpy
import signal
import sys
from threading import Thread


def end_with_stdin() -> None:
    """Wait until stdin is closed, then have this process end."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    del sys.argv[0]
    Thread(target=end_with_stdin, daemon=True).start()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
