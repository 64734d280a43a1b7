"""Good news home by tutor group: how often the tutor told a family of theirs, and of how many students it heard."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contacts.models import ContactRules
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.conduct.asked import NOT_SAID, Asked
from reports.summaries.people import Person
from students.models import StaffAssignment

GOOD_NEWS, UNHEARD = "reports:good_news", "unheard"
HALF_TERMS = ("half-term", "last-half-term")


class Heard(NamedTuple):
    """One day on which one student's home heard good news, from whom."""

    student: int
    day: date
    by: int


@dataclass(frozen=True)
class TutorLine:
    """One tutor group. made: how often its tutors told its families; homes: of how many of n students the family heard.

    quota: the school's for a half term; 0 where there is none, None where it cannot be held against what is shown.
    """

    group: str
    tutors: str
    made: int
    homes: int
    n: int
    quota: int | None
    unheard_url: str

    @property
    def unheard(self) -> int:
        """Of how many students the family heard nothing."""
        return self.n - self.homes

    @property
    def is_short(self) -> bool:
        """Test for fewer than the school's quota."""
        return self.quota is not None and self.made < self.quota


def tutor_lines(people: Iterable[Person], heard: Iterable[Heard], asked: Asked, today: date) -> list[TutorLine]:
    """Return the lines of the groups of these students, in their order, in two queries."""
    members: dict[str, set[int]] = defaultdict(set)
    for person in people:
        members[person.tutor_group].add(person.student_id)
    tutors: dict[str, list[User]] = defaultdict(list)
    held = StaffAssignment.objects.in_force(today).filter(role=Role.FORM_TUTOR, tutor_group__name__in=list(members))
    for each in held.select_related("user", "tutor_group").order_by("user__surname", "pk"):
        if each.tutor_group:
            tutors[each.tutor_group.name].append(each.user)
    quota = ContactRules.objects.get().good_news_quota if _is_of_quota(asked) else None
    facts = frozenset(heard)
    return [_line(name, members[name], tutors[name], facts, quota, asked) for name in members]


def _is_of_quota(asked: Asked) -> bool:
    """Test for a half term, and for groups that are whole: the quota is for nothing else."""
    return asked.window.slug in HALF_TERMS and not (asked.student or asked.cohort or asked.house)


def _line(
    name: str, members: set[int], tutors: Sequence[User], heard: frozenset[Heard], quota: int | None, asked: Asked
) -> TutorLine:
    ours = [each for each in heard if each.student in members]
    own = {tutor.pk for tutor in tutors}
    return TutorLine(
        group=name or "No group",
        tutors=", ".join(tutor.formal_name for tutor in tutors),
        made=len({(each.student, each.day) for each in ours if each.by in own}),
        homes=len({each.student for each in ours}),
        n=len(members),
        quota=quota,
        unheard_url=asked.url(GOOD_NEWS, group=name or NOT_SAID, show=UNHEARD),
    )
