"""Incidents and all that hangs on them, by who may see them.

A right says whether somebody may do a thing at all; these say with which students. What a person sees of another
student in the same incident is a question of that student again: see `behaviour.summaries`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.calendar import monday_of
from students.models import Student
from students.querysets import OfStudents
from students.scopes import scope_of

if TYPE_CHECKING:
    from behaviour.models import (  # noqa: F401 named in quotes below
        Achievement,
        BullyingCase,
        Campaign,
        CampaignAward,
        CardTarget,
        Detention,
        DslConcern,
        GoodNews,
        Incident,
        IncidentReview,
        IncidentType,
        InclusionStay,
        Involvement,
        OnCall,
        ReportCard,
        RobinAnswer,
        RoundRobin,
        Suspension,
        SuspensionElsewhere,
        TutorMark,
    )

SIGNED_WITHIN = timedelta(days=14)  # after a card has ended


class IncidentTypeQuerySet(models.QuerySet["IncidentType"]):
    """Types of incident."""

    def unplaced(self) -> Self:
        """Return those that came with an import and that nobody has placed in a strand."""
        return self.filter(strand="")

    def hidden_from(self, user: User) -> Self:
        """Return the types that are the DSL's alone, for anybody else: a MIS may hold some all the same."""
        return self.none() if user.may(Right.READ_DSL_CONCERNS) else self.filter(goes_to_dsl=True)


def types_hidden_from(user: User) -> models.QuerySet[Any, str]:
    """Return the names of the types that the person reads nothing of."""
    from behaviour.models import IncidentType

    return IncidentType.objects.hidden_from(user).values_list("name", flat=True)


class IncidentQuerySet(WithdrawableQuerySet["Incident"]):
    """Incidents."""

    def visible_to(self, user: User) -> Self:
        """Return incidents with at least one student of whose behaviour this user may read, each once.

        Who sees a student in another role reads nothing of it; the DSL's matters only a DSL does.
        """
        from behaviour.models import Involvement

        read = Student.objects.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE)
        held = Involvement.objects.filter(incident=OuterRef("pk"), student__in=read)
        return self.filter(Exists(held)).exclude(type__in=types_hidden_from(user))


class IncidentReviewQuerySet(models.QuerySet["IncidentReview"]):
    """What year teams made of incidents."""

    def open(self) -> Self:
        """Return those that somebody was handed and has not dealt with."""
        return self.filter(decision="")


class AchievementQuerySet(OfStudents["Achievement"]):
    """Achievements."""


class GoodNewsQuerySet(OfStudents["GoodNews"]):
    """Good news told at home."""


class CampaignQuerySet(WithdrawableQuerySet["Campaign"]):
    """Reward campaigns."""

    def visible_to(self, user: User) -> Self:
        """Return the school's campaigns, and those of the year groups whose campaigns this user keeps."""
        scope = scope_of(user).with_right(Right.KEEP_CAMPAIGNS)
        return self if scope.is_whole_school else self.filter(Q(year_group=None) | Q(year_group__in=scope.years))


class CampaignAwardQuerySet(OfStudents["CampaignAward"]):
    """Rewards of campaigns."""

    def standing(self, **also: Any) -> Self:
        """Return those that count: taken back neither by themselves nor with their campaign."""
        return super().standing(campaign__withdrawn_at=None, **also)


class TutorMarkQuerySet(OfStudents["TutorMark"]):
    """Marks of form time."""


class DslConcernQuerySet(models.QuerySet["DslConcern"]):
    """Concerns for the DSL."""

    def visible_to(self, user: User) -> Self:
        """Return every one for a DSL and none for anybody else, the writer included."""
        return self if Right.READ_DSL_CONCERNS in scope_of(user).rights_over(None) else self.none()


class BullyingCaseQuerySet(WithdrawableQuerySet["BullyingCase"]):
    """Cases of bullying and prejudice."""

    def visible_to(self, user: User) -> Self:
        """Return the cases with at least one student over whom this user keeps cases, each once."""
        from behaviour.models import CaseStudent

        kept = Student.objects.with_right(user, Right.KEEP_CASES)
        seen = CaseStudent.objects.filter(case=OuterRef("pk"), student__in=kept)
        return self.filter(Exists(seen))


class DetentionQuerySet(OfStudents["Detention"]):
    """Detentions."""

    def to_come(self) -> Self:
        """Return the standing ones that are neither served, missed nor excused."""
        return self.standing(status__in=["set", "notified"])

    def unsettled(self, today: date) -> Self:
        """Return those that somebody must settle: over and not ticked, or missed without anything that follows."""
        is_open = Q(day__lt=today, status__in=["set", "notified"])
        follows = self.model._default_manager.filter(follows=OuterRef("pk"), withdrawn_at=None)
        return self.standing().filter(is_open | Q(status="missed", outcome="") & ~Exists(follows))


