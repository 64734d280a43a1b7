"""Who is absent on a day, and of whom nobody knows why: what first-day calls begin with.

A student counts from the moment the register closes: with an absence in it, or without a mark in one that was taken.
A register that nobody took says nothing of its students: it is chased, and they are called about once it is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from attendance.codes import CODES_BY_KEY, Code, PhysicalClass
from attendance.models import PlannedMark
from attendance.summaries.reach import Reached
from attendance.summaries.times import SESSIONS
from behaviour.models import Suspension
from behaviour.summaries.spans import REINSTATED
from contacts.models import CallingStep
from contacts.summaries.calling_facts import ABSENCES, UNEXPLAINED, facts_on
from contacts.summaries.calling_registers import Registers
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.scopes import Scope, scope_of

HERE = frozenset({PhysicalClass.IN_SCHOOL, PhysicalClass.LATE, PhysicalClass.ELSEWHERE})


@dataclass(frozen=True, slots=True)
class Sitting:
    """One closed session of an absent student. code: None without a mark. is_known: something agreed says why."""

    session: str
    code: Code | None
    is_known: bool

    @property
    def is_absent(self) -> bool:
        """Test for an absence, or no mark where there should be one."""
        return self.code is None or self.code.key in ABSENCES

    @property
    def is_unexplained(self) -> bool:
        """Test for an absence of which nobody knows why."""
        return not self.is_known and (self.code is None or self.code.letters == UNEXPLAINED)

    @property
    def is_here(self) -> bool:
        """Test for a student who was in school, or where the school sent them."""
        return self.code is not None and self.code.physical in HERE


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the ladder that somebody took."""

    step_id: int
    kind: str
    label: str
    day: date
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who is calling about a student, since when."""

    key: int
    by_id: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Informed:
    """Somebody to tell: a name, what they are, and how to reach them."""

    name: str
    role: str
    telephone: str
    email: str


@dataclass(frozen=True, slots=True)
class Absent:
    """One student absent on the day. unexplained_days: earlier days that ended with no reason known, latest first.

    carers: the keys of those on record, and whether each may be rung and has a number; replaced: how many entries of
    each session there were before the one that stands; workers: for who may see the student's agencies.
    """

    student_id: int
    surname: str
    forename: str
    admission_number: str
    year: int
    tutor_group: str
    who: Reached
    sittings: tuple[Sitting, ...]
    is_on_card: bool
    has_early_help: bool
    is_looked_after: bool
    workers: tuple[Informed, ...]
    is_first: bool
    unexplained_days: tuple[date, ...]
    carers: tuple[tuple[int, bool], ...]
    claim: Claimed | None
    taken: tuple[Taken, ...]
    replaced: Mapping[str, int]

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do about the student."""
        return self.who.rights

    @property
    def has_social_worker(self) -> bool:
        """Test for a social or youth justice worker, whoever looks."""
        return bool(self.workers)

    @property
    def name(self) -> str:
        """Surname first, as in lists."""
        return f"{self.surname}, {self.forename}"

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The sessions of which nobody knows why."""
        return tuple(each.session for each in self.sittings if each.is_unexplained)

    @property
    def is_here_now(self) -> bool:
        """Test for a student who has come to school since."""
        return self.sittings[-1].is_here

    @property
    def is_to_call_about(self) -> bool:
        """Test for a student who is not in school and of whom nobody knows why."""
        return bool(self.unexplained) and not self.is_here_now


def absent_on(user: User, registers: Registers) -> tuple[Absent, ...]:
    """Return who is absent among those whose first calls the person makes, in the order of lists; one query."""
    if not registers.closed:
        return ()
    scope = scope_of(user)
    rows = absences(user, registers).annotate(**facts_on(registers.day, scope.on), **known_in(registers))
    return tuple(_absent(row, registers, scope, user.pk) for row in rows)


def absences(user: User, registers: Registers) -> QuerySet[Enrolment]:
    """Return the spells of those absent in a closed session, or unmarked in one that was taken; am, pm: their marks."""
    students = Student.objects.with_right(user, Right.MAKE_FIRST_CALLS)
    members = Enrolment.objects.members_on(registers.day).filter(student__in=students)
    away = Q(pk__in=[])
    for session in SESSIONS:
        name = session.lower()
        of_session = Q(student__session_marks__date=registers.day, student__session_marks__session=session)
        members = members.annotate(**{name: FilteredRelation("student__session_marks", condition=of_session)})
        if session in registers.closed:
            groups = registers.taken[session]
            away |= Q(**{f"{name}__code__in": ABSENCES}) | Q(**{f"{name}__pk": None}, tutor_group__in=groups)
    order = ("year_group", "tutor_group__name", "student__search_text", "student")
    return members.filter(away).select_related("student", "tutor_group").order_by(*order)


def known_in(registers: Registers) -> dict[str, Any]:
    """Return, for each closed session, whether something agreed or decided says why the student is away."""
    found: dict[str, Any] = {}
    for session in registers.closed:
        agreed = PlannedMark.objects.filter(status=PlannedMark.Status.AGREED).covering(registers.day, session)
        begun = Q(starts_on__lt=registers.day) | Q(starts_on=registers.day, starts_session__lte=session)
        lasting = Q(ends_on=None) | Q(ends_on__gt=registers.day) | Q(ends_on=registers.day, ends_session__gte=session)
        out = Suspension.objects.standing().filter(begun, lasting).exclude(kind=Suspension.Kind.LUNCHTIME)
        out = out.exclude(governors_decided__startswith=REINSTATED)
        mine = {"student": OuterRef("student")}
        found[f"{session.lower()}_known"] = Exists(agreed.filter(**mine)) | Exists(out.filter(**mine))
    return found


def _absent(row: Any, registers: Registers, scope: Scope, reader: int) -> Absent:
    student = row.student
    claim = next(iter(row.claim), None)
    who = _reached(row, scope)
    return Absent(
        student_id=student.pk,
        surname=student.legal_surname,
        forename=student.forename,
        admission_number=student.admission_number,
        year=row.year_group_id,
        tutor_group=row.tutor_group.name,
        who=who,
        sittings=tuple(_sittings(row, registers)),
        is_on_card=row.is_on_card,
        has_early_help=row.has_early_help,
        is_looked_after=row.is_looked_after,
        workers=tuple(map(_informed, row.workers)),
        is_first=not row.was_absent,
        unexplained_days=tuple(row.unexplained_days),
        carers=tuple((each["key"], each["is_free"]) for each in row.carers),
        claim=_claimed(claim) if claim else None,
        taken=tuple(_taken(each, reader, who.rights) for each in row.taken if _is_seen(each["kind"], who.rights)),
        replaced={each["session"]: each["number"] for each in row.replaced},
    )


def _reached(row: Any, scope: Scope) -> Reached:
    """Return the student as `reached` would: the row holds all of it."""
    student, place = row.student, (row.year_group_id, row.tutor_group_id)
    return Reached(
        student_id=student.pk,
        name=student.sort_name,
        year=row.year_group_id,
        tutor_group_id=row.tutor_group_id,
        tutor_group=row.tutor_group.name,
        born_on=student.born_on,
        admitted_on=student.admitted_on,
        left_on=student.left_on,
        rights=scope.rights_on(*place, has_sen=row.has_sen),
        reason=scope.reason(*place, has_sen=row.has_sen),
    )


def _informed(row: Mapping[str, Any]) -> Informed:
    if not row["worker_name"]:
        return Informed(row["name"], row["role"], row["telephone"], row["email"])
    name = f"{row['worker_name']}, {row['name']}"
    telephone, email = (row[f"worker_{each}"] or row[each] for each in ("telephone", "email"))
    return Informed(name, row["worker_job"], telephone, email)


def _is_seen(kind: str, rights: frozenset[Right]) -> bool:
    """Test for a step that the person may know of: one for a social worker says that there is one."""
    return kind != CallingStep.Kind.SOCIAL_WORKER or Right.SEE_AGENCIES in rights


def _sittings(row: Any, registers: Registers) -> Iterable[Sitting]:
    for session in registers.closed:
        name = session.lower()
        key = getattr(row, f"{name}_code")
        if key is not None or row.tutor_group_id in registers.taken[session]:
            yield Sitting(session, CODES_BY_KEY[key] if key else None, getattr(row, f"{name}_known"))


def _claimed(row: Mapping[str, Any]) -> Claimed:
    return Claimed(row["key"], row["by_id"], _name(row), datetime.fromisoformat(row["at"]))


def _taken(row: Mapping[str, Any], reader: int, rights: frozenset[Right]) -> Taken:
    """Return a step taken; what the DSL was told is for the DSL and whoever told it (T14)."""
    is_hidden = row["kind"] == CallingStep.Kind.DSL and Right.READ_DSL_CONCERNS not in rights
    return Taken(
        row["step_id"],
        row["kind"],
        row["label"],
        date.fromisoformat(row["day"]),
        datetime.fromisoformat(row["at"]),
        _name(row),
        "" if is_hidden and row["by_id"] != reader else row["note"],
    )


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['title']} {row['surname']}".strip()
