"""A pack on paper, from its snapshot alone: each part by itself, the front with the index, and the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.template.loader import render_to_string

from reports.packs.content import day_words
from reports.packs.joining import Bookmark, joined
from reports.pdf import Pdf, pdf_draw, pdf_draw_untagged

STYLESHEET = "css/pdf-pack.css"
FOOT = "css/pdf-pack-foot.css"
Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """One part in the index. first, last: its pages, from 1; is_first: of its section."""

    heading: str
    title: str
    mark: str
    day: str
    first: int
    last: int
    is_first: bool


def part_draw(snapshot: Snapshot, order: int) -> Pdf:
    """Draw one part; the same snapshot gives the same bytes."""
    part = snapshot["parts"][order]
    parts = snapshot["parts"]
    begins = order == 0 or parts[order - 1]["section"] != part["section"]
    context = {"head": snapshot["head"], "part": part, "exhibit": part["exhibit"], "begins": begins}
    return pdf_draw(render_to_string("reports/pdf/pack_part.html", context), STYLESHEET)


def whole_draw(snapshot: Snapshot, sha256: str, pages: Sequence[int], files: Iterable[BinaryIO]) -> Pdf:
    """Join the drawn parts behind the cover and the index. pages: of each part; files: the parts, in order."""
    front = _front(snapshot, sha256, pages)
    total = front.pages + sum(pages)
    feet = _feet(snapshot, sha256, total)
    places = places_of(snapshot, pages, front.pages)
    return Pdf(joined(front.data, files, feet.data, _bookmarks(places)), total)


def _front(snapshot: Snapshot, sha256: str, pages: Sequence[int]) -> Pdf:
    """Draw the cover and the index, whose own length every page number in it depends on."""
    length = 2
    while True:
        context = {
            "head": snapshot["head"],
            "places": places_of(snapshot, pages, length),
            "empty": snapshot["empty"],
            "total": length + sum(pages),
            "sha256": sha256,
        }
        drawn = pdf_draw(render_to_string("reports/pdf/pack_front.html", context), STYLESHEET)
        if drawn.pages == length:
            return drawn
        length = drawn.pages


def places_of(snapshot: Snapshot, pages: Sequence[int], front: int) -> list[Place]:
    """Return where each part stands. front: how many pages come before the first."""
    found: list[Place] = []
    at, before = front + 1, ""
    for part, length in zip(snapshot["parts"], pages, strict=True):
        exhibit = part["exhibit"]
        found.append(
            Place(
                heading=part["heading"],
                title=exhibit["title"],
                mark=exhibit["mark"],
                day=day_said(exhibit["day"]),
                first=at,
                last=at + length - 1,
                is_first=part["section"] != before,
            )
        )
        at, before = at + length, part["section"]
    return found


def day_said(iso: str | None) -> str:
    """Return the day of an exhibit in words; "" for one that is of no day."""
    return day_words(date.fromisoformat(iso)) if iso else ""


def _feet(snapshot: Snapshot, sha256: str, total: int) -> Pdf:
    context = {"head": snapshot["head"], "sha256": sha256, "sheets": range(total)}
    return pdf_draw_untagged(render_to_string("reports/pdf/pack_feet.html", context), FOOT)


def _bookmarks(places: Sequence[Place]) -> list[Bookmark]:
    found = [Bookmark("Cover and index", 0, 0)]
    for each in places:
        if each.is_first:
            found.append(Bookmark(each.heading, each.first - 1, 0))
        if each.mark or each.title != each.heading:
            words = f"{each.mark} {each.title}{', ' if each.day else ''}{each.day}"
            found.append(Bookmark(words.strip(), each.first - 1, 1))
    return found
