"""Who is away and needs work, in the database's own words: the page lists it, and the strip counts the same.

Absences are derived, never stored: `students.away` has them from the app that keeps registers.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.away import absences_on
from students.models import SchoolDay, Student
from students.querysets import OfStudents

if TYPE_CHECKING:
    from behaviour.models import SetWork, Suspension, WorkWaiver  # noqa: F401 named in quotes below

AHEAD = timedelta(days=14)  # work for who will be away is asked for so early
WORK_OF_PERMANENT = 5  # school days, which holidays may part; from the 6th the authority provides


class SetWorkQuerySet(OfStudents["SetWork"]):
    """Work for students who are away."""

    def needed(self) -> Any:
        """Return what nobody said is not needed, of suspensions that stand and of absences."""
        return self.filter(Q(suspension=None) | Q(suspension__withdrawn_at=None), not_needed="")

    def to_collect(self) -> Any:
        """Return what was set and is not back, whether or not the student is in school again."""
        return self.needed().filter(set_on__isnull=False, collected_on=None)


class WorkWaiverQuerySet(OfStudents["WorkWaiver"]):
    """Absences that no work is set for."""


# Of each student on roll the first absence that is long enough, but none that begins within a suspension, which has
# its own list.
_LONG = """
    SELECT DISTINCT ON (a.student_id) a.*
      FROM ({absences}) a
      JOIN students_student r ON r.id = a.student_id
     WHERE a.sessions > (SELECT work_after FROM behaviour_behaviourrules)
       AND r.admitted_on <= %s AND (r.left_on IS NULL OR r.left_on >= %s)
       AND NOT EXISTS (
           SELECT FROM behaviour_suspension s
            WHERE s.student_id = a.student_id AND s.withdrawn_at IS NULL AND s.kind <> 'LNCH'
              AND s.governors_decided NOT LIKE 'Reinstated%%'
              AND s.starts_on <= a.first_day AND (s.ends_on IS NULL OR s.ends_on >= a.first_day))
     ORDER BY a.student_id, a.first_day, a.first_session
"""
# Of these the ones that somebody has to set work for: nobody said that none is needed, and not all of it is set.
_TO_SET = """
    SELECT l.student_id
      FROM ({long}) l
     WHERE NOT EXISTS (
           SELECT FROM behaviour_workwaiver w
            WHERE w.student_id = l.student_id AND w.withdrawn_at IS NULL AND w.away_from BETWEEN l.since AND l.last_day)
       AND NOT coalesce((
           SELECT bool_and(w.set_on IS NOT NULL)
             FROM behaviour_setwork w
            WHERE w.student_id = l.student_id AND w.not_needed = '' AND w.away_from BETWEEN l.since AND l.last_day
           ), false)
"""


def long_absences(today: date) -> tuple[str, list[Any]]:
    """Return the query for each student's absence that is long enough to need work, with what it asks for."""
    absences = absences_on(today, today + AHEAD)
    return _LONG.format(absences=absences.sql), [*absences.asked, today, today]


def absent_to_set(user: User, today: date) -> QuerySet[Student]:
    """Return the students of this person who are or will be absent, and for whom work is still to be set."""
    long, asked = long_absences(today)
    kept = Student.objects.with_right(user, Right.ARRANGE_WORK)
    return kept.filter(pk__in=RawSQL(_TO_SET.format(long=long), asked))  # noqa: S611 no words of a person are in it


def away_suspended(user: User, today: date) -> QuerySet[Suspension]:
    """Return the suspensions of this person's students on roll that keep somebody out now or soon.

    A permanent exclusion stays until it is noted who provides: the 6th school day is nobody's to forget.
    """
    from behaviour.models import Suspension

    lasts = Q(ends_on__gte=today) | Q(ends_on=None) & (Q(provision="") | _in_first_days(today))
    held = Suspension.objects.with_right(user, Right.ARRANGE_WORK).standing(starts_on__lte=today + AHEAD)
    held = held.filter(lasts, student__in=Student.objects.on_roll(today))
    return held.exclude(kind=Suspension.Kind.LUNCHTIME).exclude(governors_decided__startswith="Reinstated")


def suspended_to_set(user: User, today: date) -> QuerySet[Suspension]:
    """Return those of them for which work is still to be set, by the school itself."""
    from behaviour.models import SetWork

    needed = SetWork.objects.filter(suspension=OuterRef("pk"), not_needed="")
    held = away_suspended(user, today).filter(Q(ends_on__isnull=False) | _in_first_days(today))
    return held.filter(~Exists(needed) | Exists(needed.filter(set_on=None)))


def _in_first_days(today: date) -> Q:
    """Test for a suspension of whose school days the 6th has not come."""
    fifth = SchoolDay.objects.filter(day__lte=today).order_by("-day").values("day")
    since = Subquery(fifth[WORK_OF_PERMANENT - 1 : WORK_OF_PERMANENT])
    return Q(starts_on__gte=Coalesce(since, Value(date.min)))
