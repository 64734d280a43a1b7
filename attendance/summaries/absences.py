"""Plans as one person sees them: who is away when and why, how long, what they meet, and how they came to be so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps

from attendance.codes import CODES_BY_KEY, Code, CodeClass, PhysicalClass, code_on
from attendance.models import PlannedMark, SessionMark
from attendance.offers import codes_offered
from attendance.summaries.planned import Reach, Span, Spanning, covers, overlap, reach_of, week_words
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import CalendarSpan, ParentCarerLink
from students.summaries import SchoolCalendar

# What is known beforehand of a student, in the order in which offices need it. Leave has its own way (LEAVE).
PLANNABLE = ("M", "V", "P", "W", "B", "K", "I", "J1", "S", "R", "T", "C1", "X", "Q", "Y5")
# What leave may be asked for as. Source: domain.md 1.1 (regs 11(1)-(5)).
LEAVE = ("C", "C1", "J1", "T", "R", "S")
# Leave that the law lets a school grant only when it was asked for in advance (reg 11(4), (5)).
ASKED_IN_ADVANCE = frozenset({"J1", "S"})
PLACED = ("D", "K", "B")
SIX_WEEKS = timedelta(weeks=6)


@dataclass(frozen=True)
class PlanRow:
    """One plan as one person sees it; what they may not see is not in it.

    sign: the code's letters, or a dot for a code of which only the class is shown. meets: other plans in its way.
    """

    key: int
    who: Reached
    kind: str
    status: str
    sign: str
    words: str
    tone: str
    starts_on: date
    starts_session: str
    ends_on: date
    ends_session: str
    week: str
    reach: Reach
    note: str
    told_by: str
    provider: str
    provider_telephone: str
    asked_on: date | None
    agreed_with: str
    agreed_on: date | None
    review_on: date | None
    meets: tuple[str, ...]
    sees_whole: bool

    @property
    def is_one_day(self) -> bool:
        """Test for a plan that begins and ends on the same day."""
        return self.starts_on == self.ends_on

    @property
    def is_asked(self) -> bool:
        """Test for leave that nobody has decided."""
        return self.status == PlannedMark.Status.ASKED

    @property
    def is_refused(self) -> bool:
        """Test for leave refused."""
        return self.status == PlannedMark.Status.REFUSED

    @property
    def is_withdrawn(self) -> bool:
        """Test for a plan taken back."""
        return self.status == PlannedMark.Status.WITHDRAWN

    @property
    def asked_late(self) -> bool:
        """Test for leave that was asked for after its first day."""
        return self.asked_on is not None and self.asked_on > self.starts_on

    @property
    def is_long(self) -> bool:
        """Test for a span beyond six weeks."""
        return self.ends_on - self.starts_on > SIX_WEEKS


class PlanReader:
    """Shows plans to one person: the students they reach, the calendar, and each plan's neighbours."""

    def __init__(
        self, who: Mapping[int, Reached], calendar: SchoolCalendar, closed: Collection[CalendarSpan] = ()
    ) -> None:
        self._who = who
        self._calendar = calendar
        self._closed = closed

    def rows(self, plans: Iterable[PlannedMark], among: Sequence[PlannedMark] = ()) -> list[PlanRow]:
        """Return the plans of students reached, in their order; clashes are looked for among the other plans."""
        beside: dict[int, list[PlannedMark]] = {}
        for other in among:
            beside.setdefault(other.student_id, []).append(other)
        return [self.row(plan, beside.get(plan.student_id, ())) for plan in plans if plan.student_id in self._who]

    def row(self, plan: PlannedMark, among: Sequence[PlannedMark] = ()) -> PlanRow:
        """Return one plan of a student reached."""
        who = self._who[plan.student_id]
        sees_whole, sees_code = read_in(plan.kind, plan.code_id, sees_sensitive=who.sees_sensitive)
        shown = _shown(plan, sees_code=sees_code)
        return PlanRow(
            key=plan.pk,
            who=who,
            kind=plan.kind if sees_code else PlannedMark.Kind.PLANNED,
            status=plan.status,
            sign=shown.sign,
            words=shown.words,
            tone=shown.kind,
            starts_on=plan.starts_on,
            starts_session=plan.starts_session,
            ends_on=plan.ends_on,
            ends_session=plan.ends_session,
            week=week_words(plan.sessions) if plan.sessions else "",
            reach=reach_of(plan, self._calendar, self._closed),
            note=plan.note if sees_whole else "",
            told_by=plan.asked_by if sees_whole else "",
            provider=plan.provider if sees_code else "",
            provider_telephone=plan.provider_telephone if sees_whole else "",
            asked_on=plan.asked_on,
            agreed_with=plan.agreed_with if sees_whole else "",
            agreed_on=plan.agreed_on,
            review_on=plan.review_on,
            meets=tuple(self._neighbour(other, who) for other in among if _meets(plan, other)),
            sees_whole=sees_whole,
        )

    def _neighbour(self, other: PlannedMark, who: Reached) -> str:
        sees_code = read_in(other.kind, other.code_id, sees_sensitive=who.sees_sensitive).code
        shown = _shown(other, sees_code=sees_code)
        words = shown.words if shown.sign == "●" else f"{shown.sign} {shown.words}"
        return f"{words}, {span_words(other)}"


