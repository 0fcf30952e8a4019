"""The corpus: small folders of records made by hand, each with what is to be told of it, for a person to check by eye.

`tests/corpus/<subject>/<name>/` holds folders as in `.muse/coordination/`, and beside them `expected.json`. The clock
stands at `NOON`.
"""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.swarm.picture import Swarm

CORPUS = Path(__file__).parent / "corpus"
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
EXPECTED = "expected.json"


class CorpusCase(NamedTuple):
    """One folder of the corpus."""

    folder: Path

    @property
    def expected(self) -> Any:
        """What is to be told of it."""
        return json.loads((self.folder / EXPECTED).read_text())

    def repository(self, scratch: Path) -> Repository:
        """Return a repository, made in the folder *scratch*, with these records."""
        made = Repository(scratch / self.folder.name)
        shutil.copytree(self.folder, made.coordination, ignore=shutil.ignore_patterns(EXPECTED, "README*"))
        return made

    def swarm(self, scratch: Path) -> Swarm:
        """Return the picture of these records at noon; every one of them is read."""
        swarm = Swarm()
        swarm.apply(load(self.repository(scratch)), NOON, live=False)
        assert not swarm.problems()
        return swarm


def cases(subject: str) -> dict[str, CorpusCase]:
    """Return the cases of one subject by name, for `parametrize`."""
    found = {folder.name: CorpusCase(folder) for folder in sorted((CORPUS / subject).iterdir()) if folder.is_dir()}
    assert found
    return found
