"""Whether a terminal has signs beyond ASCII, by what the environment tells."""

from collections.abc import Mapping


def locale_has_signs(environment: Mapping[str, str]) -> bool:
    """Return whether the locale is of UTF-8 and the terminal no Linux console, whose font has none of our signs.

    One that names no locale tells nothing.
    """
    named = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    encoding = named.partition("@")[0].rpartition(".")[2].lower().replace("-", "")
    return environment.get("TERM") != "linux" and (not named or encoding == "utf8")
