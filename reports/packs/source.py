"""Whom a pack is about, for whom it is built, and what it may take: what every section is read from."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from attendance.summaries.reach import Reached, reached
from behaviour.models import Incident, Suspension
from interventions.models import PACase
from interventions.reading import may_read
from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.models import Pack, PackRule
from students.models import Student
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class Source:
    """One student for one builder over some days.

    who: the student as the builder reaches them. ruled_out: sections that the profile lets never in; sections: those
    that were chosen.
    takes_restricted, takes_dsl: chosen, and by right. taken: the rights
    over the student that what was read asks for; sections add to it.
    """

    user: User
    student: Student
    who: Reached
    first: date
    last: date
    today: date
    takes_restricted: bool = False
    takes_dsl: bool = False
    case: PACase | None = None
    suspension: Suspension | None = None
    incident: Incident | None = None
    ruled_out: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    taken: set[Right] = field(default_factory=set, hash=False, compare=False)

    def may(self, *rights: Right) -> bool:
        """Test for rights over the student."""
        return frozenset(rights) <= self.who.rights

    def reads(self, record: Any) -> bool:
        """Test whether the words of a record that may be restricted belong in: by right and by choice."""
        if not record.is_restricted:
            return True
        return self.takes_restricted and may_read(self.user, is_restricted=True, own=(), rights=self.who.rights)

    def reads_action(self, action: Any) -> bool:
        """Test for an action of nothing that is for few, but by right and by choice: it may be of several records."""
        kept_with = (action.case, action.plan, action.intervention, action.meeting)
        return all(self.reads(each) for each in kept_with if each is not None)

    def holds(self, day: date | None) -> bool:
        """Test for a day of the span."""
        return day is not None and self.first <= day <= self.last

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.first, self.last

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's days."""
        return SchoolCalendar.load()


def source_of(pack: Pack, user: User, today: date) -> Source | None:
    """Return what the pack is read from, as the person reaches the student now; None for one they do not."""
    who = reached(user, [pack.student_id]).get(pack.student_id)
    if who is None or Right.BUILD_PACKS not in who.rights:
        return None
    return Source(
        user=user,
        student=pack.student,
        who=who,
        first=pack.first,
        last=pack.last,
        today=today,
        takes_restricted=pack.takes_restricted and Right.SEE_RESTRICTED in who.rights,
        takes_dsl=pack.takes_dsl and Right.READ_DSL_CONCERNS in who.rights,
        case=pack.case,
        suspension=pack.suspension,
        incident=pack.incident,
        sections=frozenset(pack.sections),
        ruled_out=frozenset(rule.section for rule in pack.profile.rules.all() if rule.rule == PackRule.Rule.NEVER),
    )
