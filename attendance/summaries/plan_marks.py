"""The marks that stand in the sessions of a plan, and which code the plan expects there."""

from dataclasses import dataclass
from datetime import date

from attendance.codes import CODES_BY_KEY, CodeClass, PhysicalClass, code_on
from attendance.models import PlannedMark, SessionMark
from attendance.summaries.planned import Spanning, covers
from attendance.summaries.shown import MarkShown, mark_shown


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
