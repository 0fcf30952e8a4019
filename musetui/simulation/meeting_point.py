"""Where the machines of a demo meet: what its swarm's process tells the dashboard's, on one line.

Plain Python: it is read before the first paint.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from musetui.settings import RECORDS_PATH, Settings


class MeetingPoint(NamedTuple):
    """A repository at a hub, and who one is there.

    Attributes:
        url: the hub's address.
        owner: whose repository it is.
        slug: its name there.
        identity: the identity file, absolute; it names the key.
        state: the folder where it is remembered what the hub has, absolute.
    """

    url: str
    owner: str
    slug: str
    identity: str
    state: str

    def to_line(self) -> str:
        """Return it as one line of text."""
        return f"{json.dumps(self._asdict())}\n"

    @classmethod
    def from_line(cls, line: str | bytes) -> "MeetingPoint":
        """Return what `to_line` wrote.

        Raises:
            ValueError: if it wrote no such thing.
        """
        try:
            whole = json.loads(line)
        except ValueError:
            whole = None
        if not isinstance(whole, dict) or set(whole) != set(cls._fields):
            raise ValueError("this is no meeting point")
        return cls(**{name: str(value) for name, value in whole.items()})

    def meant_by(self, settings: Settings) -> Settings:
        """Return *settings* with this hub in the place of any other, and this identity in the place of the person's."""
        return replace(
            settings,
            hub=self.url,
            owner=self.owner,
            slug=self.slug,
            records_path=RECORDS_PATH,
            identity=Path(self.identity),
            key=None,
            state=Path(self.state),
            auto_push=True,
            remember=False,
        )
