"""The code base that the swarm works on: its files and symbols as data, and as a work tree to open."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from musetui.records.address import SYMBOL_MARK
from musetui.simulation.outlines import OUTLINES


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file in outline.

    Attributes:
        path: relative to the work tree's root.
        classes: each class with its methods.
        functions: what stands outside of classes.
    """

    path: str
    classes: tuple[tuple[str, tuple[str, ...]], ...]
    functions: tuple[str, ...]

    @property
    def package(self) -> str:
        """The folder that the file lies in."""
        return self.path.rpartition("/")[0]

    def class_addresses(self) -> tuple[str, ...]:
        """Return the address of every class."""
        return tuple(f"{self.path}{SYMBOL_MARK}{name}" for name, _ in self.classes)

    def leaf_addresses(self) -> tuple[str, ...]:
        """Return the address of every method and function."""
        methods = (f"{name}.{method}" for name, methods in self.classes for method in methods)
        return tuple(f"{self.path}{SYMBOL_MARK}{symbol}" for symbol in (*methods, *self.functions))


def source_files(count: int | None = None) -> tuple[SourceFile, ...]:
    """Return the first *count* files of the code base; all that are outlined (about 40) if None.

    A code base may be as large as one likes: past the outlined files, they come again as other services.
    """
    outlined = tuple(_parse(line) for line in OUTLINES.strip().splitlines())
    if count is None or count <= len(outlined):
        return outlined[:count]
    files = list(outlined)
    while len(files) < count:
        service = f"services/unit-{len(files) // len(outlined):03}"
        files += (SourceFile(f"{service}/{file.path}", file.classes, file.functions) for file in outlined)
    return tuple(files[:count])


def write_work_tree(root: Path, files: tuple[SourceFile, ...]) -> None:
    """Write every file of the code base below *root*, in the language its name tells.

    Raises:
        OSError: if the disk refuses.
    """
    for file in files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = _python(file) if path.suffix == ".py" else _typescript(file)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _parse(line: str) -> SourceFile:
    path, _, outline = line.partition(" ")
    classes: list[tuple[str, tuple[str, ...]]] = []
    functions: list[str] = []
    for part in outline.split("|"):
        name, colon, methods = part.strip().partition(":")
        if colon:
            classes.append((name, tuple(methods.split())))
        else:
            functions += name.split()
    return SourceFile(path, tuple(classes), tuple(functions))


def _python(file: SourceFile) -> Iterator[str]:
    yield f'"""{_words(file.path.rpartition("/")[2].removesuffix(".py")).capitalize()} of the orchard\'s shop."""'
    yield ""
    yield "from typing import Any"
    for name, methods in file.classes:
        yield from ("", "", f"class {name}:", f'    """One {_words(name).lower()}."""', "")
        yield from ("    def __init__(self, **fields: Any) -> None:", "        self._fields = fields")
        for method in methods:
            yield from ("", f"    def {method}(self, *arguments: Any) -> Any:")
            yield f'        """{_words(method).capitalize()}."""'
            yield f'        return self._fields.get("{method}", arguments)'
    for name in file.functions:
        yield from ("", "", f"def {name}(*arguments: Any) -> Any:", f'    """{_words(name).capitalize()}."""')
        yield "    return arguments[0] if arguments else None"


def _typescript(file: SourceFile) -> Iterator[str]:
    yield f"// {_words(file.path.rpartition('/')[2].removesuffix('.ts')).capitalize()} of the orchard's shop."
    for name, methods in file.classes:
        yield from ("", f"export class {name} {{", "  constructor(private readonly fields: Map<string, unknown>) {}")
        for method in methods:
            yield from ("", f"  {method}(...values: unknown[]): unknown {{")
            yield from (f'    return this.fields.get("{method}") ?? values;', "  }")
        yield "}"
    for name in file.functions:
        yield from ("", f"export function {name}(...values: unknown[]): unknown {{", "  return values[0];", "}")


def _words(name: str) -> str:
    """Return a name's words: `send_reminder`, `sendReminder` and `SendReminder` alike."""
    spaced = "".join(f" {char}" if char.isupper() else char for char in name.replace("_", " "))
    return " ".join(spaced.split()).lower()
