"""Lists of behaviour and recognition as files: the rows of the page, all of them, without anybody's narrative."""

from pastoral.core.spreadsheets import Table
from reports.conduct.asked import Asked
from reports.conduct.lists import PartList, PraiseList


def parts_table(held: PartList, asked: Asked) -> Table:
    """Return the parts of the list."""
    rows = [
        (
            row.part.day,
            f"{row.part.at:%H:%M}" if row.part.at else "",
            row.person.admission_number,
            row.person.name,
            row.person.tutor_group,
            row.part.role.capitalize(),
            row.part.type,
            row.part.activity,
            row.part.location,
            row.part.slot,
            row.part.points,
            row.part.action,
        )
        for row in held.page.rows
    ]
    headings = (
        "Date", "Time", "Adno", "Student", "Group", "Role", "Type", "Subject", "Place", "Part of the day", "Points",
        "Action",
    )  # fmt: skip
    return Table("Incidents", (asked.span_words, ", ".join(asked.in_words)), headings, rows)


def praise_table(held: PraiseList, asked: Asked) -> Table:
    """Return the achievements of the list."""
    rows = [
        (
            row.praise.day,
            row.person.admission_number,
            row.person.name,
            row.person.tutor_group,
            row.praise.type,
            row.praise.activity,
            row.praise.points,
            row.by,
        )
        for row in held.page.rows
    ]
    headings = ("Date", "Adno", "Student", "Group", "Type", "Subject", "Points", "Awarded by")
    return Table("Achievements", (asked.span_words, ", ".join(asked.in_words)), headings, rows)
