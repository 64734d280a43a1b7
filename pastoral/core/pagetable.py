"""A list read off its own page, as a table to hand out: what the file says can then differ in nothing from the page.

A list on a page is a `table.data`, of which each row is one, or a `ul.rows`, of which each entry is one. What only
works on a page (buttons, forms, pictures without words) and what only a screen reader or a phone is told stays out.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from html.parser import HTMLParser

from pastoral.core.spreadsheets import Cell, Table

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "use"})
LEFT_OUT = frozenset({"button", "form", "script", "select", "textarea", "label", "dialog", "nav"})
UNSEEN = frozenset({"visually-hidden", "btn", "on-phone", "menu", "row-action", "no-file", "pager", "needs"})
APART = frozenset({"br", "div", "p", "li", "small", "dd", "dt"})
OF_ENTRIES = ("Entry", "About", "State")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,9})(\.\d{1,2})?")


class _Reader(HTMLParser):
    """Collects the lists of one page: each with the heading above it, its column headings and its rows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lists: list[tuple[str, list[str], list[list[str]]]] = []
        self.title = ""
        self._open: list[tuple[str, str]] = []  # element and the part that it is
        self._cells: list[list[str]] = []
        self._into: list[str] | None = None
        self._heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin whatever the element begins."""
        said = dict(attrs)
        classes = set((said.get("class") or "").split())
        if tag in VOID:
            if tag in APART:
                self._say(" ")
            return
        self._open.append((tag, self._part(tag, classes, said)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take no notice of what is closed at once, as shapes of pictures are."""

    def handle_endtag(self, tag: str) -> None:
        """End what the element began."""
        while self._open:
            held, part = self._open.pop()
            self._end(part, held)
            if held == tag:
                return

    def handle_data(self, data: str) -> None:
        """Take the words up where they are seen."""
        if not self._is_unseen:
            self._say(data)

    @property
    def _is_unseen(self) -> bool:
        return any(part == "unseen" for _tag, part in self._open)

    def _is_inside(self, *parts: str) -> bool:
        return any(part in parts for _tag, part in self._open)

    def _part(self, tag: str, classes: set[str], said: dict[str, str | None]) -> str:
        if tag == "svg":
            if said.get("aria-label") and not self._is_unseen:
                self._say(f" {said['aria-label']} ")
            return "unseen"
        if self._is_unseen or tag in LEFT_OUT or classes & UNSEEN or "hidden" in said:
            return "unseen"
        if tag == "h2":
            self._heading = []
            return "heading"
        if (tag == "table" and "data" in classes) or (tag == "ul" and "rows" in classes):
            self.lists.append((self.title, [] if tag == "table" else list(OF_ENTRIES), []))
            return "table" if tag == "table" else "entries"
        return self._part_of_list(tag, classes)

    def _part_of_list(self, tag: str, classes: set[str]) -> str:
        if tag == "thead" and self._is_inside("table"):
            return "head"
        if (tag == "tr" and self._is_inside("table")) or (tag == "li" and self._is_entry):
            self._cells = [] if tag == "tr" else [[], [], []]
            self._into = None if tag == "tr" else self._cells[2]
            return "row" if tag == "tr" else "entry"
        if tag in {"td", "th"} and self._is_inside("row"):
            self._cells.append([])
            self._into = self._cells[-1]
            return "cell"
        if self._is_inside("entry"):
            return self._part_of_entry(tag, classes)
        if tag in APART:
            self._say(" ")
        return ""

    def _part_of_entry(self, tag: str, classes: set[str]) -> str:
        places = {"row-lead": 0, "row-main": 0, "row-sub": 1}
        for name, place in places.items():
            if name in classes:
                self._into = self._cells[place]
                self._say(" · " if self._into and name == "row-sub" else " ")
                return "sub" if name == "row-sub" else "main"
        if tag in APART or "chip" in classes:
            self._say(" ")
        return ""

    @property
    def _is_entry(self) -> bool:
        parts = [part for _tag, part in self._open if part in ("entries", "entry")]
        return parts[-1:] == ["entries"]

    def _end(self, part: str, tag: str) -> None:
        if part == "heading":
            self.title, self._heading = _plain(self._heading or []), None
        elif part == "sub":
            self._into = self._cells[0] if self._is_inside("main") else self._cells[2]
        elif part == "main":
            self._into = self._cells[2]
        elif part == "cell":
            self._into = None
        elif part in ("row", "entry"):
            self._row_end()
        elif tag in APART:
            self._say(" ")

    def _row_end(self) -> None:
        words = [_plain(cell) for cell in self._cells]
        _title, headings, rows = self.lists[-1]
        if self._is_inside("head"):
            headings[:] = words
        elif any(words):
            rows.append(words)
        self._cells, self._into = [], None

    def _say(self, words: str) -> None:
        if self._heading is not None:
            self._heading.append(words)
        elif self._into is not None:
            self._into.append(words)


def _plain(parts: Sequence[str]) -> str:
    words = " ".join("".join(parts).split())
    return words.strip(" ·")


def table_read(page: str, *, title: str, about: tuple[str, ...]) -> Table:
    """Return the lists of a page as one table; several are told apart by the heading above each.

    title: of the sheet. about: what stands above it in a workbook.
    """
    reader = _Reader()
    reader.feed(page)
    held = [each for each in reader.lists if each[2]]
    if not held:
        return Table(title, about, ("Nothing is listed",), [])
    width = max(max(len(headings), *(len(row) for row in rows)) for _title, headings, rows in held)
    first = held[0][1]
    lines: list[list[str]] = []
    for name, headings, rows in held:
        if headings != first:
            lines.append([name, *_padded(headings, width)])
        lines += [[name, *_padded(row, width)] for row in rows]
    return _narrowed(title, about, ["Part", *_padded(first, width)], lines, has_parts=len(held) > 1)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _narrowed(
    title: str, about: tuple[str, ...], headings: Sequence[str], lines: Sequence[Sequence[str]], *, has_parts: bool
) -> Table:
    """Leave out the columns that say nothing."""
    kept = [n for n in range(len(headings)) if (n or has_parts) and (headings[n] or any(line[n] for line in lines))]
    kept = [n for n in kept if any(line[n] for line in lines)] or kept
    rows = [[_cell(line[n]) for n in kept] for line in lines]
    return Table(title, about, tuple(headings[n] for n in kept), rows)


def _cell(words: str) -> Cell:
    """Return a number as one, so that a spreadsheet can reckon with it; whatever begins with a nought is no number."""
    if not _NUMBER.fullmatch(words):
        return words
    return Decimal(words) if "." in words else int(words)
