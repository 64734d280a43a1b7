"""The effect of interventions, from the marks: read once for many students, measured one by one."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from attendance.figures import Bands
from interventions.figures.cohort import Cohort
from interventions.figures.impact import LONG, SHORT, SUSTAINED, Effect, effect_of
from interventions.figures.tracks import Track, day_of, slot_of
from interventions.models import InterventionStudent
from interventions.summaries.tracks import Reading, people_read
from students.calendar import academic_year_of, academic_year_start
from students.models import Enrolment
from students.summaries import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Measured:
    """How one student's attendance changed with one intervention.

    beside: keys of their others that ran meanwhile, up to the end of the short windows; and of each of the longer ones.
    """

    short: Effect
    long: Effect
    sustained: Effect
    beside: tuple[int, ...] = ()
    beside_long: tuple[int, ...] = ()
    beside_sustained: tuple[int, ...] = ()

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


def measured_of(
    places: Collection[InterventionStudent], on: date, calendar: SchoolCalendar | None = None
) -> dict[int, Measured]:
    """Return the effect for each student in an intervention, by the key of the place, in two queries.

    places: with their intervention selected. on: the last day whose marks count. calendar: one query more without it.
    """
    if not places:
        return {}
    days = calendar or SchoolCalendar.load()
    starts = {place.pk: _start(place, days) for place in places}
    reading = _Reading(starts.values(), on)
    return {key: reading.measured(start, reading.others) for key, start in starts.items()}


def measured_since(began: date, on: date, students: Collection[int], inside: Collection[int]) -> dict[int, Measured]:
    """Return the change of each student since something began for some of them, by key, in one query.

    inside: who was in it: they are compared with the others of these students, and those with nobody.
    """
    slot = slot_of(began)
    starts = [Start(student, began, slot, slot) for student in students]
    if not starts:
        return {}
    reading = _Reading(starts, on)
    rest = Cohort((read.person for key, read in reading.own.items() if key not in inside), reading.bands)
    nobody = Cohort((), reading.bands)
    return {each.student: reading.measured(each, rest if each.student in inside else nobody) for each in starts}


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

    def measured(self, start: Start, others: Cohort) -> Measured:
        """Measure one start beside the others."""
        person = self.own[start.student].person
        short, long, sustained = (
            effect_of(person, start.began, start.counts_from, others, sides) for sides in (SHORT, LONG, SUSTAINED)
        )
        beside = [self._beside(start, each) for each in (short, long, sustained)]
        return Measured(short, long, sustained, *beside)

    def _beside(self, start: Start, effect: Effect) -> tuple[int, ...]:
        """Return the student's other interventions that ran at any time from its start to the end of the window."""
        last = effect.after.last if effect.after else slot_of(self.on)
        return tuple(
            key
            for key, begin, end in self.own[start.student].spans
            if key != start.intervention and begin <= last and end >= start.began
        )

    @cached_property
    def bands(self) -> Bands:
        """The school's bands as they are set."""
        return next(iter(self.own.values())).bands

    @cached_property
    def own(self) -> dict[int, Reading]:
        """Those whose effect is measured, with every session since the year before the first start's."""
        first = academic_year_start(academic_year_of(min(start.day for start in self.starts)) - 1)
        students = {start.student for start in self.starts}
        return {read.person.student_id: read for read in people_read(Q(pk__in=students), first, self.on)}

    @cached_property
    def others(self) -> Cohort:
        """Whoever was in one of their year groups, with the sessions from the first one that is looked at."""
        before = [self._track(start).last_before(start.began, LONG.before) for start in self.starts]
        windows = [window for window in before if window]
        if not windows:
            return Cohort((), self.bands)
        first = min(
            min(academic_year_start(academic_year_of(day_of(each.last))), day_of(each.first)) for each in windows
        )
        theirs = Q()
        for year, group in self._cohorts():
            theirs |= Q(academic_year=year, year_group=group)
        rows = Enrolment.objects.filter(theirs).order_by().values("student")
        return Cohort((read.person for read in people_read(Q(pk__in=rows), first, self.on)), self.bands)

    def _cohorts(self) -> set[tuple[int, int | None]]:
        """Return the academic years and year groups in which they were at their last possible session before."""
        found = set()
        for start in self.starts:
            if window := self._track(start).last_before(start.began, 1):
                day = day_of(window.last)
                found.add((academic_year_of(day), self.own[start.student].person.year_on(day)))
        return found

    def _track(self, start: Start) -> Track:
        return self.own[start.student].person.track
