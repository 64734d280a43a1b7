"""What is held about one student besides marks: name, groups, flags, parents and carers."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat, JSONObject

from attendance.models import RegisterTimes, SessionMark
from behaviour.models import ReportCard
from students.calendar import academic_year_name
from students.models import Enrolment, ParentCarerLink, Student, StudentFact
from students.querysets import StudentQuerySet
from students.summaries import Flag


@dataclass(frozen=True, slots=True)
class Spell:
    """A spell in a year and tutor group."""

    academic_year: int
    year: int
    tutor_group_id: int
    tutor_group: str
    starts_on: date
    ends_on: date | None

    @property
    def name(self) -> str:
        """The academic year as people write it."""
        return academic_year_name(self.academic_year)


@dataclass(frozen=True, slots=True)
class Carer:
    """A parent or carer as the year team sees them; one barred by a court shows no way to reach them."""

    name: str
    relationship: str
    priority: int
    has_parental_responsibility: bool
    has_court_order: bool
    lives_with: bool
    telephone: str
    mobile: str
    email: str


@dataclass(frozen=True, slots=True)
class OnReport:
    """The report card that the student carries. level: who keeps it, in words.

    points: behaviour points of this week; most: how many there are to be at most, None where that is no target.
    """

    card: int
    level: str
    points: int
    most: int | None


@dataclass(frozen=True)
class StudentRecord:
    """What is held about one student besides marks, read in one query. afternoon_from: when its register begins."""

    student: Student
    spells: tuple[Spell, ...]
    flags: tuple[Flag, ...]
    carers: tuple[Carer, ...]
    marks_to: date | None
    afternoon_from: time
    on_report: OnReport | None

    @property
    def spell(self) -> Spell | None:
        """The latest spell, which says where the student is or last was."""
        return self.spells[0] if self.spells else None

    @property
    def has_sen(self) -> bool:
        """Test for SEN on the day."""
        return any(flag.kind == StudentFact.Kind.SEN for flag in self.flags)


def record_of(students: StudentQuerySet, pk: int, on: date) -> StudentRecord | None:
    """Read one student of those given with spells, flags and carers; None when it is not among them."""
    student = (
        students.filter(pk=pk)
        .select_related("house")
        .annotate(
            spells_held=ArraySubquery(_spells(on)),
            flags_held=ArraySubquery(_flags(on)),
            carers_held=ArraySubquery(_carers()),
            marks_to=Subquery(SessionMark.objects.filter(date__lte=on).order_by("-date").values("date")[:1]),
            card_held=ArraySubquery(_card(on)),
            afternoon_from=Subquery(RegisterTimes.objects.values("pm_starts")[:1]),
        )
        .first()
    )
    if student is None:
        return None
    held: Any = student
    return StudentRecord(
        student=student,
        spells=tuple(_spell(row) for row in held.spells_held),
        flags=tuple(sorted((Flag(**row) for row in held.flags_held), key=lambda flag: _FLAG_ORDER.index(flag.kind))),
        carers=tuple(Carer(**{**row, "name": " ".join(row["name"].split())}) for row in held.carers_held),
        marks_to=held.marks_to,
        afternoon_from=held.afternoon_from,
        on_report=_on_report(held.card_held),
    )


_FLAG_ORDER = [str(kind) for kind in StudentFact.Kind]


def _spells(on: date) -> Any:
    spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
    return spells.values(
        row=JSONObject(
            academic_year="academic_year",
            year="year_group_id",
            tutor_group_id="tutor_group_id",
            tutor_group="tutor_group__name",
            starts_on="starts_on",
            ends_on="ends_on",
        )
    )


def _flags(on: date) -> Any:
    facts = StudentFact.objects.in_force(on).filter(student=OuterRef("pk")).order_by("kind")
    return facts.values(row=JSONObject(kind="kind", value="value"))


def _card(on: date) -> Any:
    cards = ReportCard.objects.running().filter(student=OuterRef("pk"), starts_on__lte=on, ends_on__gte=on)
    row = JSONObject(card="pk", level="level", points="week_points", most="most_points")
    return cards.with_points_of_week(on).order_by("-pk").values(row=row)[:1]


def _on_report(held: list[dict[str, Any]]) -> OnReport | None:
    return OnReport(**held[0] | {"level": ReportCard.Level(held[0]["level"]).label}) if held else None


def _carers() -> Any:
    links = ParentCarerLink.objects.filter(student=OuterRef("pk")).order_by("priority")
    return links.values(
        row=JSONObject(
            name=_full_name(),
            relationship="relationship",
            priority="priority",
            has_parental_responsibility="has_parental_responsibility",
            has_court_order="has_court_order",
            lives_with="lives_with",
            telephone="parent_carer__telephone",
            mobile="parent_carer__mobile",
            email="parent_carer__email",
        )
    )


def _full_name() -> Any:
    space = Value(" ")
    return Concat("parent_carer__title", space, "parent_carer__forename", space, "parent_carer__surname")


def _spell(row: dict[str, Any]) -> Spell:
    starts_on, ends_on = date.fromisoformat(row["starts_on"]), row["ends_on"]
    return Spell(**{**row, "starts_on": starts_on, "ends_on": date.fromisoformat(ends_on) if ends_on else None})
