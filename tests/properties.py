"""How property tests run: the same examples every time, or, for a search, new ones and many more.

A run that must be trusted (a commit's, a stranger's) may not fail by luck; a search (`make search`) is for finding
what nobody has thought of, and each find becomes a named test.
"""

import os

from hypothesis import settings

SEARCH = int(os.environ.get("MUSETUI_SEARCH", "0"))
"""How many times the usual number of examples a search tries; 0 where it is no search."""


FEWEST = 20
"""Examples that every property is tried with."""


def patient(examples: int) -> settings:
    """Return settings for a search of *examples* examples, and for a third elsewhere, however long each takes."""
    tried = examples * SEARCH if SEARCH else max(examples // 3, min(examples, FEWEST))
    return settings(deadline=None, max_examples=tried, derandomize=not SEARCH, database=None, print_blob=True)
