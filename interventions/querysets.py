"""What is done for students, by who may know of it. What a restricted record says is a second question: `reading`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.models import Student
from students.querysets import OfStudents
from students.scopes import scope_of

if TYPE_CHECKING:
    from interventions.models import (  # noqa: F401 named in quotes below
        Action,
        Attachment,
        Intervention,
        InterventionStudent,
        Meeting,
        NeedsScreen,
        PACase,
        Plan,
        PlanShare,
        PupilView,
    )

M = TypeVar("M", bound=models.Model)


class PACaseQuerySet(OfStudents["PACase"]):
    """Attendance cases."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those of students whose cases this person may see."""
        return self.filter(Q(owner=user) | Q(student__in=Student.objects.with_right(user, Right.SEE_PA_CASES)))

    def open(self) -> Self:
        """Return those without an outcome."""
        return self.standing(closed_on=None)


class OfCaseQuerySet(WithdrawableQuerySet[M]):
    """Records of a case."""

    def visible_to(self, user: User) -> Self:
        """Return those of cases that this person may see."""
        from interventions.models import PACase

        return self.filter(case__in=PACase.objects.visible_to(user))


class PupilViewQuerySet(OfStudents["PupilView"]):
    """What students said."""

    def visible_to(self, user: User) -> Self:
        """Return those of cases that the person may see, and of students whose plans they may see."""
        from interventions.models import PACase

        plans = Student.objects.with_right(user, Right.SEE_PLANS)
        return self.filter(Q(case__in=PACase.objects.visible_to(user)) | Q(case=None, student__in=plans))


class InterventionQuerySet(WithdrawableQuerySet["Intervention"]):
    """Interventions, of one student or a group."""

    def visible_to(self, user: User) -> Self:
        """Return those the person owns or delivers, and those with a student whose interventions they may see.

        Who reads no behaviour narrative of a student sees those for attendance and punctuality alone.
        """
        from interventions.models import InterventionStudent

        theirs = InterventionStudent.objects.visible_to(user)
        return self.filter(Q(owner=user) | Q(deliverer=user) | Q(pk__in=theirs.order_by().values("intervention")))

    def live(self, on: date) -> Self:
        """Return those that had begun by the day and have not ended."""
        return self.standing(starts_on__lte=on).filter(Q(ended_on=None) | Q(ended_on__gt=on))


class InterventionStudentQuerySet(models.QuerySet["InterventionStudent"]):
    """Students in interventions."""

    def visible_to(self, user: User) -> Self:
        """Return the places of students whose interventions this person may see, and all in one's own."""
        from interventions.models.settings import OF_ATTENDANCE

        sees = Student.objects.with_right(user, Right.SEE_INTERVENTIONS)
        reads = Student.objects.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE)
        mine = Q(intervention__owner=user) | Q(intervention__deliverer=user)
        told = Q(intervention__aim__in=OF_ATTENDANCE) | Q(student__in=reads)
        return self.filter(mine | Q(student__in=sees) & told)

    def standing(self) -> Self:
        """Return those in interventions that are not withdrawn."""
        return self.filter(intervention__withdrawn_at=None)

    def live(self, on: date) -> Self:
        """Return those that were in the intervention on the day, of interventions that had not ended then."""
        return (
            self.standing()
            .filter(joined_on__lte=on)
            .filter(Q(left_on=None) | Q(left_on__gt=on))
            .filter(Q(intervention__ended_on=None) | Q(intervention__ended_on__gt=on))
        )


class NeedsScreenQuerySet(OfStudents["NeedsScreen"]):
    """Screens of needs."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those of students whose plans this person may see."""
        return self.filter(Q(by=user) | Q(student__in=Student.objects.with_right(user, Right.SEE_PLANS)))


class PlanQuerySet(OfStudents["Plan"]):
    """Plans."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, those shared with the person, and those of students whose plans they may see."""
        shared = Q(shares__to=user, shares__ended_at=None)
        sees = Q(student__in=Student.objects.with_right(user, Right.SEE_PLANS))
        return self.filter(pk__in=self.model._default_manager.filter(Q(owner=user) | shared | sees).values("pk"))

    def running(self) -> Self:
        """Return those that were begun and have no outcome."""
        return self.standing(ended_on=None).exclude(begun_on=None)


class PlanShareQuerySet(models.QuerySet["PlanShare"]):
    """Plans shown to colleagues."""

    def visible_to(self, user: User) -> Self:
        """Return those that the person gave or was given, and those of plans that they may see."""
        from interventions.models import Plan

        return self.filter(Q(to=user) | Q(by=user) | Q(plan__in=Plan.objects.visible_to(user)))

    def open_to(self, user: User) -> Self:
        """Return those that are open to the person."""
        return self.filter(to=user, ended_at=None, plan__withdrawn_at=None)

    def owed(self) -> Self:
        """Return those that ask for something which was not answered, of plans that go on."""
        going_on = self.filter(ended_at=None, plan__ended_on=None, plan__withdrawn_at=None)
        return going_on.filter(replied_at=None).exclude(asks="")


