"""The scene: a repository as Muse makes one, a work tree, and the records of a swarm that worked for hours."""

import hashlib
import json
from datetime import datetime, timedelta

from musetui.coordination.repository import Repository
from musetui.records.kinds import Kind
from musetui.simulation.code_base import source_files, write_work_tree
from musetui.simulation.meeting_point import MeetingPoint
from musetui.simulation.performance import Performance
from musetui.simulation.phrases import BRANCHES
from musetui.simulation.story import HISTORY

CONFIG = """\
[user]
name = "the orchard"

[hub]
# url = "https://hub.example/orchard/shop"
"""

MET_CONFIG = """\
[user]
name = "the orchard"

[hub]
url = "{url}"
owner = "{owner}"
slug = "{slug}"
"""


def make_repository(repository: Repository, now: datetime) -> None:
    """Make the folder of *repository*, laid out as Muse lays it out, with a work tree.

    Args:
        repository: where it will be; its folder need not exist.
        now: the moment it is (aware); the repository is said to be a little older than the story.

    Raises:
        OSError: if the disk refuses.
    """
    heads = repository.muse / "refs" / "heads"
    heads.mkdir(parents=True)
    for name, _ in BRANCHES:
        head = heads / name
        head.parent.mkdir(parents=True, exist_ok=True)
        head.write_text(f"{hashlib.sha256(name.encode()).hexdigest()}\n")
    facts = {
        "repo_id": hashlib.sha256(repository.name.encode()).hexdigest(),
        "schema_version": "0.1.5",
        "created_at": (now - timedelta(seconds=2 * HISTORY)).isoformat(),
        "domain": "code",
    }
    (repository.muse / "repo.json").write_text(f"{json.dumps(facts, indent=2)}\n")
    (repository.muse / "HEAD").write_text(f"ref: refs/heads/{BRANCHES[0][0]}\n")
    (repository.muse / "config.toml").write_text(CONFIG)
    write_work_tree(repository.root, source_files())


def point_at(repository: Repository, place: MeetingPoint) -> None:
    """Have *repository* name a hub, as a person writes it down.

    Raises:
        OSError: if the disk refuses.
    """
    text = MET_CONFIG.format(url=place.url, owner=place.owner, slug=place.slug)
    (repository.muse / "config.toml").write_text(text)


def leave_wreck(repository: Repository) -> None:
    """Leave what an agent was writing when its machine went down: a file that ends in the middle.

    Raises:
        OSError: if the disk refuses.
    """
    name = "5b1c0f3e-9d7a-4c52-8a46-0e7f2b9d6c11"
    folder = repository.coordination / Kind.INTENT.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(f'{{\n  "schema_version": 1,\n  "intent_id": "{name}",\n  "run_id": "agent-0')


def write_scene(repository: Repository, now: datetime, seed: int = 7, agents: int = 24) -> Performance:
    """Make *repository* and write the history that the audience finds at *now* (aware).

    The same arguments give the same scene, ids and moments included.

    Returns:
        The performance, at the point where the audience arrives.

    Raises:
        OSError: if the disk refuses.
        RecordError: if the disk refuses a record.
    """
    make_repository(repository, now)
    performance = Performance(repository, seed, agents)
    performance.set_scene(now)
    return performance
