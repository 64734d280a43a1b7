"""Section 1, attendance: each member's own marks in a window, wherever they were when marked."""

from collections.abc import Iterator
from datetime import date

from attendance.figures import NOTHING, Counts
from attendance.models import NoticeDecision, PenaltyNotice, SessionMark
from attendance.summaries.unexplained import UNEXPLAINED, resolve_by
from interventions.models import PACase, Plan, PlanKind
from reports.halfterm.counting import COUNT, PERCENT, RATE, STUDENTS, SUM, Item, Items, Part, Spec, told_of
from reports.halfterm.sides import Side

HOLIDAY = "G"


def attendance_items(side: Side) -> Items:
    """Return what is behind the figures: a student with sessions each, and the records of what was done."""
    held = side.marks
    each = [(key, held.of(key)) for key in side.students]
    ytd = [(key, held.year.get(key, NOTHING)) for key in side.students]
    return {
        "attendance": [Item(key, own.attended, own.possible) for key, own in each],
        "authorised": [Item(key, own.authorised, own.possible) for key, own in each],
        "unauthorised": [Item(key, own.unauthorised, own.possible) for key, own in each],
        "pa": [_absent(key, own, own.is_persistently_absent) for key, own in each],
        "severe": [_absent(key, own, own.is_severely_absent) for key, own in each],
        "pa_year": [_absent(key, own, own.is_persistently_absent) for key, own in ytd],
        "severe_year": [_absent(key, own, own.is_severely_absent) for key, own in ytd],
        "lates": [Item(key, own.lates) for key, own in each if own.lates],
        "minutes": [Item(key, own.minutes_late) for key, own in each if own.minutes_late],
        "holidays": [Item(key, held.codes[key][HOLIDAY]) for key, _own in each if held.codes.get(key, {}).get(HOLIDAY)],
    }


def _absent(student: int, own: Counts, is_absent: bool) -> Item:
    """Return one student of a share of those with possible sessions, with what they missed."""
    return Item(student, int(is_absent), int(own.possible > 0), what=f"{own.missed} of {own.possible} sessions missed")


def _unexplained(side: Side) -> Iterator[Item]:
    """Return the sessions still without a reason more than five school days later, as the marks stand."""
    marks = SessionMark.objects.filter(student__in=side.students, code__letters=UNEXPLAINED).between(*side.span)
    today = side.now.date()
    for student, day, session in marks.order_by("date").values_list("student", "date", "session"):
        due = resolve_by(side.calendar, day)
        if due and due < today:
            yield Item(student, on=day, what=f"N, {session}")


def _steps(side: Side) -> Items:
    notices = PenaltyNotice.objects.filter(student__in=side.students, issued_on__range=side.span).exclude(
        status=PenaltyNotice.Status.WITHDRAWN
    )
    decided = NoticeDecision.objects.filter(student__in=side.students, decided_at__date__range=side.span)
    decisions = [
        (decision, Item(student, on=at.date(), what=NoticeDecision.Decision(decision).label))
        for student, decision, at in decided.order_by("decided_at").values_list("student", "decision", "decided_at")
    ]
    contracts = Plan.objects.visible_to(side.user).standing(
        kind__form=PlanKind.Form.CONTRACT, student__in=side.students, begun_on__range=side.span
    )
    legal = PACase.objects.visible_to(side.user).standing(
        outcome=PACase.Outcome.LEGAL, student__in=side.students, closed_on__range=side.span
    )
    return {
        "notices": [
            Item(student, on=on) for student, on in notices.order_by("issued_on").values_list("student", "issued_on")
        ],
        "to_improve": [item for decision, item in decisions if decision == NoticeDecision.Decision.NOTICE_TO_IMPROVE],
        "referred": [item for decision, item in decisions if decision == NoticeDecision.Decision.REFERRED],
        "contracts": [
            Item(each.student_id, on=each.begun_on, what=told_of(each, each.kind.name))
            for each in contracts.select_related("kind").order_by("begun_on")
        ],
        "legal": [
            Item(student, on=on) for student, on in legal.order_by("closed_on").values_list("student", "closed_on")
        ],
    }


