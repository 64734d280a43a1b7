"""What is kept of an attendance case and beside it, as one person may have it: some rows of many tables, read at once.

Nothing that its reader may not see is among them: each list asks what it may show.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from attendance.models import NoticeDecision, PenaltyNotice
from attendance.summaries.notices import SEEING
from attendance.summaries.reach import Reached
from contacts.models import AgencyLink, EarlyHelp
from contacts.summaries.carers import Carer, carer_links, carers_by_student
from interventions.models import (
    Action,
    CaseBarrier,
    CaseFinding,
    CaseStage,
    InterventionStudent,
    MedicalRequest,
    Meeting,
    PACase,
    Plan,
    PupilView,
    StageMove,
)
from interventions.summaries.case_records import LATEST
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.together import read_together


@dataclass(frozen=True)
class Held:
    """The parts of one case, and what else there is of its student: one list for each.

    actions: those withdrawn too, for the history. earlier: cases closed before this one was opened; meetings: the last
    few that talked of the student. The lists of what the person may not see are empty, and `sees_` says so.
    """

    stages: list[CaseStage]
    moves: list[StageMove]
    actions: list[Action]
    barriers: list[CaseBarrier]
    views: list[PupilView]
    medical: list[MedicalRequest]
    findings: list[CaseFinding]
    earlier: list[PACase]
    decisions: list[NoticeDecision]
    notices: list[PenaltyNotice]
    helps: list[EarlyHelp]
    agencies: list[AgencyLink]
    plans: list[Plan]
    meetings: list[Meeting]
    interventions: list[InterventionStudent]
    carers: tuple[Carer, ...]
    sees_notices: bool
    sees_agencies: bool
    sees_plans: bool

    @classmethod
    def load(cls, user: User, case: PACase, who: Reached, today: date) -> Self:
        """Read them all in one query."""
        student = case.student_id
        asked = {**_parts(user, case), **_beside(user, case, who, today)}
        *lists, links = read_together(*asked.values(), carer_links([student]))
        return cls(
            **dict(zip(asked, lists, strict=True)),
            carers=carers_by_student(links).get(student, ()),
            sees_notices=bool(who.rights & SEEING),
            sees_agencies=Right.SEE_AGENCIES in who.rights,
            sees_plans=Right.SEE_PLANS in who.rights,
        )

    @property
    def standing_actions(self) -> list[Action]:
        """Return the actions that were not withdrawn."""
        return [each for each in self.actions if each.withdrawn_at is None]

    @property
    def parts(self) -> list[Any]:
        """Return the case's parts that keep a history."""
        return [*self.actions, *self.barriers, *self.views, *self.medical, *self.findings]


def _parts(user: User, case: PACase) -> dict[str, Any]:
    views = PupilView.objects.visible_to(user).standing(student=case.student_id, case=case)
    standing = {"withdrawn_at": None}
    return {
        "stages": CaseStage.objects.all(),
        "moves": case.moves.select_related("from_stage", "to_stage", "by").order_by("-at", "-pk"),
        "actions": case.actions.read_by(user).select_related("owner", "done_by"),
        "barriers": case.found.select_related("barrier", "found_by"),
        "views": views.select_related("asked_by"),
        "medical": case.medical_requests.filter(**standing).select_related("asked_of", "asked_by"),
        "findings": case.findings.filter(**standing).select_related("by").order_by("-found_on", "-pk"),
    }


def _beside(user: User, case: PACase, who: Reached, today: date) -> dict[str, Any]:
    """Return the lists of the student's other records; each is empty for who may not see that kind."""
    student = case.student_id
    before = PACase.objects.visible_to(user).standing(student=student, closed_on__lte=case.opened_on)
    plans = Plan.objects.visible_to(user).standing(student=student)
    meetings = Meeting.objects.visible_to(user).standing(students__student=student)
    places = InterventionStudent.objects.visible_to(user).standing().filter(student=student)
    return {
        "earlier": before.exclude(pk=case.pk).select_related("stage"),
        **_notices(student, sees=bool(who.rights & SEEING)),
        **_agencies(student, today, sees=Right.SEE_AGENCIES in who.rights),
        "plans": plans.select_related("kind", "owner"),
        "meetings": meetings.select_related("convener").order_by("-held_on", "-pk")[:LATEST],
        "interventions": places.select_related("intervention__type", "intervention__owner").order_by("-joined_on"),
    }


def _notices(student: int, *, sees: bool) -> dict[str, Any]:
    decisions = NoticeDecision.objects.filter(student=student).select_related("decided_by").order_by("-decided_at")
    notices = PenaltyNotice.objects.filter(student=student).select_related("parent_carer").order_by("-issued_on")
    return {"decisions": decisions if sees else decisions.none(), "notices": notices if sees else notices.none()}


def _agencies(student: int, today: date, *, sees: bool) -> dict[str, Any]:
    helps = EarlyHelp.objects.standing(student=student).order_by("-opened_on", "-pk")
    links = AgencyLink.objects.in_force(today).filter(student=student).select_related("agency", "worker")
    return {"helps": helps if sees else helps.none(), "agencies": links if sees else links.none()}
