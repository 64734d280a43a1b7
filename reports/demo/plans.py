"""Plans of the demo school: appointments, leave asked for, granted and refused, part-time timetables, placements."""

from collections.abc import Collection
from datetime import date, timedelta

from attendance.codes import code_on
from attendance.models import PlannedMark, SessionMark
from attendance.models.planned import WEEK_SESSIONS
from attendance.querysets import week_session
from attendance.services.leave import Decision, leave_ask, leave_decide
from attendance.services.part_time import part_time_agree
from attendance.services.placements import placement_add, placement_confirm
from attendance.services.plan_rules import PlanFault
from attendance.services.planned import planned_add
from attendance.summaries.planned import Span, covers
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at, first_parent, student, weeks_on
from students.calendar import academic_year_of, academic_year_start
from students.summaries import RollEntry

APPOINTMENTS = ("Orthodontist, 10:30", "Hospital outpatients", "Optician", "Dentist, 14:15")
LEAVES = (
    ("Grandmother's funeral in Leeds", 1),
    ("Wedding of an aunt in Lahore", 5),
    ("Family holiday, cheaper out of season", 5),
    ("Music examination", 1),
    ("Visiting a parent abroad", 3),
)
PROVIDERS = {
    "B": [("Northway College", "01632 960187"), ("Brookfield Motor Workshop", "01632 960114")],
    "D": [("Anytown Pupil Referral Unit", "01632 960155")],
    "K": [("Brookfield Alternative Provision", "01632 960114")],
}


def plans_make(cast: Cast) -> int:
    """Make every plan through its service; one that cannot stand for its student is left out."""
    if PlannedMark.objects.exists():
        return 0
    made = [
        *(_appointment(cast, n, member) for n, member in enumerate(cast.some(cast.share(12), start=1))),
        *(_leave(cast, n, member) for n, member in enumerate(cast.some(cast.share(9), start=2))),
        *(_refused(cast, key) for key in _on_holiday(cast)),
        *(_part_time(cast, n, *each) for n, each in enumerate(_weekly(cast, ["C2"]).items())),
        *(_placement(cast, n, *each) for n, each in enumerate(_weekly(cast, PROVIDERS).items())),
    ]
    return sum(made)


def _key(letters: str, day: date) -> int:
    code = code_on(letters, day)
    if code is None:
        raise PlanFault("code", f"{letters} is not valid then.")
    return code.key


def _appointment(cast: Cast, n: int, member: RollEntry) -> bool:
    day, session = cast.ahead(1 + n % 5), ("AM", "PM")[n % 2]
    officer = cast.holder(Role.ATTENDANCE_OFFICER)
    try:
        planned_add(
            student=student(member),
            code=_key("M", day),
            span=Span(day, session, day, session, []),
            note=APPOINTMENTS[n % len(APPOINTMENTS)],
            asked_by=first_parent(member),
            by=officer,
            at=at(cast.day, 9, 10 + n % 40),
        )
    except PlanFault:
        return False
    return True


def _leave(cast: Cast, n: int, member: RollEntry) -> bool:
    """Ask for leave; of each five three wait, one is granted and one refused."""
    words, length = LEAVES[n % len(LEAVES)]
    first = cast.ahead(6 + n % 4)
    held = _asked(cast, member, Span(first, "AM", first + timedelta(days=length - 1), "PM", []), words, cast.day)
    if held is None:
        return False
    if n % 5 in (0, 2):
        decision = Decision.GRANT if n % 5 == 0 else Decision.REFUSE
        reason = "" if n % 5 == 0 else "Not exceptional: holidays are for the 13 weeks of holidays."
        leave_decide(
            planned=held,
            decision=decision,
            code=held.code_id,
            span=Span.of(held),
            reason=reason,
            by=cast.holder(Role.SLT),
            at=at(cast.day, 14, 20),
        )
    return True


def _asked(cast: Cast, member: RollEntry, span: Span, words: str, on: date) -> PlannedMark | None:
    try:
        return leave_ask(
            student=student(member),
            code=_key("C", span.starts_on),
            span=span,
            note=words,
            asked_by=first_parent(member),
            asked_on=on,
            by=cast.holder(Role.ATTENDANCE_OFFICER),
            at=at(on, 11, 5),
        )
    except PlanFault:
        return None


def _on_holiday(cast: Cast) -> list[int]:
    """Return some students marked G on at least five days of this term, by key."""
    rows = SessionMark.objects.filter(code__letters="G", session="AM", date__gte=weeks_on(cast.day, -12))
    days: dict[int, int] = {}
    for key in rows.order_by("student").values_list("student", flat=True):
        days[key] = days.get(key, 0) + 1
    return [key for key, number in days.items() if number >= 4][: cast.share(8)]


