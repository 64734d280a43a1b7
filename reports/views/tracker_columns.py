"""The tracker's columns: their headings, and the addresses that sort by them."""

from dataclasses import dataclass

from reports.views.tracker_filters import Asked, address

_HEADINGS: tuple[tuple[str, str, str, bool], ...] = (
    ("name", "Student", "", False),
    ("group", "Group", "Tutor group", False),
    ("state", "State", "Band, year to date", False),
    ("ytd", "%", "Attendance since 1 September", True),
    ("missed", "Missed", "Sessions missed of possible since 1 September", True),
    ("week", "Weeks", "Attendance week by week since 1 September; sorts by the last week", False),
    ("change", "4 weeks", "Year to date now over four school weeks ago, in points", True),
    ("spare", "Can miss", "Sessions that can still be missed with the year ending below persistent absence", True),
    ("recovery", "Finish line", "No longer PA, if every session is attended; or PA, at the recent rate", False),
    ("reasons", "Main reasons", "The two with most sessions since 1 September", False),
    ("notice", "Unauth. in 10 weeks", "Unauthorised sessions in 10 school weeks; at 10 a notice is considered", True),
    ("last_year", "Last year", "Attendance over the whole of last year", True),
    ("contact", "Last contact", "With home", False),
    ("live", "In place", "Steps accepted and decisions since the start of last half term", False),
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A heading that sorts: its words, the address that sorts by it, and how it is sorted now ("" when it is not)."""

    name: str
    words: str
    title: str
    is_number: bool
    url: str
    sorted: str


def columns_of(asked: Asked) -> list[Column]:
    """Return every heading as the page now stands."""
    return [
        Column(name, words, title, is_number, *_sorting(asked, name)) for name, words, title, is_number in _HEADINGS
    ]


def _sorting(asked: Asked, name: str) -> tuple[str, str]:
    turned = f"-{name}" if asked.sort == name else name
    state = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
    return address(asked, sort=turned), state