def _meets(plan: PlannedMark, other: PlannedMark) -> bool:
    """Test whether another plan for the student is in this one's way; what was withdrawn is in nobody's."""
    withdrawn = PlannedMark.Status.WITHDRAWN
    is_another = plan.student_id == other.student_id and plan.pk != other.pk
    return is_another and plan.status != withdrawn != other.status and overlap(plan, other)


class ReadIn(NamedTuple):
    """What somebody may read in a plan. whole: its note and who told or asked; code: its code and provider."""

    whole: bool
    code: bool


def read_in(kind: str, key: int, *, sees_sensitive: bool) -> ReadIn:
    """Return what may be read in a plan of the kind with that code, on every page, register and export alike.

    sees_sensitive: the person sees this student's codes whole. Others read the whole of planned absences whose code
    they see; why there is leave, a part-time timetable or a placement is not theirs to read.
    """
    sees_code = sees_sensitive or not CODES_BY_KEY[key].is_class_only
    return ReadIn(sees_sensitive or (sees_code and kind == PlannedMark.Kind.PLANNED), sees_code)


def _shown(plan: PlannedMark, *, sees_code: bool) -> MarkShown:
    """Return what stands for the plan's code; leave not granted says that, whatever it was asked for as."""
    if plan.status == PlannedMark.Status.REFUSED:
        return MarkShown("G", "Leave refused: G if it is taken", CodeClass.UNAUTHORISED)
    shown = mark_shown(plan.code_id, sees_sensitive=sees_code)
    if plan.status == PlannedMark.Status.ASKED:
        words = f"Leave asked for: {shown.words}" if sees_code else "Leave asked for"
        return MarkShown("?", words, "asked")
    return shown


def span_words(span: Spanning) -> str:
    """Return a span in words: "Fri 20 Nov PM", "Mon 23 Nov – Wed 25 Nov AM"."""
    begins, ends = f"{span.starts_on:%a %-d %b}", f"{span.ends_on:%a %-d %b}"
    if span.starts_on == span.ends_on:
        whole = span.starts_session != span.ends_session
        return begins if whole else f"{begins} {span.starts_session}"
    first = begins if span.starts_session == "AM" else f"{begins} PM"
    return f"{first} – {ends}" if span.ends_session == "PM" else f"{first} – {ends} AM"


def codes_to_plan(
    letters: Sequence[str], *, born_on: date, rights: Collection[Right], first: date, last: date
) -> list[Code]:
    """Return which of the codes may be planned over the dates by somebody with those rights over the student."""
    days = {first, last}
    offered = [
        {code.key for session in ("AM", "PM") for code in codes_offered(day, session, born_on=born_on, rights=rights)}
        for day in days
    ]
    found = (code_on(each, first) for each in letters)
    return [code for code in found if code is not None and all(code.key in keys for keys in offered)]


def leave_codes(day: date) -> list[Code]:
    """Return what leave may be asked for as on the day."""
    return [code for letters in LEAVE if (code := code_on(letters, day)) is not None]


