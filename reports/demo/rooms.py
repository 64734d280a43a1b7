"""Where students of the demo school were besides lessons: the inclusion and nurture rooms, and lessons missed."""

from datetime import date, timedelta

from attendance.models import LessonMark, Period, SessionMark, TruancyFollowUp
from behaviour.models import InclusionStay
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at

STAYS = (
    ("inclusion", "Sent out of maths twice", "Maths booklet, pages 4 to 9", "Back in lesson"),
    ("nurture", "Upset after a quarrel with a friend", "Reading", "Back in lesson after break"),
    ("inclusion", "Fight at break", "Statement, then English essay", "Parent collected at 14:30"),
    ("nurture", "Late and anxious, could not go into the year area", "Form work", "Went to period 3"),
    ("inclusion", "Swore at a teacher: a day of internal exclusion", "All subjects, from the folder", "Day completed"),
    ("inclusion", "Refused to hand over a telephone", "Science questions", "Back in lesson, telephone handed in"),
)
ADULTS = ("Mr Dyson", "Ms Akhtar", "Mrs Whitaker")


def stays_keep(cast: Cast) -> int:
    """Keep two stays or more for each of the last ten school days; all have ended."""
    if InclusionStay.objects.exists():
        return 0
    by = cast.holder(Role.PASTORAL_MANAGER)
    members = cast.some(cast.share(24), start=5)
    days = cast.days_back(10)
    made = []
    for n, member in enumerate(members):
        room, reason, work, outcome = STAYS[n % len(STAYS)]
        is_day = "internal exclusion" in reason
        day = days[n % len(days)]
        came = at(day, 8, 45) if is_day else at(day, 9 + n % 5, 10 * (n % 6))
        made.append(
            InclusionStay(
                student_id=member.student_id,
                room=room,
                came_at=came,
                left_at=at(day, 15) if is_day else came + timedelta(minutes=35 + 10 * (n % 4)),
                kind="exclusion" if is_day else "support" if room == "nurture" else "removed",
                reason=reason,
                work=work,
                adult=ADULTS[n % len(ADULTS)],
                outcome=outcome,
                recorded_by=by,
            )
        )
    return len(InclusionStay.objects.bulk_create(made))


_OUTCOMES = (
    (TruancyFollowUp.Outcome.FOUND, "In the canteen; walked to the lesson."),
    (TruancyFollowUp.Outcome.WITH_ADULT, "Was with the nurse."),
    (TruancyFollowUp.Outcome.TRUANTED, "Says the lesson was too noisy; detention set."),
    (TruancyFollowUp.Outcome.REGISTER_WRONG, "The teacher had marked the wrong line."),
    ("", ""),
)


def truancy_follow(cast: Cast) -> int:
    """Follow up half of the lessons missed in the last five days by students who were in school."""
    if TruancyFollowUp.objects.exists():
        return 0
    years = {member.student_id: member.year for member in cast.roll}
    made = []
    for n, (key, day, period) in enumerate(_missed(cast)[::2]):
        outcome, note = _OUTCOMES[n % len(_OUTCOMES)]
        owner = cast.holder(Role.PASTORAL_MANAGER, years.get(key))
        taken = at(day, 11 + n % 4, 5)
        made.append(
            TruancyFollowUp(
                student_id=key,
                date=day,
                period=period,
                owner=owner,
                taken_at=taken,
                outcome=outcome,
                note=note,
                ended_by=owner if outcome else None,
                ended_at=taken + timedelta(minutes=25) if outcome else None,
            )
        )
    return len(TruancyFollowUp.objects.bulk_create(made))


def _missed(cast: Cast) -> list[tuple[int, date, str]]:
    """Return the lessons without a good reason of students present in the lesson's session: student, day, period."""
    days = cast.days_back(5)
    sessions = dict(Period.objects.values_list("name", "session"))
    present = set(
        SessionMark.objects.filter(date__in=days, code__code_class="present").values_list("student", "date", "session")
    )
    lessons = LessonMark.objects.filter(date__in=days, code__code_class="unauthorised").exclude(code__letters="U")
    rows = lessons.order_by("student", "date", "period").values_list("student", "date", "period")
    return [row for row in rows if (row[0], row[1], sessions.get(row[2])) in present]
