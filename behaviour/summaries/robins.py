"""Round robins as their pages show them: who is asked, who has answered, and all answers side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from behaviour.models import RobinAnswer, RoundRobin
from behaviour.querysets import RoundRobinQuerySet
from pastoral.core.models import User
from students.lessons import lessons
from students.models import Enrolment, Student

TEACHES_SINCE = timedelta(days=42)


@dataclass(frozen=True)
class Colleague:
    """Somebody with an account who teaches the student. user: the key of the account."""

    user: int
    name: str
    subject: str


@dataclass(frozen=True)
class Teachers:
    """Who teaches a student, by lesson registers. unknown: staff codes without an account here, with their subjects."""

    known: tuple[Colleague, ...]
    unknown: tuple[str, ...]


def teachers_of(student: Student, on: date) -> Teachers:
    """Return who has taught the student in the last six weeks, in two queries."""
    subjects: dict[str, list[str]] = defaultdict(list)
    for each in lessons().teachers([student.pk], on - TEACHES_SINCE, on):
        subjects[each.code].append(each.subject)
    users = {user.staff_code: user for user in User.objects.filter(staff_code__in=subjects, is_active=True)}
    known = [
        Colleague(users[code].pk, users[code].formal_name, ", ".join(held))
        for code, held in subjects.items()
        if code in users
    ]
    unknown = [f"{code} ({', '.join(held)})" for code, held in subjects.items() if code not in users]
    return Teachers(tuple(sorted(known, key=lambda each: each.subject)), tuple(sorted(unknown)))


def staff_by_key() -> dict[int, User]:
    """Return everybody on the staff who may sign in, by key, in the order of names; one query."""
    return {user.pk: user for user in User.objects.filter(is_active=True).order_by("surname", "forename", "pk")}


@dataclass(frozen=True)
class RobinRow:
    """One round robin in a list."""

    key: int
    student_id: int
    name: str
    tutor_group: str
    purpose: str
    due_on: date
    asked_by: str
    answered: int
    asked: int
    is_closed: bool
    is_overdue: bool


def robin_rows(robins: RoundRobinQuerySet | Sequence[RoundRobin], on: date) -> list[RobinRow]:
    """Return the round robins with how many have answered, in three queries."""
    held = list(robins)
    groups = dict(
        Enrolment.objects.current(on)
        .filter(student__in=[robin.student_id for robin in held])
        .values_list("student_id", "tutor_group__name")
    )
    answers: dict[int, list[RobinAnswer]] = defaultdict(list)
    for answer in RobinAnswer.objects.filter(robin__in=held).defer("answers"):
        answers[answer.robin_id].append(answer)

    def row(robin: RoundRobin) -> RobinRow:
        asked = [each for each in answers[robin.pk] if not each.declined_at]
        answered = sum(bool(each.answered_at) for each in asked)
        return RobinRow(
            key=robin.pk,
            student_id=robin.student_id,
            name=robin.student.sort_name,
            tutor_group=groups.get(robin.student_id, ""),
            purpose=robin.purpose,
            due_on=robin.due_on,
            asked_by=robin.asked_by.formal_name,
            answered=answered,
            asked=len(asked),
            is_closed=robin.closed_at is not None,
            is_overdue=robin.closed_at is None and robin.due_on < on and answered < len(asked),
        )

    return [row(robin) for robin in held]


@dataclass(frozen=True)
class Collated:
    """All answers side by side, for the meeting; who has not answered, and who does not teach the student."""

    robin: RoundRobin
    answered: tuple[RobinAnswer, ...]
    owing: tuple[RobinAnswer, ...]
    declined: tuple[RobinAnswer, ...]
    last_chased: datetime | None

    @property
    def asked(self) -> int:
        """Return how many were asked, without those who do not teach the student."""
        return len(self.answered) + len(self.owing)

    @property
    def questions(self) -> list[tuple[str, list[tuple[RobinAnswer, str]]]]:
        """Return each question with everybody's answer to it."""
        return [
            (question, [(answer, answer.answers[place]) for answer in self.answered])
            for place, question in enumerate(self.robin.questions)
        ]


def collated(robin: RoundRobin) -> Collated:
    """Return a round robin with every answer, in one query."""
    rows = tuple(robin.answers.select_related("teacher").order_by("subject", "teacher__surname", "pk"))
    return Collated(
        robin=robin,
        answered=tuple(row for row in rows if row.answered_at),
        owing=tuple(row for row in rows if not row.answered_at and not row.declined_at),
        declined=tuple(row for row in rows if row.declined_at),
        last_chased=max((row.chased_at for row in rows if row.chased_at), default=None),
    )
