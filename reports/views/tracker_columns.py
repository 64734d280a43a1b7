"""The tracker's columns: their headings, and the addresses that sort by them."""

from pastoral.core.sorting import Column, Heading, Order, column_of, orders_of
from reports.views.tracker_filters import Asked, address

_HEADINGS = (
    Heading("name", "Student", order="Name"),
    Heading("group", "Group", "Tutor group", order="Tutor group"),
    Heading("state", "State", "Band, year to date", order="State, and name"),
    Heading("ytd", "%", "Attendance since 1 September", True, "Attendance, year to date"),
    Heading("missed", "Missed", "Sessions missed of possible since 1 September", True, "Sessions missed"),
    Heading(
        "week", "Weeks", "Attendance week by week since 1 September; sorts by the last week", order="The last week"
    ),
    Heading("change", "4 weeks", "Year to date now over four school weeks ago, in points", True, "Change over 4 weeks"),
    Heading("spare", "Can miss", "Sessions that can still be missed with the year ending below PA", True),
    Heading("recovery", "Finish line", "No longer PA, if every session is attended; or PA, at the recent rate"),
    Heading("reasons", "Main reasons", "The two with most sessions since 1 September"),
    Heading(
        "notice", "Unauth. in 10 weeks", "Unauthorised sessions in 10 school weeks; at 10 a notice is considered", True
    ),
    Heading("last_year", "Last year", "Attendance over the whole of last year", True),
    Heading("contact", "Last contact", "With home"),
    Heading(
        "live",
        "In place",
        "Interventions and cases that run; steps accepted and decisions since the start of last half term",
    ),
)


def columns_of(asked: Asked) -> list[Column]:
    """Return every heading as the page now stands."""
    return [column_of(heading, asked.sort, lambda sort: address(asked, sort=sort)) for heading in _HEADINGS]


def tracker_orders(asked: Asked) -> list[Order]:
    """Return what the tracker can be sorted by, as a choice."""
    return orders_of(_HEADINGS, asked.sort, unsorted="State, worst first")
