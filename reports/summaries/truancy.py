"""The truancy queue: hits with who follows them up, and how often lessons are missed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from attendance.models import TruancyFollowUp
from attendance.summaries.reach import Reached, reached
from attendance.summaries.times_kept import TimesKept
from attendance.summaries.truancy import Hit, Slot, hits_of, planned_slots
from attendance.summaries.truancy_rates import MarksHeld, Rate, marks_held, rates
from behaviour.models import InclusionStay
from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.summaries.inclusion import between, excused_slots
from students.models import Enrolment


@dataclass(frozen=True)
class QueueRow:
    """One lesson to follow up, or done. hit: None when the marks no longer say so, or it is excused."""

    slot: Slot
    person: Reached
    hit: Hit | None
    follow_up: TruancyFollowUp | None
    is_own: bool

    @property
    def day(self) -> date:
        """The day of the lesson."""
        return self.slot[1]

    @property
    def period(self) -> str:
        """The period of the lesson."""
        return self.slot[2]

    @property
    def key(self) -> str:
        """What the row is called in the page, the same at every refresh."""
        return f"{self.slot[0]}-{self.slot[1]:%m%d}-{self.slot[2]}"

    @property
    def is_done(self) -> bool:
        """Test for an outcome."""
        return self.follow_up is not None and bool(self.follow_up.outcome)

    @property
    def is_taken(self) -> bool:
        """Test for a row that somebody is looking into."""
        return self.follow_up is not None and not self.follow_up.outcome


@dataclass(frozen=True)
class QueueTask:
    """One student's lessons of a day, followed up together."""

    rows: tuple[QueueRow, ...]

    @property
    def first(self) -> QueueRow:
        """The row that stands for all."""
        return self.rows[0]

    @property
    def key(self) -> str:
        """What the task is called in the page, the same at every refresh."""
        return f"{self.first.slot[0]}-{self.first.day:%m%d}"

    @property
    def free(self) -> tuple[QueueRow, ...]:
        """Rows that nobody has taken."""
        return tuple(row for row in self.rows if not row.is_taken)

    @property
    def to_end(self) -> tuple[QueueRow, ...]:
        """Rows that are not a colleague's."""
        return tuple(row for row in self.rows if row.is_own or not row.is_taken)


@dataclass(frozen=True)
class Queue:
    """What is to follow up, newest first: one's own, then nobody's, then colleagues'; and what is done."""

    open: tuple[QueueRow, ...]
    done: tuple[QueueRow, ...]

    @property
    def free(self) -> int:
        """Rows that nobody has taken."""
        return sum(not row.is_taken for row in self.open)

    @property
    def tasks(self) -> tuple[QueueTask, ...]:
        """What is to follow up, a student's lessons of a day together, in the order of the first of them."""
        found: dict[tuple[int, date], list[QueueRow]] = {}
        for row in self.open:
            found.setdefault((row.slot[0], row.day), []).append(row)
        return tuple(QueueTask(tuple(sorted(rows, key=lambda row: row.period))) for rows in found.values())

    @property
    def students(self) -> int:
        """How many students are to be followed up."""
        return len({row.slot[0] for row in self.open})


def queue_of(user: User, first: date, last: date, now: datetime, years: Collection[int] | None) -> Queue:
    """Return the queue of the days in the person's years, in seven queries however many rows there are.

    What was ended stays under what is done, whatever the marks say by now.
    """
    times = TimesKept.load(with_lessons=True)
    hits = {hit.slot: hit for hit in unexcused(user, first, last, now, years, times)}
    held = _follow_ups(user, first, last)
    people = reached(user, {student for student, _day, _period in (*hits, *held)})
    rows = []
    for slot in sorted({*hits, *held}, key=lambda slot: (slot[1], slot[2]), reverse=True):
        person = people.get(slot[0])
        if person and Right.WORK_TRUANCY in person.rights:
            follow_up = held.get(slot)
            is_own = follow_up is not None and follow_up.owner_id == user.pk
            rows.append(QueueRow(slot, person, hits.get(slot), follow_up, is_own))
    waiting = [row for row in rows if not row.is_done]
    waiting.sort(key=lambda row: 0 if row.is_own else 1 if not row.is_taken else 2)
    return Queue(tuple(waiting), tuple(row for row in rows if row.is_done))


