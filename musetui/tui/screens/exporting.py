"""What all views share about export: what there is to write of the list with the focus, and of the screen."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

from musetui.errors import MuseTuiError
from musetui.records.text import counted, safe_text
from musetui.tui.screens.commanding import CommandingScreen

if TYPE_CHECKING:
    from musetui.tui.export.folder import Folder
    from musetui.tui.export.sheet import Sheet, Source
    from musetui.tui.screens.export_form import Format, Tell
    from musetui.tui.widgets.record_table import RecordTable

CLIPBOARD_LIMIT = 1_000_000
"""Characters that are copied at most: terminals take no more in one sequence, and drop it without a word."""


class ExportingScreen(CommandingScreen):
    """A screen whose lists can be exported."""

    async def action_export(self) -> None:
        from musetui.tui.export.file import place_of
        from musetui.tui.screens.export_form import ExportForm

        table = self.filtered_table()
        if self.live is None or table is None:
            self.warn("There is nothing to export yet.")
            return
        folder = self.export_folder

        def where(typed: str) -> str:
            return safe_text(place_of(typed, folder), 300)

        title = f"Export {self._list_name(table)}"
        await self.app.push_screen(ExportForm(title, list(self.export_formats(table)), where, self._defer))

    @property
    def export_folder(self) -> "Folder":
        """The folder that files go to of which no other one is named."""
        from musetui.tui.export.folder import export_folder

        return export_folder(getattr(self.app, "settings", None))

    def export_formats(self, table: "RecordTable[Any]") -> "Iterator[Format]":
        """Yield the ways in which *table* or the view it is in can be exported."""
        from musetui.tui.export import formats, sheet
        from musetui.tui.export.file import proposed
        from musetui.tui.screens.export_form import Format

        assert self.live is not None
        now = self.live.now()
        name = self._file_name(table)
        shown = f" of {table.row_count + table.hidden_count:,}" if table.filter_text else ""
        rows = f"{counted(table.row_count, 'row')}{shown}"
        for label, ending, take, make, what in (
            ("JSON", "json", sheet.fields_of, formats.as_json, "every field as the records have it"),
            ("CSV", "csv", sheet.fields_of, formats.as_csv, "every field, safe to open in a spreadsheet"),
            ("Markdown", "md", sheet.columns_of, formats.as_markdown, "the columns as they are shown"),
        ):
            write = self._writing(table, label, take, make)
            yield Format(label, ending, proposed(name, now, ending), f"{rows}, {what}", write)
        width, height = self.app.size
        picture = f"a picture of the screen, {width} × {height}"
        yield Format("SVG", "svg", proposed(self._view_name(), now, "svg"), picture, self._write_picture, hides=True)

    def _writing(
        self,
        table: "RecordTable[Any]",
        label: str,
        take: "Callable[[RecordTable[Any], Source, Callable[[int, int], None]], Awaitable[Sheet]]",
        make: "Callable[[Sheet], Iterator[str]]",
    ) -> "Callable[[str | None, bool, Tell], Awaitable[str]]":
        from musetui.tui.export.sheet import Source, settled

        async def write(name: str | None, may_number: bool, tell: "Tell") -> str:
            assert self.live is not None
            await settled(table)
            sort, is_reversed = table.sorting
            source = Source(
                self._list_name(table),
                self.live.repository.name,
                self.live.now(),
                table.filter_text,
                sort,
                is_reversed,
            )
            sheet = await take(table, source, lambda done, total: tell(f"Reading {done:,} of {total:,} rows…"))
            tell(f"Writing {counted(len(sheet.rows), 'row')}…")
            rows = counted(len(sheet.rows), "row")
            return await self.put(lambda: "".join(make(sheet)), f"{rows} as {label}", name, may_number)

        return write

    async def put(self, make: Callable[[], str], what: str, name: str | None, may_number: bool) -> str:
        """Write what *make* returns to the file *name*, or copy it; return the sentence to say.

        Args:
            make: called in a thread.
            what: what it is, in a few words of safe text.
            name: as it was typed; None to copy.
            may_number: whether the file may be given another name than that.

        Raises:
            MuseTuiError: if that cannot be; with a sentence.
        """
        from musetui.tui.export.file import place_of, write_new

        if name is None:
            text = await asyncio.to_thread(make)
            if len(text) > CLIPBOARD_LIMIT:
                raise MuseTuiError(f"it has {len(text):,} characters, too many for the clipboard: write it to a file")
            self.app.copy_to_clipboard(text)
            return f"Copied {what}"
        path = place_of(name, self.export_folder)
        written = await asyncio.to_thread(lambda: write_new(path, make().encode(), may_number=may_number))
        return f"Wrote {what} to {safe_text(written, 400)}"

    async def _write_picture(self, name: str | None, may_number: bool, _tell: "Tell") -> str:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)  # the form is to be gone from it
        await painted.wait()
        svg = self.app.export_screenshot(title="musetui")
        return await self.put(lambda: svg, "the screen as SVG", name, may_number)

    def _defer(self, work: Awaitable[str]) -> None:
        async def do() -> None:
            try:
                self.app.notify(await work, markup=False)
            except MuseTuiError as error:
                self.app.notify(str(error), severity="error", markup=False)

        self.do(do())

    def _view_name(self) -> str:
        return self.app.current_mode

    def _file_name(self, table: "RecordTable[Any]") -> str:
        """Return what stands in the name of a file for a list."""
        here = table.id or ""
        return f"{table.fields.name}-{here}" if here in ("local", "remote") else table.fields.name

    def _list_name(self, table: "RecordTable[Any]") -> str:
        """Return what a list is called: safe text."""
        return self._file_name(table).replace("-", " ")
