"""Print the figures of one week."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.figures import Counts, GroupFigures, StudentWeek
from attendance.summaries import WeekFigures
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
        figures = WeekFigures.load(week, enrolments, calendar=calendar)
        if group and not figures.students:
            raise CommandError(f"{group} has no members in the week of {week}.")
        self.stdout.write(json.dumps(as_json(figures, calendar, group), indent=1, ensure_ascii=False))


def _enrolments_of(group: str) -> EnrolmentQuerySet:
    words = group.split()
    if len(words) == 2 and words[0].lower() == "year" and words[1].isdigit():
        return Enrolment.objects.filter(year_group=int(words[1]))
    return Enrolment.objects.filter(tutor_group__name__iexact=group)


def as_json(figures: WeekFigures, calendar: SchoolCalendar, group: str | None = None) -> dict[str, Any]:
    """Return the figures in the shape of the contract; `group` keeps that group alone beside its students."""
    groups = figures.groups()
    if group:
        groups = {name: found for name, found in groups.items() if name.lower() == " ".join(group.split()).lower()}
    return {
        "week": figures.monday.isoformat(),
        "as_at": figures.as_at.isoformat(),
        "remaining_sessions": calendar.remaining_sessions(figures.as_at),
        "groups": {name: _group_json(found) for name, found in sorted(groups.items())},
        "students": {
            student.admission_number: _student_json(student)
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
        "ytd_percent": _percent(group.ytd),
        "week_percent": _percent(group.week),
    }
