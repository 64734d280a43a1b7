"""What a contact may be about: what the page it was opened from names, and what is open about the student anyhow."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from attendance.models import PenaltyNotice
from attendance.summaries.unexplained import unexplained_marks
from behaviour.models import BullyingCase, Involvement, ReportCard, Suspension
from contacts.models import Enquiry, Purpose
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.words import day_read, key_read

# What an address may name, with the field of ContactAbout that it stands for.
NAMED = {
    "absent_on": "absent_on",
    "involvement": "involvement",
    "incident": "involvement",
    "suspension": "suspension",
    "case": "bullying_case",
    "card": "report_card",
    "notice": "notice",
    "enquiry": "enquiry",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of one student. field, value: of ContactAbout. shared: the same for brothers and sisters in it.

    purpose: what a contact about it is for, unless somebody says otherwise. is_named: the address names it.
    """

    student_id: int
    field: str
    value: Any
    words: str
    purpose: str
    shared: Any
    is_named: bool = False

    @property
    def key(self) -> str:
        """The matter as a form sends it."""
        return f"{self.field}-{self.value}"

    @property
    def about(self) -> dict[str, Any]:
        """The matter as `contact_log` takes it."""
        return {self.field if self.field == "absent_on" else f"{self.field}_id": self.value}


def named_student(user: User, asked: Mapping[str, str]) -> int:
    """Return the student of the matter that the address names; 0 where it names none that is one student's."""
    for name, model in (
        ("involvement", Involvement),
        ("suspension", Suspension),
        ("card", ReportCard),
        ("notice", PenaltyNotice),
        ("enquiry", Enquiry),
    ):
        key = key_read(asked.get(name, ""))
        if key:
            seen: Any = model
            return seen.objects.visible_to(user).filter(pk=key).values_list("student", flat=True).first() or 0
    return 0


def matters_of(user: User, students: Collection[int], asked: Mapping[str, str], on: date) -> list[Matter]:
    """Return what a contact about each of the students may be about: named matters first, then what is open.

    Duties of the 48-hour clock that are not yet answered, and today's absence without a reason; two queries, and one
    for each matter that the address names.
    """
    found = [*_named(user, students, asked, on), *_duties(user, students), *_absences(students, on)]
    held: dict[tuple[int, str], Matter] = {}
    for matter in found:
        held.setdefault((matter.student_id, matter.key), matter)
    return list(held.values())


def _duties(user: User, students: Collection[int]) -> Iterator[Matter]:
    owed: Any = Involvement.objects.visible_to(user).filter(student__in=students).owed_contact().open()
    for part in owed.select_related("incident").order_by("acted_at", "pk"):
        yield _of_incident(part)


def _of_incident(part: Involvement, *, is_named: bool = False) -> Matter:
    words = f"{part.incident.type}, {in_words(part.incident.occurred_on)}"
    return Matter(
        part.student_id, "involvement", part.pk, words, Purpose.BEHAVIOUR, part.incident_id, is_named=is_named
    )


def _absences(students: Collection[int], on: date) -> Iterator[Matter]:
    for student in dict.fromkeys(mark.student_id for mark in unexplained_marks(on, students) if mark.day == on):
        yield _absent(student, on)


def _absent(student: int, day: date, *, is_named: bool = False) -> Matter:
    words = f"Absent {in_words(day)}"
    return Matter(student, "absent_on", day.isoformat(), words, Purpose.ABSENCE, day, is_named=is_named)


def _named(user: User, students: Collection[int], asked: Mapping[str, str], on: date) -> Iterator[Matter]:
    """Yield what the address names, where the person may see it and it is of the first of the students."""
    subject = next(iter(students))
    day = day_read(asked.get("absent_on", ""))
    if day and day <= on:
        yield _absent(subject, day, is_named=True)
    for name, (model, purpose, words) in _RECORDS.items():
        key = key_read(asked.get(name, ""))
        if key:
            of_subject = {"students__student": subject} if name == "case" else {"student": subject}
            record = model.objects.visible_to(user).filter(pk=key, **of_subject).first()
            if record is not None:
                yield Matter(subject, NAMED[name], record.pk, words(record), purpose, record.pk, is_named=True)
    for name, column in (("involvement", "pk"), ("incident", "incident")):
        key = key_read(asked.get(name, ""))
        if not key:
            continue
        parts = Involvement.objects.visible_to(user).filter(student=subject, **{column: key}).select_related("incident")
        yield from (_of_incident(part, is_named=True) for part in parts)


_RECORDS: dict[str, tuple[Any, str, Callable[[Any], str]]] = {
    "suspension": (
        Suspension,
        Purpose.BEHAVIOUR,
        lambda row: f"{row.get_kind_display()} from {in_words(row.starts_on)}",
    ),
    "case": (BullyingCase, Purpose.BEHAVIOUR, lambda row: f"Case {row.pk}"),
    "card": (ReportCard, Purpose.BEHAVIOUR, lambda row: f"Report card from {in_words(row.starts_on)}"),
    "notice": (PenaltyNotice, Purpose.ABSENCE, lambda row: f"Penalty notice of {in_words(row.issued_on)}"),
    "enquiry": (Enquiry, Purpose.ENQUIRY, lambda row: f"Enquiry of {in_words(row.received_at)}"),
}