def students_to_follow(
    user: User, day: date, now: datetime, years: Collection[int] | None, times: TimesKept
) -> frozenset[int]:
    """Return the students whom the queue of the day lists as to do, in four queries. times: with lessons.

    years: those over whose every student the person works on truancy, None for the whole school.
    """
    missed = {hit.slot for hit in unexcused(user, day, day, now, years, times)}
    held = TruancyFollowUp.objects.visible_to(user).filter(date=day)
    if years is not None:
        held = held.filter(student__in=Enrolment.objects.current(day).filter(year_group__in=years).values("student"))
    rows = list(held.values_list("student_id", "date", "period", "outcome"))
    waiting = missed.union(row[:3] for row in rows) - {row[:3] for row in rows if row[3]}
    return frozenset(student for student, _day, _period in waiting)


def unexcused(
    user: User, first: date, last: date, now: datetime, years: Collection[int] | None, times: TimesKept
) -> tuple[Hit, ...]:
    """Return the hits but for students in the inclusion or nurture room then, or with something planned; 3 queries."""
    stays = between(InclusionStay.objects.visible_to(user).standing(), first, last)
    hits = hits_of(first, last, years=years, times=times, excused=excused_slots(stays, now, times.now))
    planned = planned_slots(hits)
    return tuple(hit for hit in hits if hit.slot not in planned)


def is_hit(slot: Slot) -> bool:
    """Test whether the marks say that the student missed the lesson, excused or not."""
    student, day, _period = slot
    times = TimesKept.load(with_lessons=True)
    found = hits_of(day, day, years=None, times=times, students=[student])
    return any(hit.slot == slot for hit in found)


def _follow_ups(user: User, first: date, last: date) -> dict[Slot, TruancyFollowUp]:
    rows = TruancyFollowUp.objects.visible_to(user).filter(date__range=(first, last))
    return {(row.student_id, row.date, row.period): row for row in rows.select_related("owner", "ended_by")}


@dataclass(frozen=True)
class StudentRate:
    """One student's lessons missed while in school."""

    person: Reached
    rate: Rate


@dataclass(frozen=True)
class TruancyCounts:
    """Lessons missed over a window, by student, period and subject, and what came of those followed up."""

    hits: tuple[Hit, ...]
    people: dict[int, Reached]
    ended: tuple[TruancyFollowUp, ...]
    students: tuple[StudentRate, ...]
    periods: tuple[Rate, ...]
    subjects: tuple[Rate, ...]

    @property
    def outcomes(self) -> list[tuple[str, str, int]]:
        """What came of those ended, the most frequent first: key, words and how many."""
        counted = Counter((row.outcome, row.get_outcome_display()) for row in self.ended)
        return [(key, words, count) for (key, words), count in counted.most_common()]

    def ended_with(self, outcome: str) -> list[tuple[Reached, TruancyFollowUp]]:
        """Return the follow-ups behind the number of an outcome."""
        return [(self.people[row.student_id], row) for row in self.ended if row.outcome == outcome]

    def behind(self, *, student: str, period: str, subject: str) -> list[tuple[Reached, Hit]]:
        """Return the hits behind a number: of a student (by key), a period or a subject; none when none is asked."""
        if not (student or period or subject):
            return []
        return [
            (self.people[hit.student_id], hit)
            for hit in self.hits
            if student in ("", str(hit.student_id)) and period in ("", hit.period) and subject in ("", hit.subject)
        ]


def counts_of(user: User, first: date, last: date, now: datetime, years: Collection[int] | None) -> TruancyCounts:
    """Count the hits of the days in the person's years, and what was ended of them, in eight queries."""
    times = TimesKept.load(with_lessons=True)
    hits = unexcused(user, first, last, now, years, times)
    ended = [row for row in _follow_ups(user, first, last).values() if row.outcome]
    found = reached(user, {hit.student_id for hit in hits} | {row.student_id for row in ended})
    people = {key: person for key, person in found.items() if Right.WORK_TRUANCY in person.rights}
    hits = tuple(hit for hit in hits if hit.student_id in people)
    marks = marks_held(first, last, years, times.lessons)
    return TruancyCounts(
        hits=hits,
        people=people,
        ended=tuple(row for row in ended if row.student_id in people),
        students=_students(hits, people, marks),
        periods=rates((hit.period for hit in hits), marks.by_period),
        subjects=rates((hit.subject for hit in hits), marks.by_subject),
    )


def _students(hits: tuple[Hit, ...], people: dict[int, Reached], marks: MarksHeld) -> tuple[StudentRate, ...]:
    counted = Counter(hit.student_id for hit in hits)
    rows = [
        StudentRate(people[student], Rate(people[student].name, count, max(marks.by_student.get(student, 0), count)))
        for student, count in counted.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.rate.hits, row.person.name, row.person.student_id)))