def _refused(cast: Cast, key: int) -> bool:
    """Have had the leave refused that was then taken all the same."""
    member = next((each for each in cast.roll if each.student_id == key), None)
    taken = SessionMark.objects.filter(student=key, code__letters="G", date__gte=weeks_on(cast.day, -12))
    days = sorted(taken.values_list("date", flat=True))
    if member is None:
        return False
    asked_on = next((day for day in reversed(cast.calendar.days) if day <= weeks_on(days[0], -3)), days[0])
    held = _asked(cast, member, Span(days[0], "AM", days[-1], "PM", []), "Family holiday", asked_on)
    if held is None:
        return False
    leave_decide(
        planned=held,
        decision=Decision.REFUSE,
        code=held.code_id,
        span=Span.of(held),
        reason="Not exceptional; the parent was told in writing, and of the penalty notice that may follow.",
        by=cast.holder(Role.SLT),
        at=at(asked_on, 15, 30),
    )
    return True


def _weekly(cast: Cast, letters: Collection[str]) -> dict[int, list[tuple[date, str, str]]]:
    """Return the sessions of this term marked with those codes, by student: those who had one in the last two weeks."""
    rows = SessionMark.objects.filter(
        code__letters__in=letters, date__range=(academic_year_start(academic_year_of(cast.day)), cast.day)
    )
    found: dict[int, list[tuple[date, str, str]]] = {}
    marks = rows.order_by("student", "date", "session").values_list("student", "date", "session", "code__letters")
    for key, day, session, code in marks:
        found.setdefault(key, []).append((day, session, code))
    recent = cast.days_back(10)[0]
    on_roll = {member.student_id for member in cast.roll}
    return {key: held for key, held in found.items() if key in on_roll and held[-1][0] >= recent}


def _span(cast: Cast, marks: list[tuple[date, str, str]], until: date) -> Span:
    """Return the span that the marks show: since the first of them, in the sessions of the last two weeks."""
    recent = cast.days_back(10)[0]
    sessions = {week_session(day, session) for day, session, _ in marks if day >= recent}
    return Span(marks[0][0], "AM", until, "PM", [name for name in WEEK_SESSIONS if name in sessions])


def _part_time(cast: Cast, n: int, key: int, marks: list[tuple[date, str, str]]) -> bool:
    """Lay down the timetable that the register shows; the first one's review is overdue."""
    member = next(each for each in cast.roll if each.student_id == key)
    try:
        part_time_agree(
            student=student(member),
            span=_span(cast, marks, cast.ahead(15)),
            review_on=cast.days_back(3)[0] if n == 0 else cast.ahead(2 + 2 * n),
            agreed_with=first_parent(member),
            agreed_on=marks[0][0],
            note="Coming back after a long illness; the afternoons are built up again.",
            by=cast.holder(Role.HEAD_OF_YEAR, member.year),
            at=at(marks[0][0], 15, 10),
        )
    except PlanFault:
        return False
    return True


def _placement(cast: Cast, n: int, key: int, marks: list[tuple[date, str, str]]) -> bool:
    """Lay down the placement that the register shows, with what the provider said up to the day before."""
    member = next(each for each in cast.roll if each.student_id == key)
    letters = marks[-1][2]
    provider, telephone = PROVIDERS[letters][n % len(PROVIDERS[letters])]
    by = cast.holder(Role.HEAD_OF_YEAR, member.year)
    try:
        held = placement_add(
            student=student(member),
            code=_key(letters, marks[0][0]),
            span=_span(cast, marks, cast.ahead(60)),
            provider=provider,
            telephone=telephone,
            review_on=cast.ahead(10 + n),
            note="Dual registration" if letters == "D" else "One day a week towards a vocational award",
            by=by,
            at=at(marks[0][0], 12, 40),
        )
    except PlanFault:
        return False
    for day, session, code in marks:
        if code == letters and cast.days_back(10)[0] <= day < cast.day and covers(held, day, session):
            _confirm(cast, held, day, session)
    return True


def _confirm(cast: Cast, held: PlannedMark, day: date, session: str) -> None:
    """Take down that the student attended, as the mark says already: no mark changes."""
    placement_confirm(
        planned=held,
        day=day,
        session=session,
        outcome="attended",
        seen="",
        told_by="The provider's office",
        by=cast.holder(Role.ATTENDANCE_OFFICER),
        at=at(day, 15, 30),
    )
