"""What the cells of every file refer to: students by admission number, days by the school calendar."""

import re
from bisect import bisect_right
from collections import defaultdict
from datetime import date

from django.utils import timezone

from pastoral.core.imports.cells import day_name, required_day
from pastoral.core.imports.columns import Column, spoken_list
from pastoral.core.imports.refusal import FileRefused, Refusal
from students.calendar import academic_year_name, academic_year_of
from students.models import CalendarSpan, SchoolDay, Student

ADNO = Column("Adno", ("Adm No", "Admission Number", "Admission No"))

_NUMBER = re.compile(r"(\d+)(?:\.0+)?", re.ASCII)


class StudentLookup:
    """Students by admission number, also where a spreadsheet took the leading zeros."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = dict(Student.objects.values_list("admission_number", "pk"))
        self.by_stripped: dict[str, list[int]] = defaultdict(list)
        for number, key in self.keys.items():
            self.by_stripped[number.lstrip("0")].append(key)

    def find(self, raw: str) -> int | None:
        """Return the key of the student, None when there is none; raise Refusal when there are several."""
        words = raw.strip()
        if not words:
            raise Refusal("The admission number is missing")
        if words in self.keys:
            return self.keys[words]
        if not (found := _NUMBER.fullmatch(words)):
            return None
        alike = self.by_stripped.get(found[1].lstrip("0"), [])
        if len(alike) > 1:
            raise Refusal(
                f"{words} may be any of {len(alike)} students: write the admission number with its leading zeros"
            )
        return alike[0] if alike else None

    def required(self, raw: str) -> int:
        """Return the key of the student; raise Refusal when there is none."""
        key = self.find(raw)
        if key is None:
            raise Refusal(
                f"There is no student with the admission number {raw.strip()}: import students.csv first, or correct it"
            )
        return key


class DayLookup:
    """The school calendar as far as it says what a day is."""

    def __init__(self) -> None:
        days = SchoolDay.objects.values_list("day", "academic_year")
        self.today = timezone.localdate()
        self.school_days: dict[date, int] = dict(days)
        self.years = sorted(set(self.school_days.values()))
        self.spans = list(CalendarSpan.objects.order_by("first_day"))
        if not self.school_days:
            raise FileRefused("There is no school calendar yet: import calendar.csv first.")

    def required(self, raw: str) -> date:
        """Return a day in the academic years held and not after today; raise Refusal otherwise."""
        day = required_day(raw)
        if academic_year_of(day) not in self.years:
            held = spoken_list([academic_year_name(year) for year in self.years])
            raise Refusal(f"{raw.strip()} is outside the academic years held ({held})")
        if day > self.today:
            closed = "" if self.is_school_day(day) else f", and {self.why_closed(day)}"
            raise Refusal(f"{day_name(day)} is in the future{closed}")
        return day

    def is_school_day(self, day: date) -> bool:
        """Test whether school meets on the day."""
        return day in self.school_days

    def is_closure(self, day: date) -> bool:
        """Test whether the calendar has the day as an unplanned closure."""
        return any(
            span.kind == CalendarSpan.Kind.CLOSURE and span.first_day <= day <= span.last_day for span in self.spans
        )

    def why_closed(self, day: date) -> str:
        """Return what a day without school is: "a Saturday", "an INSET day", "a holiday"."""
        if day.weekday() >= 5:
            return f"a {day:%A}"
        kinds = {span.kind: span for span in self.spans if span.first_day <= day <= span.last_day}
        if CalendarSpan.Kind.INSET in kinds:
            return "an INSET day"
        if CalendarSpan.Kind.BANK_HOLIDAY in kinds:
            return f"a bank holiday ({kinds[CalendarSpan.Kind.BANK_HOLIDAY].name})"
        if CalendarSpan.Kind.CLOSURE in kinds:
            return f"a day on which the school was closed ({kinds[CalendarSpan.Kind.CLOSURE].name})"
        return self._which_holiday(day)

    def _which_holiday(self, day: date) -> str:
        terms = [span for span in self.spans if span.kind == CalendarSpan.Kind.TERM]
        at = bisect_right([term.first_day for term in terms], day)
        around = terms[max(0, at - 1) : at + 1]
        if len(around) == 2 and academic_year_of(around[0].last_day) == academic_year_of(around[1].first_day):
            return f"a holiday between {around[0].name} and {around[1].name}"
        return "a holiday"
