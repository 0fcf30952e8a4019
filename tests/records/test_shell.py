"""Words for a shell: each shell that is there takes them apart as they were put together."""

import shlex
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from musetui.records.shell import shell_word, shell_words
from tests.properties import patient

SHELLS = [shell for shell in ("sh", "bash", "zsh", "fish") if shutil.which(shell)]
ODD = st.text(st.sampled_from("a -'\"\\$`!#~=%^*?[]{}()<>|&;,\n\tü␛"), max_size=6) | st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=6
)


@patient(100)
@given(st.lists(ODD, min_size=1, max_size=20))
@example(["it's", "\\", "\\'", "a\\\\b\\", "", "=ls", "~", "$(reboot)", "!!", "{a,b}", "%1", "-n", "#"])
def test_what_is_put_together_is_taken_apart(words: list[str]) -> None:
    assert shlex.split(shell_words(words), comments=False) == words


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "words",
    [
        ["it's", "\\", "\\'", "a\\\\b\\", "", "=ls", "~", "$(reboot)", "!!", "{a,b}", "%1", "-n", "#", "a,b", "^x"],
        ["two words", "*", "?", "[a]", "<b>", "`c`", '"d"', "e\\nf", "x\\u202ey", "agent-4@host:1/2.3+x", "ü␛"],
    ],
)
def test_every_shell_that_is_there_agrees(shell: str, words: list[str]) -> None:
    line = shell_words(["printf", "%s\\n", *(f"<{word}>" for word in words)])
    # From stdin, as a terminal would have it pasted.
    done = subprocess.run([shell], input=f"{line}\n", capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines() == [f"<{word}>" for word in words]
    plain = shell_words(["printf", "%s\\n", *words])
    done = subprocess.run([shell], input=f"{plain}\n", capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines() == words


def test_plain_words_stay_as_they_are() -> None:
    assert shell_word("agent-43") == "agent-43"
    assert shell_word("") == "''"
    assert shell_word("two words") == "'two words'"
    assert shell_word("it's") == "'it'\"'\"'s'"
