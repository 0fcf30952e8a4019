"""Where the stylesheets are: beside the package's modules in an installed wheel, at the top level in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def stylesheet(name: str) -> Path:
    """Return the absolute path of `tcss/<name>.tcss`.

    The folder beside the modules wins: an editable install may leave a stale copy elsewhere on the path.
    """
    shipped = _PACKAGE / "tcss" / f"{name}.tcss"
    return shipped if shipped.exists() else _PACKAGE.parent / "tcss" / f"{name}.tcss"