def marks_begin() -> date | None:
    """Return the first day of which any mark is held."""
    return SessionMark.objects.order_by("date").values_list("date", flat=True).first()


_OF_POSSIBLE = "of all possible sessions of the members; a group’s rate is of the sums, never a mean of rates"
_YEAR = "year to date: 1 September to the last day of the window"
ATTENDANCE = Part(
    "attendance",
    "Attendance",
    (
        Spec("attendance", "Attendance", f"Sessions attended {_OF_POSSIBLE}.", RATE, PERCENT, is_better=True),
        Spec("authorised", "Authorised absence", f"Sessions missed with leave {_OF_POSSIBLE}.", RATE, PERCENT),
        Spec(
            "unauthorised",
            "Unauthorised absence",
            f"Codes G, N, O and U {_OF_POSSIBLE}.",
            RATE,
            PERCENT,
            is_better=False,
            short="Unauthorised",
        ),
        Spec(
            "unauthorised_sessions",
            "Unauthorised sessions",
            "Sessions with G, N, O or U.",
            SUM,
            items="unauthorised",
            is_better=False,
        ),
        Spec(
            "pa_year",
            "Persistently absent, year to date",
            f"Members who missed 10 % or more of their own possible sessions, {_YEAR}.",
            RATE,
            PERCENT,
            is_better=False,
            short="PA",
        ),
        Spec(
            "pa_year_students",
            "Students persistently absent, year to date",
            f"The same as a number of students, {_YEAR}.",
            SUM,
            items="pa_year",
            is_better=False,
            short="PA, students",
        ),
        Spec(
            "severe_year_students",
            "Students severely absent, year to date",
            f"Members who missed half or more, {_YEAR}; they are among the persistently absent.",
            SUM,
            items="severe_year",
            is_better=False,
        ),
        Spec(
            "pa",
            "Persistently absent in the half term",
            "Members who missed 10 % or more of their own possible sessions in the window alone.",
            RATE,
            PERCENT,
            is_better=False,
        ),
        Spec(
            "severe",
            "Severely absent in the half term",
            "Members who missed half or more in the window alone.",
            RATE,
            PERCENT,
            is_better=False,
        ),
        Spec("lates", "Late sessions", "Marks L and U.", SUM, is_better=False),
        Spec(
            "late_students",
            "Students late",
            "Members with at least one L or U.",
            STUDENTS,
            items="lates",
            is_better=False,
        ),
        Spec("minutes", "Minutes late", "Minutes on the marks L and U.", SUM, "min", is_better=False),
        Spec("holidays", "Holiday sessions not agreed", "Marks G.", SUM, is_better=False),
        Spec(
            "holiday_students",
            "Students on such holidays",
            "Members with at least one G.",
            STUDENTS,
            items="holidays",
            is_better=False,
        ),
        Spec(
            "unexplained",
            "Unexplained for more than five school days",
            "Sessions of the window that are still N more than five school days later, on the day of counting.",
            COUNT,
            is_better=False,
        ),
        Spec("notices", "Penalty notices issued", "By the day of issue; without those withdrawn.", COUNT),
        Spec("to_improve", "Notices to improve", "By the day of the decision.", COUNT),
        Spec(
            "referred",
            "Referred for a penalty notice",
            "Referred to the local authority, by the day of the decision.",
            COUNT,
        ),
        Spec(
            "contracts",
            "Attendance contracts begun",
            "Plans in which school and family each undertake something, by the day they began.",
            COUNT,
        ),
        Spec(
            "legal",
            "Cases passed to the local authority",
            "Attendance cases closed with that outcome, by the day they were closed.",
            COUNT,
        ),
    ),
    attendance_items,
    marks_begin,
    (
        (("unexplained",), lambda side: {"unexplained": list(_unexplained(side))}),
        (("notices", "to_improve", "referred", "contracts", "legal"), _steps),
    ),
)