@dataclass(frozen=True, slots=True)
class Carer:
    """A parent or carer of a student, as somebody to have asked, told or agreed."""

    name: str
    words: str
    lives_with: bool


def carers_of(student_id: int) -> tuple[Carer, ...]:
    """Return the student's parents and carers in the order of priority, in one query."""
    links = ParentCarerLink.objects.filter(student=student_id).select_related("parent_carer").order_by("priority")
    return tuple(_carer(link) for link in links)


def _carer(link: ParentCarerLink) -> Carer:
    name = str(link.parent_carer)
    facts = [link.relationship.lower()]
    facts += ["lives with"] * link.lives_with + ["contact restricted by a court"] * link.has_court_order
    return Carer(name, f"{name} ({', '.join(filter(None, facts))})", link.lives_with)


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark that stands in a plan's span and says otherwise. seen: what it is, for the form to hand back."""

    day: date
    session: str
    key: int
    shown: MarkShown
    was_here: bool
    is_unexplained: bool

    @property
    def seen(self) -> str:
        """The mark as the form hands it back: day, session and the code that stood."""
        return f"{self.day.isoformat()}|{self.session}|{self.key}"


def marked_against(span: Spanning, student_id: int, key: int) -> tuple[Marked, ...]:
    """Return the marks in the span that are not the code expected there, in order, in one query."""
    marks = SessionMark.objects.filter(student=student_id).between(span.starts_on, span.ends_on)
    rows = marks.order_by("date", "session").values_list("date", "session", "code_id")
    return tuple(
        Marked(
            day,
            session,
            code,
            mark_shown(code, sees_sensitive=True),
            is_here(code),
            CODES_BY_KEY[code].code_class is CodeClass.UNAUTHORISED and not is_here(code),
        )
        for day, session, code in rows
        if code != key and covers(span, day, session)
    )


def is_here(key: int) -> bool:
    """Test for a code that says the student was in the building, however late: U is an absence, yet they came."""
    return CODES_BY_KEY[key].physical in (PhysicalClass.IN_SCHOOL, PhysicalClass.LATE)


def expected_key(plan: PlannedMark) -> int:
    """Return the key of the code that the plan expects: G when leave was refused."""
    holiday = code_on("G", plan.starts_on)
    return holiday.key if plan.status == PlannedMark.Status.REFUSED and holiday else plan.code_id


@dataclass(frozen=True)
class PlanChange:
    """A plan as it stood until somebody changed it."""

    at: datetime
    by: str
    position: str
    reason: str
    what: str


_KEPT = ("status", "code_id", "starts_on", "starts_session", "ends_on", "ends_session", "review_on", "note")


def changes_of(plan: PlannedMark) -> tuple[PlanChange, ...]:
    """Return what the plan was before each change, latest first, with who changed it and why."""
    events = (
        apps.get_model("attendance", "PlannedMarkEvent")
        ._default_manager.filter(id=plan.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")
    )
    held = list(events)
    names = _names(event.pgh_context.metadata.get("user") for event in held if event.pgh_context)
    return tuple(_change(event, after, names) for event, after in zip(held, [plan, *held], strict=False))


def _change(event: Any, after: Any, names: Mapping[int, str]) -> PlanChange:
    facts = event.pgh_context.metadata if event.pgh_context else {}
    what = "; ".join(_differences(event, after)) or "no date or code changed"
    return PlanChange(
        event.pgh_created_at,
        names.get(facts.get("user") or 0, "no person named"),
        facts.get("position", ""),
        facts.get("reason", ""),
        what,
    )


def _differences(before: Any, after: Any) -> Iterable[str]:
    if before.status != after.status:
        label = {value: words.lower() for value, words in PlannedMark.Status.choices}
        yield f"{label[before.status]} → {label[after.status]}"
    if before.code_id != after.code_id:
        yield f"{CODES_BY_KEY[before.code_id].letters} → {CODES_BY_KEY[after.code_id].letters}"
    if Span.of(before) != Span.of(after):
        yield f"{span_words(before)} → {span_words(after)}"
    if before.review_on != after.review_on:
        yield f"review {_date(before.review_on)} → {_date(after.review_on)}"


def _date(day: date | None) -> str:
    return f"{day:%a %-d %b}" if day else "none"


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for key in keys if key}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
