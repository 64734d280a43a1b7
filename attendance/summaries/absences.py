"""Plans as one person sees them: who is away when and why, how long, and what they meet."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.models import PlannedMark
from attendance.summaries.planned import Reach, Spanning, overlap, reach_of, week_words
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from students.models import CalendarSpan
from students.summaries import SchoolCalendar

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
