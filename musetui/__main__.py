"""`python -m musetui`: the same as the `musetui` command."""

import sys

from musetui.cli import main

sys.exit(main())
