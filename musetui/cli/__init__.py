"""The command line: one executable, a command a word, and an exit code that says how it went.

Importing this costs next to nothing; each command imports what it needs, when it runs. Commands that do not draw never
import Textual.
"""

import sys
from collections.abc import Sequence

from musetui.cli import output
from musetui.cli.failures import EXIT_INTERRUPTED, EXIT_PIPE, report_defect, report_error
from musetui.errors import MuseTuiError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: the words after `musetui`; those of this process if None.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    output.speak_utf8()
    try:
        try:
            code = _run(words, as_json=_wants_json(words))
        finally:
            output.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        output.give_up()
        return EXIT_PIPE
    except output.OutputError as error:
        output.give_up()
        return report_error(error, as_json=False)
    return code


def _run(words: list[str], *, as_json: bool) -> int:
    try:
        if words[:1] == ["__complete"]:
            from musetui.cli.completion.command import run_complete

            return run_complete(words[1:])
        from musetui.cli.parser import parse

        run, args = parse(words)
        if args.debug_log is not None:
            from musetui.debug_log import begin_debug_log

            begin_debug_log(args.debug_log, words)
        return run(args)
    except output.OutputError:
        raise
    except MuseTuiError as error:
        return report_error(error, as_json=as_json)
    except SystemExit as leaving:  # argparse, after printing a help page
        return leaving.code if isinstance(leaving.code, int) else 0
    except BrokenPipeError:
        raise
    except Exception as error:
        return report_defect(error, as_json=as_json)


def _wants_json(words: list[str]) -> bool:
    """Say whether errors are to be JSON, before the words are understood."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options or "-j" in options
