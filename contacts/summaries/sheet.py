"""What the form for a contact knows before anybody types: whom to call, about which children, and what about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from attendance.summaries.reach import Reached, reached_of
from contacts.models import Contact
from contacts.reading import Reader
from contacts.summaries.carers import Carer, carers_of
from contacts.summaries.directory import Groups, agencies_offered
from contacts.summaries.matters import Matter, matters_of
from contacts.summaries.retries import RetryRule
from contacts.summaries.safety import SafetyNote, last_noted
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.families import siblings_of
from students.models import Student
from students.staff import staff_over

Choice = tuple[str, str]


@dataclass(frozen=True)
class Sibling:
    """A brother or sister whom the person sees. carers: those who may be contacted about this child, by key.

    matters: what of the student's own is theirs too, such as the same absence.
    """

    student: Reached
    carers: tuple[int, ...]
    matters: tuple[Matter, ...]

    @property
    def offered_to(self) -> str:
        """The people with whom a contact may be about this child too, as the form's script reads them."""
        return ",".join(f"c{key}" for key in self.carers)


@dataclass(frozen=True)
class Sheet:
    """One student's form. agencies: groups of choices; None for somebody who may not see the student's agencies.

    retry_at: when to try again if nobody is reached now; attempts: those already made today. safety: what the last home
    visit to the family that left a note says of the next one.
    """

    student: Reached
    people: tuple[Carer, ...]
    siblings: tuple[Sibling, ...]
    matters: tuple[Matter, ...]
    agencies: Groups | None
    colleagues: Sequence[User]
    attempts: int
    retry_at: datetime | None
    safety: SafetyNote | None

    @classmethod
    def load(cls, user: User, student: Student, asked: Mapping[str, str], now: datetime) -> Self | None:
        """Read it; None where the person logs no contacts about the student."""
        on = timezone.localdate(now)
        kin = siblings_of(student).on_roll(on)
        students = reached_of(user, Student.objects.filter(Q(pk=student.pk) | Q(pk__in=kin.values("pk"))))
        students = {key: each for key, each in students.items() if Right.LOG_CONTACTS in each.rights}
        subject = students.pop(student.pk, None)
        if subject is None:
            return None
        keys = (student.pk, *students)
        people, matters = carers_of(keys), matters_of(user, keys, asked, on)
        rule, attempts = RetryRule.load([student.pk], now)
        own = tuple(matter for matter in matters if matter.student_id == student.pk)
        return cls(
            student=subject,
            people=people[student.pk],
            siblings=tuple(_sibling(each, people[key], matters, own) for key, each in students.items()),
            matters=own,
            agencies=agencies_offered(student.pk, on) if Right.SEE_AGENCIES in subject.rights else None,
            colleagues=list(_colleagues(subject, on)),
            attempts=attempts,
            retry_at=rule.proposed(attempts=attempts, now=now),
            safety=_safety(user, {student.pk: subject, **students}),
        )

    @property
    def callable(self) -> tuple[Carer, ...]:
        """Those who may be contacted, in order."""
        return tuple(carer for carer in self.people if not carer.is_barred)

    @property
    def first_who(self) -> str:
        """Whom a call is to unless somebody says otherwise."""
        return f"c{self.callable[0].parent_carer_id}" if self.callable else ""

    @property
    def numbers(self) -> list[Choice]:
        """Each number that may be rung, with whose it is."""
        return [(number, f"{number}, {carer.name}") for carer in self.callable for number in carer.numbers]


def _sibling(student: Reached, people: Sequence[Carer], matters: Sequence[Matter], own: Sequence[Matter]) -> Sibling:
    common = {(matter.field, matter.shared) for matter in own}
    theirs = (matter for matter in matters if matter.student_id == student.student_id)
    return Sibling(
        student,
        tuple(carer.parent_carer_id for carer in people if not carer.is_barred),
        tuple(matter for matter in theirs if (matter.field, matter.shared) in common),
    )


def _safety(user: User, students: dict[int, Reached]) -> SafetyNote | None:
    visits = last_noted(Contact.objects.visible_to(user).standing(student__in=list(students)))
    found = list(visits.select_related("made_by", "owner"))
    return SafetyNote.of(found, Reader.of(user, found, students=students))


def _colleagues(student: Reached, on: date) -> QuerySet[User]:
    return staff_over(
        Right.LOG_CONTACTS,
        year=student.year or 0,
        tutor_group=student.tutor_group_id,
        has_sen=True,
        on=on,
    )
