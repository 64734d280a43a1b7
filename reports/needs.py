"""What of the composed pages needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from attendance.summaries.today import today_of
from pastoral.core.needs import Line, Look, Tone
from pastoral.core.rights import Right
from reports.summaries.truancy import students_to_follow
from students.scopes import scope_of


def lines(look: Look) -> Iterator[Line]:
    """Return how many students are missing from a lesson today, in four queries; none on a day without school."""
    years = scope_of(look.user).years_with(Right.WORK_TRUANCY)
    if years is not None and not years:
        return
    today = look.once(today_of)
    if not today.is_school_day:
        return
    if number := len(students_to_follow(look.user, look.day, look.now, years, today.times)):
        label = f"student{'s' * (number != 1)} missing from lessons"
        yield Line(label, reverse("reports:truancy_queue"), 25, number, tone=Tone.BAD)
