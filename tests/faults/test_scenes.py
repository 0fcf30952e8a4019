"""Real limits, real full disks, real disks that go: told in the status, survived, and over once they are over."""

import subprocess
import sys
from pathlib import Path

import pytest

from musetui.coordination.feed import WatchMode
from musetui.coordination.repository import Repository
from musetui.coordination.watcher import Bell, open_watches
from tests.coordination.disk_picture import feeding, open_root, put, reservation, unprivileged
from tests.faults.scenes import SCENES
from tests.faults.world import SOURCE, can_enter

IN_ITS_OWN_WORLD = pytest.mark.skipif(not can_enter(), reason="the system gives its users no name spaces")


@IN_ITS_OWN_WORLD
@pytest.mark.parametrize("scene", SCENES)
def test_it_is_told_survived_and_over(scene: str, muse_root: Path) -> None:
    (muse_root / ".muse" / "coordination").mkdir()
    command = [sys.executable, "-m", "tests.faults.scenes", scene, str(muse_root)]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_repository_that_may_not_be_looked_at_is_told_and_seen_again() -> None:
    open_watches(Bell()).close()  # what it imports may be where only its user can read
    with open_root() as root, unprivileged(root):
        repository = Repository(root)
        slot = put(repository, reservation("r1"))
        with feeding(repository, reconcile_every=0.05, poll_interval=0.05) as picture:
            picture.wait_for(slot)
            root.chmod(0o000)
            try:
                picture.wait(lambda: "cannot be looked at (no permission)" in picture.status.reason, "the reason")
            finally:
                root.chmod(0o755)
            picture.wait(lambda: picture.status.reason == "" and slot in picture.found, "all to be well")
            assert picture.status.mode is WatchMode.KERNEL or sys.platform != "linux"
            picture.wait_for(put(repository, reservation("r2")))
