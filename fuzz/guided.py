"""A search that coverage leads: `python -m fuzz.guided NAME FOLDER SECONDS SEED`, for one target in its own process.

libFuzzer, by way of Atheris, keeps in FOLDER what led somewhere new, and goes on from there the next time. It ends the
process at the first find, and leaves the input beside, as `crash-…`.
"""

import sys
from pathlib import Path

import atheris


def main(name: str, folder: Path, seconds: str, seed: str) -> None:
    """Search target *name* for so many *seconds*, from *seed* on."""
    with atheris.instrument_imports(include=["musetui", "fuzz"]):
        from fuzz.catalogue import TARGETS
    target = TARGETS[name]
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(data)
    dictionary = folder / "corpus" / f"{name}.words"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in (*target.words, *target.seeds[:1])))
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-dict={dictionary}",
        f"-artifact_prefix={folder}/{name}-",
        "-max_len=8192",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
