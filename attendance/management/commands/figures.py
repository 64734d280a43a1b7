"""Print the figures of one week."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.figures import PENALTY_NOTICE_WEEKS, Counts, GroupFigures, StudentWeek
from attendance.summaries import WeekFigures
from attendance.waterfall import turns
from students.calendar import monday_of
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet
from students.summaries import SchoolCalendar


class Command(BaseCommand):
    """Print every figure of figures.md for one week, for each student and group."""

    help = "Print the figures of one school week as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the week, the group and the format."""
        parser.add_argument(
            "--week",
            required=True,
            type=date.fromisoformat,
            help="the Monday, as 2026-11-16",
        )
        parser.add_argument("--group", help='one tutor group or year: 9B or "Year 9"')
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *, week: date, group: str | None, **options: Any) -> None:
        """Work the figures out and print them."""
        if week != monday_of(week):
            raise CommandError(f"{week} is not a Monday; the week's Monday is {monday_of(week)}.")
        calendar = SchoolCalendar.load()
        enrolments = _enrolments_of(group) if group else None
        figures = WeekFigures.load(week, enrolments, calendar=calendar, with_recent=True)
        if group and not figures.students:
            raise CommandError(f"{group} has no members in the week of {week}.")
        earlier = calendar.school_week_before(week)
        before = WeekFigures.load(earlier, enrolments, calendar=calendar) if earlier else None
        self.stdout.write(json.dumps(as_json(figures, calendar, group, before=before), indent=1, ensure_ascii=False))


def _enrolments_of(group: str) -> EnrolmentQuerySet:
    words = group.split()
    if len(words) == 2 and words[0].lower() == "year" and words[1].isdigit():
        return Enrolment.objects.filter(year_group=int(words[1]))
    return Enrolment.objects.filter(tutor_group__name__iexact=group)


def as_json(
    figures: WeekFigures, calendar: SchoolCalendar, group: str | None = None, *, before: WeekFigures | None = None
) -> dict[str, Any]:
    """Return the figures in the shape of the contract; `group` keeps that group alone beside its students.

    before: the school week before, which the waterfalls start from; without it there are none.
    """
    groups = figures.groups()
    if group:
        groups = {name: found for name, found in groups.items() if name.lower() == " ".join(group.split()).lower()}
    return {
        "week": figures.monday.isoformat(),
        "as_at": figures.as_at.isoformat(),
        "remaining_sessions": calendar.remaining_sessions(figures.as_at),
        "groups": {
            name: _group_json(found) | _waterfall_json(name, figures, before) for name, found in sorted(groups.items())
        },
        "students": {
            student.admission_number: _student_json(student) | _ahead_json(student, figures.as_at, calendar)
            for student in sorted(figures.students, key=lambda student: student.admission_number)
        },
    }


def _counts_json(counts: Counts) -> dict[str, int]:
    return {
        "possible": counts.possible,
        "attended": counts.attended,
        "authorised": counts.authorised,
        "unauthorised": counts.unauthorised,
        "late_before_close": counts.late_before_close,
        "late_after_close": counts.late_after_close,
        "minutes_late": counts.minutes_late,
    }


def _percent(counts: Counts) -> float | None:
    return None if counts.percent is None else float(counts.percent)


def _student_json(student: StudentWeek) -> dict[str, Any]:
    return {
        "reg": student.tutor_group,
        "year": f"Year {student.year}",
        "week": _counts_json(student.week),
        "ytd": _counts_json(student.ytd),
        "week_percent": _percent(student.week),
        "ytd_percent": _percent(student.ytd),
        "band": student.band.value,
        "band_before": student.band_before.value,
        "dipped": student.has_dipped,
        "persistently_absent": student.ytd.is_persistently_absent,
        "severely_absent": student.ytd.is_severely_absent,
        "sessions_left_to_miss": student.sessions_left_to_miss,
        "sessions_to_recover": student.sessions_to_recover,
        "recoverable": student.is_recoverable,
        "penalty_notice_sessions": student.penalty_notice_sessions,
        "penalty_notice_threshold": student.at_penalty_notice_threshold,
    }


def _ahead_json(student: StudentWeek, as_at: date, calendar: SchoolCalendar) -> dict[str, Any]:
    """Return where the student is heading, and the span in which unauthorised sessions count towards a notice."""
    weeks = calendar.school_weeks(as_at, PENALTY_NOTICE_WEEKS)
    back = student.sessions_to_recover
    day = calendar.day_reached(as_at, back) if 0 < back <= student.remaining else None
    return {
        "on_track": student.is_on_track_to_be_pa,
        "remaining_sessions": student.remaining,
        "recovers_on": day.isoformat() if day else None,
        "penalty_notice": {
            "sessions": student.penalty_notice_sessions,
            "threshold": student.at_penalty_notice_threshold,
            "window_first": weeks[0].isoformat() if weeks else None,
            "window_last": as_at.isoformat(),
        },
    }


def _waterfall_json(name: str, figures: WeekFigures, before: WeekFigures | None) -> dict[str, Any]:
    """Return who of the group became and ceased to be persistently absent since the Friday of the week before."""
    if before is None:
        return {"waterfall": None}
    found = turns(_pa_of(name, before), _pa_of(name, figures))
    counts = {str(turn): len(students) for turn, students in found.items()}
    return {"waterfall": {"from": before.as_at.isoformat(), "to": figures.as_at.isoformat(), **counts}}


def _pa_of(name: str, figures: WeekFigures) -> dict[int, bool]:
    """Return the group's members, and whether each is persistently absent."""
    return {
        student.student_id: student.ytd.is_persistently_absent
        for student in figures.students
        if name in (student.tutor_group, f"Year {student.year}", "School")
    }


def _group_json(group: GroupFigures) -> dict[str, Any]:
    return {
        **{f"ytd_{name}": count for name, count in _counts_json(group.ytd).items()},
        **{f"week_{name}": count for name, count in _counts_json(group.week).items()},
        "students": group.students,
        "with_possible": group.with_possible,
        "persistently_absent": group.persistently_absent,
        "severely_absent": group.severely_absent,
        "red": group.red,
        "amber": group.amber,
        "green": group.green,
        "dipped": group.dipped,
        "penalty_notice_threshold": group.at_penalty_notice_threshold,
        "on_track": group.on_track_to_be_pa,
        "ytd_percent": _percent(group.ytd),
        "week_percent": _percent(group.week),
    }
