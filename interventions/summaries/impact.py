"""The effect of interventions, from the marks: read once for many students, measured one by one."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q

from attendance.figures import Bands
from attendance.summaries.bands import bands_now
from attendance.summaries.recent import MISSED_KEYS, POSSIBLE_KEYS
from behaviour.models import IncidentType, Involvement
from interventions.figures.impact import LONG, SHORT, SUSTAINED, Effect, effect_of
from interventions.figures.tracks import Person, Track, day_of, slot_of
from interventions.models import InterventionStudent
from pastoral.core.plans import spelled_out
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment
from students.summaries import SchoolCalendar

# One letter a half day from the first one asked for: what lies between two marks is not possible. A student's marks
# are put together by the database, because a year group has some 100,000 of them.
_TRACKS = """
    SELECT student_id,
           string_agg(repeat('.', slot - before - 1) || letter, '' ORDER BY slot)
      FROM (SELECT student_id, slot, letter,
                   coalesce(lag(slot) OVER (PARTITION BY student_id ORDER BY slot), -1) AS before
              FROM (SELECT student_id,
                           2 * (date - %(first)s::date) + (session = 'PM')::int AS slot,
                           CASE WHEN code_id = ANY(%(missed)s) THEN '0' ELSE '1' END AS letter
                      FROM attendance_sessionmark
                     WHERE student_id = ANY(%(students)s) AND date BETWEEN %(first)s AND %(on)s
                       AND code_id = ANY(%(possible)s)) mark) placed
     GROUP BY student_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How one student's attendance changed with one intervention. beside: names of their others over the same time."""

    short: Effect
    long: Effect
    sustained: Effect
    beside: tuple[int, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Test for no other intervention of the student over the windows; only these are credited to one."""
        return not self.beside


@dataclass(frozen=True)
class Start:
    """One student in something that is measured: from which day and half day on, and from which it counts.

    intervention: the key of that which it is; 0 for what is none.
    """

    student: int
    day: date
    began: int
    counts_from: int
    intervention: int = 0


def measured_of(places: Collection[InterventionStudent], on: date) -> dict[int, Measured]:
    """Return the effect for each student in an intervention, by the key of the place, in seven queries or fewer.

    places: with their intervention selected. on: the last day whose marks count.
    """
    if not places:
        return {}
    calendar = SchoolCalendar.load()
    starts = {place.pk: _start(place, calendar) for place in places}
    reading = _Reading(starts.values(), on)
    return {key: reading.measured(start, reading.others) for key, start in starts.items()}


def measured_since(began: date, on: date, students: Collection[int], inside: Collection[int]) -> dict[int, Measured]:
    """Return the change of each student since something began for some of them, by key, in six queries.

    inside: who was in it: they are compared with the others of these students, and those with nobody.
    """
    slot = slot_of(began)
    starts = [Start(student, began, slot, slot) for student in students]
    if not starts:
        return {}
    reading = _Reading(starts, on)
    rest = [person for key, person in reading.own.items() if key not in inside]
    return {each.student: reading.measured(each, rest if each.student in inside else ()) for each in starts}


def _start(place: InterventionStudent, calendar: SchoolCalendar) -> Start:
    """Return when the student's part began, and when it counts: that many school days later."""
    grace = place.intervention.grace_days
    at = bisect_left(calendar.days, place.joined_on) + grace
    counts_on = calendar.days[at] if grace and at < len(calendar.days) else place.joined_on
    began = slot_of(place.joined_on)
    return Start(place.student_id, place.joined_on, began, slot_of(counts_on), place.intervention_id)


class _Reading:
    """What is read of the database to measure some starts: their own students first, then whom to compare with."""

    def __init__(self, starts: Collection[Start], on: date) -> None:
        self.starts, self.on = starts, on
        self.students = {start.student for start in starts}

    def measured(self, start: Start, others: Collection[Person]) -> Measured:
        """Measure one start beside the others."""
        person = self.own[start.student]
        short, long, sustained = (
            effect_of(person, start.began, start.counts_from, others, self.bands, sides)
            for sides in (SHORT, LONG, SUSTAINED)
        )
        return Measured(short, long, sustained, self._beside(start, short))

    def _beside(self, start: Start, effect: Effect) -> tuple[int, ...]:
        """Return the student's other interventions that ran at any time from its start to the end of the window."""
        last = effect.after.last if effect.after else slot_of(self.on)
        return tuple(
            key
            for key, begin, end in self.spans[start.student]
            if key != start.intervention and begin <= last and end >= start.began
        )

    @cached_property
    def bands(self) -> Bands:
        """The school's bands as they are set."""
        return bands_now()

    @cached_property
    def own(self) -> dict[int, Person]:
        """Those whose effect is measured, with every session since the year before the first start's."""
        first = academic_year_start(academic_year_of(min(start.day for start in self.starts)) - 1)
        return self._people(self.students, first)

    @cached_property
    def others(self) -> list[Person]:
        """Whoever was in one of their year groups, with the sessions from the first one that is looked at."""
        before = [self.own[start.student].track.last_before(start.began, LONG.before) for start in self.starts]
        windows = [window for window in before if window]
        if not windows:
            return []
        first = min(
            min(academic_year_start(academic_year_of(day_of(each.last))), day_of(each.first)) for each in windows
        )
        cohorts = {(academic_year_of(day), self._year(start, day)) for start, day in self._last_days()}
        found: set[int] = set()
        for year in {year for year, _group in cohorts}:
            groups = [group for of, group in cohorts if of == year and group]
            rows = Enrolment.objects.filter(academic_year=year, year_group__in=groups)
            found.update(rows.values_list("student", flat=True))
        return list(self._people(found, first).values())

    def _last_days(self) -> Iterable[tuple[Start, date]]:
        for start in self.starts:
            if window := self.own[start.student].track.last_before(start.began, 1):
                yield start, day_of(window.last)

    def _year(self, start: Start, day: date) -> int | None:
        return self.own[start.student].year_on(day)

    def _people(self, students: Collection[int], first: date) -> dict[int, Person]:
        tracks, incidents = _tracks(students, first, self.on), _incidents(students, first, self.on)
        spells: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
        rows = Enrolment.objects.filter(student__in=students).order_by("starts_on")
        for student, begin, end, year in rows.values_list("student", "starts_on", "ends_on", "year_group"):
            spells[student].append((begin, end, year))
        return {
            student: Person(
                student,
                Track(slot_of(first), tracks.get(student, ""), tuple(incidents.get(student, ()))),
                spells[student],
                [(one, other) for _key, one, other in self.spans[student]],
            )
            for student in students
        }

    @cached_property
    def spans(self) -> dict[int, list[tuple[int, int, int]]]:
        """Every student's interventions that are not withdrawn: key, first and last half day."""
        found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        rows = InterventionStudent.objects.standing().order_by("joined_on", "pk")
        columns = ("student", "intervention", "joined_on", "left_on", "intervention__ended_on")
        for student, key, joined, left, ended in rows.values_list(*columns):
            last = min((day for day in (left, ended) if day), default=self.on)
            found[student].append((key, slot_of(joined), slot_of(last, is_afternoon=True)))
        return found


def _tracks(students: Collection[int], first: date, on: date) -> dict[int, str]:
    asked: dict[str, Any] = {"students": sorted(students), "first": first, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(spelled_out(_TRACKS, {**asked, "missed": MISSED_KEYS, "possible": POSSIBLE_KEYS}))
        return dict(cursor.fetchall())


def _incidents(students: Collection[int], first: date, on: date) -> dict[int, list[int]]:
    """Return the half days of each student's incidents that carry points; none that is for the DSL alone."""
    found: dict[int, list[int]] = defaultdict(list)
    told = Q(incident__withdrawn_at=None, incident__occurred_on__range=(first, on))
    for_dsl = IncidentType.objects.filter(goes_to_dsl=True).values("name")
    rows = Involvement.objects.negative().filter(told, student__in=students).exclude(incident__type__in=for_dsl)
    for student, day in rows.order_by("incident__occurred_on").values_list("student", "incident__occurred_on"):
        found[student].append(slot_of(day))
    return found
