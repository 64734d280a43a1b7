"""What of the composed pages needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from attendance.summaries.today import today_of
from pastoral.core.needs import Counted, Line, Look, Tone
from pastoral.core.rights import Right
from reports.models import Briefing
from reports.rag.answers import calls_asked, sheets_unread
from reports.summaries.truancy import students_to_follow
from students.scopes import scope_of


def lines(look: Look) -> Iterator[Line | Counted]:
    """Return what of the composed pages waits for the person."""
    yield from _briefings(look)
    yield from _from_tutors(look)
    yield from _truancy(look)


def _briefings(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.SEE_REPORTS):
        unread = Briefing.objects.visible_to(look.user).filter(sent_to=look.user, read_at=None)
        yield Counted((unread,), "briefing to read", "briefings to read", reverse("reports:briefing_list"), 65)


def _from_tutors(look: Look) -> Iterator[Counted]:
    """Return, to a year's team, the calls that its tutors ask for and the sheets that they left unread."""
    scope = scope_of(look.user)
    years = scope.years_with(Right.MAKE_REPORTS)
    if not years:  # who sees the school finds both on the board
        return
    yield Counted(
        (calls_asked(look.user, look.day),),
        "call that a tutor asks for",
        "calls that tutors ask for",
        reverse("reports:rag_calls"),
        27,
        tone=Tone.WARN,
    )
    yield Counted(
        (sheets_unread(look.day, years),),
        "tutor’s weekly RAG unread",
        "tutors’ weekly RAGs unread",
        f"{reverse('reports:team_board')}?show=unread",
        70,
        tone=Tone.WARN,
    )


def _truancy(look: Look) -> Iterator[Line]:
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
