"""Who is absent on a day, and of whom nobody knows why: what first-day calls begin with.

A student counts from the moment the register closes: with an absence in it, or without a mark in one that was taken.
A register that nobody took says nothing of its students: it is chased, and they are called about once it is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from attendance.codes import CODES, CODES_BY_KEY, Code, LegalClass, PhysicalClass
from attendance.models import PlannedMark, SessionMark
from attendance.summaries.times import SESSIONS
from behaviour.models import ReportCard, Suspension
from behaviour.summaries.spans import REINSTATED
from contacts.models import Agency, AgencyLink, CallClaim, CallEscalation, CallingStep, EarlyHelp
from contacts.summaries.calling_registers import Registers
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment, ParentCarerLink, Student, StudentFact
from students.scopes import Scope, scope_of

UNEXPLAINED = "N"
# Away from school, and absent in law: who was late, is elsewhere for the school or need not attend is none of these.
ABSENCES = tuple(code.key for code in CODES if code.legal is LegalClass.ABSENT and code.physical is PhysicalClass.AWAY)
HERE = frozenset({PhysicalClass.IN_SCHOOL, PhysicalClass.LATE, PhysicalClass.ELSEWHERE})
_LOOK_BACK = timedelta(days=90)


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
class Absent:
    """One student absent on the day. unexplained_days: earlier days that ended with no reason known, latest first.

    carers: the keys of those on record, and whether each may be rung and has a number.
    """

    student_id: int
    surname: str
    forename: str
    admission_number: str
    year: int
    tutor_group: str
    rights: frozenset[Right]
    sittings: tuple[Sitting, ...]
    is_on_card: bool
    has_early_help: bool
    is_looked_after: bool
    has_social_worker: bool
    is_first: bool
    unexplained_days: tuple[date, ...]
    carers: tuple[tuple[int, bool], ...]
    claim: Claimed | None
    taken: tuple[Taken, ...]

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
    rows = absences(user, registers).annotate(**_facts(registers.day, scope.on), **known_in(registers))
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


def _facts(day: date, today: date) -> dict[str, Any]:
    """Return what makes a call come first, and what colleagues have begun, of the row's student."""
    mine = {"student": OuterRef("student")}
    since = max(academic_year_start(academic_year_of(day)), day - _LOOK_BACK)
    facts = StudentFact.objects.filter(**mine)
    earlier = SessionMark.objects.filter(**mine, date__gte=academic_year_start(academic_year_of(day)), date__lt=day)
    days = earlier.filter(code__letters=UNEXPLAINED, session="PM", date__gte=since).order_by("-date")
    claim = CallClaim.objects.filter(**mine, day=day)
    steps = CallEscalation.objects.filter(**mine, day__gte=since, day__lte=day)
    return {
        "am_code": F("am__code"),
        "pm_code": F("pm__code"),
        "has_sen": Exists(facts.in_force(today).filter(kind=StudentFact.Kind.SEN)),
        "is_looked_after": Exists(facts.in_force(day).filter(kind=StudentFact.Kind.LOOKED_AFTER)),
        "has_social_worker": Exists(
            AgencyLink.objects.in_force(day).filter(**mine, agency__kind__in=Agency.SOCIAL_WORK)
        ),
        "is_on_card": Exists(ReportCard.objects.running().filter(**mine)),
        "has_early_help": Exists(EarlyHelp.objects.running().filter(**mine)),
        "was_absent": Exists(earlier.filter(code__in=ABSENCES)),
        "unexplained_days": ArraySubquery(days.values("date")),
        "carers": ArraySubquery(_carers()),
        "claim": ArraySubquery(claim.values(row=JSONObject(key="pk", by_id="by", at="at", **_person("by")))),
        "taken": ArraySubquery(
            steps.order_by("at").values(
                row=JSONObject(
                    step_id="step",
                    kind="step__kind",
                    label="label",
                    day="day",
                    at="at",
                    note="note",
                    by_id="by",
                    **_person("by"),
                )
            )
        ),
    }


def _carers() -> QuerySet[ParentCarerLink, Any]:
    has_number = ~Q(parent_carer__mobile="") | ~Q(parent_carer__telephone="")
    links = ParentCarerLink.objects.filter(student=OuterRef("student"))
    free = ExpressionWrapper(Q(has_court_order=False) & has_number, output_field=BooleanField())
    return links.order_by().values(row=JSONObject(key="parent_carer", is_free=free))


def _person(field: str) -> dict[str, str]:
    return {"title": f"{field}__title", "surname": f"{field}__surname"}


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
    rights = scope.rights_on(row.year_group_id, row.tutor_group_id, has_sen=row.has_sen)
    return Absent(
        student_id=student.pk,
        surname=student.legal_surname,
        forename=student.forename,
        admission_number=student.admission_number,
        year=row.year_group_id,
        tutor_group=row.tutor_group.name,
        rights=rights,
        sittings=tuple(_sittings(row, registers)),
        is_on_card=row.is_on_card,
        has_early_help=row.has_early_help,
        is_looked_after=row.is_looked_after,
        has_social_worker=row.has_social_worker,
        is_first=not row.was_absent,
        unexplained_days=tuple(row.unexplained_days),
        carers=tuple((each["key"], each["is_free"]) for each in row.carers),
        claim=_claimed(claim) if claim else None,
        taken=tuple(_taken(each, reader, rights) for each in row.taken if _is_seen(each["kind"], rights)),
    )


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