class MeetingQuerySet(WithdrawableQuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, user: User) -> Self:
        """Return those the person convened or was asked to, and those of years or students whose meetings they see."""
        from interventions.models import MeetingPerson, MeetingStudent

        asked = MeetingPerson.objects.filter(staff=user).values("meeting")
        students = Student.objects.with_right(user, Right.SEE_MEETINGS)
        of_students = MeetingStudent.objects.filter(student__in=students).order_by().values("meeting")
        years = scope_of(user).years_with(Right.SEE_MEETINGS)
        if years is None:
            return self
        is_theirs = Q(convener=user) | Q(pk__in=asked) | Q(pk__in=of_students) | Q(year_group__in=years)
        return self.filter(is_theirs)

    def held(self) -> Self:
        """Return those that were held, not only planned: minutes stand, somebody came, or something was said.

        Notes of a day to come, or of today, may be what is to be talked of.
        """
        from interventions.models import MeetingPerson, MeetingStudent

        came = MeetingPerson.objects.filter(came=True).order_by().values("meeting")
        said = MeetingStudent.objects.exclude(looked_at=None, notes="", decision="").order_by().values("meeting")
        noted = ~Q(notes="") & Q(held_on__lt=timezone.localdate())
        return self.filter(Q(closed_at__isnull=False) | noted | Q(pk__in=came) | Q(pk__in=said))


def _not_own(user: User) -> dict[str, Q]:
    """Return, by the kind of record, which are not the person's own to read where they are restricted."""
    from interventions.models import MeetingPerson, PlanShare

    shared = PlanShare.objects.open_to(user).order_by().values("plan")
    there = MeetingPerson.objects.filter(staff=user).exclude(came=False).order_by().values("meeting")
    return {
        "case": ~Q(owner=user),
        "plan": ~Q(owner=user) & ~Q(pk__in=shared),
        "intervention": ~Q(owner=user) & ~Q(deliverer=user),
        "meeting": ~Q(convener=user) & ~Q(pk__in=there),
    }


def _of_few(which: Mapping[str, Q]) -> Q:
    """Return the question for actions of a restricted record. which: by its kind, of those that this asks about."""
    from interventions.models import Intervention, Meeting, PACase, Plan

    models: dict[str, Any] = {"case": PACase, "plan": Plan, "intervention": Intervention, "meeting": Meeting}
    found = Q()
    for name, asked in which.items():
        few = models[name]._default_manager.filter(asked, is_restricted=True).order_by().values("pk")
        found |= Q(**{f"{name}__in": few})
    return found


class ActionQuerySet(WithdrawableQuerySet["Action"]):
    """Things to do."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, those one set, and those of cases, plans, interventions and meetings one may see.

        What a meeting decided about a student is, once its minutes are closed, also for who reads the student's plans:
        the tutor was not asked to the meeting and is to know.
        """
        from interventions.models import Intervention, Meeting, PACase, Plan

        alone = Q(case=None, plan=None, intervention=None, meeting=None)
        minuted = Q(meeting__closed_at__isnull=False, meeting__is_restricted=False, case=None, plan=None)
        return self.filter(
            Q(owner=user)
            | Q(set_by=user)
            | Q(case__in=PACase.objects.visible_to(user))
            | Q(plan__in=Plan.objects.visible_to(user))
            | Q(intervention__in=Intervention.objects.visible_to(user))
            | Q(meeting__in=Meeting.objects.visible_to(user))
            | minuted & Q(student__in=Student.objects.with_right(user, Right.SEE_PLANS))
            | alone & Q(student__in=Student.objects.with_right(user, Right.SEE_INTERVENTIONS))
        )

    def read_by(self, user: User) -> Self:
        """Return those whose words the person may read, wherever they stand: the one rule for what an action says.

        Their own two read it, and who reads all the records that it is of: to what a restricted meeting decided, the
        case or the plan that it talked of gives no way.
        """
        reads = Q(student__in=Student.objects.with_right(user, Right.SEE_RESTRICTED))
        return self.filter(Q(owner=user) | Q(set_by=user) | reads | ~_of_few(_not_own(user)))

    def fit_for_versions(self) -> Self:
        """Return those of a plan that are of nothing else for few: its versions are read by whoever reads the plan."""
        return self.exclude(_of_few({name: Q() for name in ("case", "intervention", "meeting")}))

    def open(self) -> Self:
        """Return those that are neither done nor said not to be needed, of what was not withdrawn."""
        return self.of_standing().filter(done_on=None)

    def of_standing(self) -> Self:
        """Return those that stand, of cases, plans, interventions and meetings that stand.

        What a withdrawn meeting set for a case or a plan is theirs: it goes when they do.
        """
        from interventions.models import Intervention, Meeting, PACase, Plan

        gone = {"case": PACase, "plan": Plan, "intervention": Intervention, "meeting": Meeting}
        found = self.standing()
        for name, model in gone.items():  # no join: what is open is locked, too
            withdrawn = model._default_manager.exclude(withdrawn_at=None).order_by().values("pk")
            alone = {"case": None, "plan": None} if name == "meeting" else {}
            found = found.exclude(**{f"{name}__in": withdrawn}, **alone)
        return found

    def due(self, on: date) -> Self:
        """Return the open ones that are due by the day."""
        return self.open().filter(due_on__lte=on)


class AttachmentQuerySet(OfStudents["Attachment"]):
    """Files kept as evidence."""

    def visible_to(self, user: User) -> Self:
        """Return those of cases, plans and meetings that the person may see, and of students whose plans they see."""
        from interventions.models import Meeting, PACase, Plan

        alone = Q(case=None, plan=None, meeting=None)
        return self.filter(
            Q(case__in=PACase.objects.visible_to(user))
            | Q(plan__in=Plan.objects.visible_to(user))
            | Q(meeting__in=Meeting.objects.visible_to(user))
            | alone & Q(student__in=Student.objects.with_right(user, Right.SEE_PLANS))
        )
