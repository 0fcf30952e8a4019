"""`musetui completion SHELL` prints a script; `musetui __complete SHELL …` is what the scripts ask."""

from argparse import Namespace
from collections.abc import Sequence

from musetui.cli.completion.scripts import SCRIPTS
from musetui.cli.failures import EXIT_FINE


def run_completion(args: Namespace) -> int:
    """Print the script of a shell."""
    print(SCRIPTS[args.shell], end="")
    return EXIT_FINE


def run_complete(words: Sequence[str]) -> int:
    """Print what may follow: what the shell is to do, and on lines of their own the values, as each shell has them.

    Args:
        words: the shell's name, and then, for bash, the line up to the cursor, the command's name in it, and the
            characters at which bash parts words; for the others the words after the command's name, the current one
            last.
    """
    from musetui.cli.completion.answer import Kind, answer
    from musetui.cli.completion.line import read_line

    shell, *rest = words
    kept = 0
    if shell == "bash":
        before, current, kept = read_line(*[*rest, "", "", ""][:3])
    else:
        before, current = list(rest[:-1]), rest[-1] if rest else ""
    found = answer(before, current)
    is_open = len(found.values) == 1 and found.values[0][0].endswith("/")
    print("open" if is_open and found.kind is Kind.VALUES else found.kind.value)
    for value, told in found.values:
        print(_line(shell, value, told, kept))
    return EXIT_FINE


def _line(shell: str, value: str, told: str, kept: int) -> str:
    if shell == "zsh":
        name = value.replace(":", "\\:")
        return f"{name}:{told}" if told else name
    if shell == "fish":
        return f"{value}\t{told}" if told else value
    return value[kept:]