class OnCallQuerySet(WithdrawableQuerySet["OnCall"]):
    """Calls for help from a lesson."""

    def visible_to(self, user: User) -> Self:
        """Return every call for those who answer them, whose student it ever is, and one's own for anybody else.

        Whoever is on call goes to the room; the student's name is for those who may see the student.
        """
        return self if user.may(Right.ANSWER_CALLS) else self.filter(asked_by=user)

    def open(self) -> Self:
        """Return the calls that go on."""
        return self.standing(ended_at=None)


class SuspensionQuerySet(OfStudents["Suspension"]):
    """Suspensions and permanent exclusions."""

    def visible_to(self, user: User) -> Self:
        """Return those of students over whom this person may see suspensions: a tutor sees none, not even by code."""
        return self.with_right(user, Right.SEE_SUSPENSIONS)

    def untold(self, since: date, today: date) -> Self:
        """Return those begun since the day and before today of which the parents or the authority were not told."""
        return self.standing(starts_on__gte=since, starts_on__lt=today).filter(
            Q(parents_told_on=None) | Q(la_told_on=None)
        )


class SuspensionElsewhereQuerySet(OfStudents["SuspensionElsewhere"]):
    """What earlier schools suspended students for."""

    def visible_to(self, user: User) -> Self:
        """Return those of students over whom this person may see suspensions."""
        return self.with_right(user, Right.SEE_SUSPENSIONS)


class ReportCardQuerySet(OfStudents["ReportCard"]):
    """Report cards. A teacher scores one for a lesson without seeing the rest of it: see summaries.scoring."""

    def visible_to(self, user: User) -> Self:
        """Return the cards of students of whose behaviour this user may read."""
        return self.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE)

    def running(self) -> Self:
        """Return the cards that have not ended."""
        return self.filter(outcome="", withdrawn_at=None)

    def signable(self, on: date) -> Self:
        """Return those that run, and those of which a day may still wait for its signatures."""
        return self.standing().filter(Q(outcome="") | Q(ended_at__date__gte=on - SIGNED_WITHIN))

    def placed(self, on: date) -> Self:
        """Add the student's year and tutor group on the date, with whom a list names."""
        from students.models import Enrolment

        spells = Enrolment.objects.filter(student=OuterRef("student"), starts_on__lte=on).order_by("-starts_on")
        place = {
            "year": Subquery(spells.values("year_group")[:1]),
            "tutor_group": Subquery(spells.values("tutor_group__name")[:1]),
            "group_id": Subquery(spells.values("tutor_group")[:1]),
        }
        return self.select_related("student", "keeper").annotate(**place)

    def with_points_of_week(self, on: date) -> Self:
        """Add `week_points`: the student's behaviour points from the date's Monday to it, none of the DSL's matters."""
        from behaviour.models import IncidentType, Involvement

        hidden = IncidentType.objects.filter(goes_to_dsl=True).values("name")
        parts = Involvement.objects.filter(
            student=OuterRef("student"),
            incident__withdrawn_at=None,
            incident__occurred_on__range=(monday_of(on), on),
        ).exclude(incident__type__in=hidden)
        total = parts.order_by().values("student").annotate(total=Sum("points")).values("total")
        return self.annotate(week_points=Coalesce(Subquery(total), 0))

    def in_list_order(self) -> Self:
        """Return them, placed, by year, tutor group and name."""
        return self.order_by("year", "tutor_group", "student__search_text", "pk")


class CardTargetQuerySet(models.QuerySet["CardTarget"]):
    """Targets of report cards."""

    def on_card(self) -> Self:
        """Return those that are still scored."""
        return self.filter(is_retired=False)


class RoundRobinQuerySet(OfStudents["RoundRobin"]):
    """Round robins."""

    def visible_to(self, user: User) -> Self:
        """Return those about students of whom this user may ask the teachers; who was asked reads the own answer."""
        return self.with_right(user, Right.ASK_TEACHERS)


class RobinAnswerQuerySet(models.QuerySet["RobinAnswer"]):
    """What teachers answer."""

    def visible_to(self, user: User, *, with_withdrawn: bool = False) -> Self:
        """Return what this user was asked, whoever the student is; others' answers are on the collated page.

        with_withdrawn: also what was withdrawn meanwhile, for a form that comes too late.
        """
        asked = self.filter(teacher=user)
        return asked if with_withdrawn else asked.filter(robin__withdrawn_at=None)

    def owed(self) -> Self:
        """Return those neither answered nor declined, of round robins that are still open."""
        return self.filter(answered_at=None, declined_at=None, robin__closed_at=None, robin__withdrawn_at=None)


class InclusionStayQuerySet(OfStudents["InclusionStay"]):
    """Stays in the inclusion and nurture rooms."""

    def open(self) -> Self:
        """Return the stays that have not ended."""
        return self.standing(left_at=None)
