"""One attendance case whole, as one person may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from attendance.models import NoticeDecision, PenaltyNotice
from attendance.summaries.notices import SEEING
from attendance.summaries.reach import Reached
from contacts.models import AgencyLink, EarlyHelp
from contacts.summaries.carers import Carer, carers_of
from contacts.summaries.history import history_of, kind_of
from interventions.figures.evidence import Meter, Profile, State
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
from interventions.summaries.case_actions import ActionShown, actions_shown
from interventions.summaries.case_records import LATEST, Records
from interventions.summaries.cases import is_target_reached, target_of
from interventions.summaries.evidence import Looked, evidence_meter
from interventions.summaries.evidence_links import LinkedItem, LinkedPart, linked
from interventions.summaries.standing import Makeup, Standings, makeup_of
from pastoral.core.changes import Change, Kind
from pastoral.core.models import User
from pastoral.core.rights import Right

CASE_TOLD = {
    "reason": "Why it was opened",
    "summary": "Where it stands",
    "owner_id": "Owner",
    "target_permille": "Target",
    "target_on": "Target by",
    "review_on": "Look at it again on",
    "is_restricted": "For few",
    "outcome": "Outcome",
    "outcome_note": "What came of it",
    "closed_on": "Closed on",
    "withdrawn_because": "Withdrawn",
}
ACTION_TOLD = {
    "what": "what",
    "owner_id": "who",
    "party_name": "who else",
    "due_on": "by",
    "done_on": "done",
    "done_note": "note",
    "not_needed_because": "not needed",
    "withdrawn_because": "withdrawn",
}


@dataclass(frozen=True)
class Rung:
    """One stage as the ladder is drawn. was: the case stood there before."""

    stage: CaseStage
    is_current: bool
    was: bool


@dataclass(frozen=True)
class CasePage:
    """Everything about one case that its reader may have."""

    case: PACase
    who: Reached
    makeup: Makeup
    ladder: tuple[Rung, ...]
    moves: tuple[StageMove, ...]
    actions: tuple[ActionShown, ...]
    barriers: tuple[CaseBarrier, ...]
    views: tuple[PupilView, ...]
    medical: tuple[MedicalRequest, ...]
    records: Records
    earlier: tuple[PACase, ...]
    carers: tuple[Carer, ...]
    decisions: tuple[NoticeDecision, ...]
    notices: tuple[PenaltyNotice, ...]
    sees_notices: bool
    helps: tuple[EarlyHelp, ...]
    agencies: tuple[AgencyLink, ...]
    sees_agencies: bool
    plans: tuple[Plan, ...]
    meetings: tuple[Meeting, ...]
    sees_plans: bool
    interventions: tuple[InterventionStudent, ...]
    meter: Meter
    profile: Profile | None
    evidence: tuple[LinkedItem, ...]
    may_keep: bool
    changes: tuple[Change, ...]
    today: date

    @classmethod
    def load(
        cls, user: User, case: PACase, who: Reached, today: date, *, may_keep: bool, profile: Profile | None = None
    ) -> Self:
        """Read the case. may_keep: the person may write to it; profile: whose list the meter is for."""
        student = case.student_id
        standings = Standings.load([student], today)
        makeup = makeup_of(student, standings.of(student), standings.as_at, sees_sensitive=who.sees_sensitive)
        records = Records.load(user, case, who, today)
        moves = tuple(case.moves.select_related("from_stage", "to_stage", "by").order_by("-at", "-pk"))
        actions = list(case.actions.select_related("owner", "done_by").filter(withdrawn_at=None))
        barriers = list(case.found.select_related("barrier", "found_by"))
        views = tuple(_views(user, case))
        medical = tuple(case.medical_requests.filter(withdrawn_at=None).select_related("asked_of", "asked_by"))
        findings = tuple(case.findings.filter(withdrawn_at=None).select_related("by").order_by("-found_on", "-pk"))
        carers = carers_of([student])[student]
        looked = Looked(
            user=user,
            case=case,
            who=who,
            records=records,
            carers=carers,
            counts=makeup.counts,
            letters=makeup.letters,
            findings=findings,
            medical=medical,
            views=views,
            calendar=standings.calendar,
            today=today,
        )
        meter = evidence_meter(looked, profile)
        sees_notices, sees_agencies = bool(who.rights & SEEING), Right.SEE_AGENCIES in who.rights
        return cls(
            case=case,
            who=who,
            makeup=makeup,
            ladder=_ladder(case, moves),
            moves=moves,
            actions=actions_shown(actions, records, today),
            barriers=tuple(barriers),
            views=views,
            medical=medical,
            records=records,
            earlier=tuple(_earlier(user, case)),
            carers=carers,
            decisions=tuple(_decisions(student)) if sees_notices else (),
            notices=tuple(_notices(student)) if sees_notices else (),
            sees_notices=sees_notices,
            helps=tuple(_helps(student)) if sees_agencies else (),
            agencies=tuple(_agencies(student, today)) if sees_agencies else (),
            sees_agencies=sees_agencies,
            plans=tuple(_plans(user, student)),
            meetings=tuple(_meetings(user, student)),
            sees_plans=Right.SEE_PLANS in who.rights,
            interventions=tuple(_interventions(user, student)),
            meter=meter,
            profile=profile,
            evidence=linked(meter, case, who, may_keep=may_keep),
            may_keep=may_keep,
            changes=_changes(case, [*actions, *barriers, *views, *medical, *findings]),
            today=today,
        )

    @property
    def is_open(self) -> bool:
        """Test for a case that goes on."""
        return self.case.closed_on is None and self.case.withdrawn_at is None

    @property
    def target(self) -> Decimal | None:
        """The attendance to reach, in per cent."""
        return target_of(self.case)

    @property
    def is_target_reached(self) -> bool:
        """Test for a student who stands at the target."""
        return is_target_reached(self.case, self.makeup.counts)

    @property
    def gaps(self) -> list[LinkedPart]:
        """The parts of the evidence that are missing, each with the way to it."""
        return [part for row in self.evidence for part in row.parts if part.shown.state is State.MISSING]

    @property
    def open_actions(self) -> Sequence[ActionShown]:
        """What is still to be done."""
        return [each for each in self.actions if each.is_open]

    @property
    def overdue(self) -> int:
        """How many actions are late."""
        return sum(each.late > 0 for each in self.actions)

    @property
    def is_review_due(self) -> bool:
        """Test for a case that is to be looked at."""
        return self.is_open and self.case.review_on <= self.today

    @property
    def standing_barriers(self) -> Sequence[CaseBarrier]:
        """The barriers that still stand in the way."""
        return [each for each in self.barriers if each.eased_on is None]


def _ladder(case: PACase, moves: Sequence[StageMove]) -> tuple[Rung, ...]:
    """Return the stages in use, and those in which the case stood, in order."""
    stood = {move.to_stage_id for move in moves}
    stages = CaseStage.objects.all()
    return tuple(
        Rung(stage, stage.pk == case.stage_id, stage.pk in stood)
        for stage in stages
        if stage.is_active or stage.pk in stood
    )


def _earlier(user: User, case: PACase) -> Any:
    """Return the cases of the student that were closed before this one was opened, the last one first."""
    held = PACase.objects.visible_to(user).standing(student=case.student_id, closed_on__lte=case.opened_on)
    return held.exclude(pk=case.pk).select_related("stage")


def _views(user: User, case: PACase) -> Any:
    held = PupilView.objects.visible_to(user).standing(student=case.student_id, case=case)
    return held.select_related("asked_by")


def _decisions(student: int) -> Any:
    return NoticeDecision.objects.filter(student=student).select_related("decided_by").order_by("-decided_at")


def _notices(student: int) -> Any:
    return PenaltyNotice.objects.filter(student=student).select_related("parent_carer").order_by("-issued_on")


def _helps(student: int) -> Any:
    return EarlyHelp.objects.standing(student=student).order_by("-opened_on", "-pk")


def _agencies(student: int, today: date) -> Any:
    return AgencyLink.objects.in_force(today).filter(student=student).select_related("agency", "worker")


def _plans(user: User, student: int) -> Any:
    return Plan.objects.visible_to(user).standing(student=student).select_related("kind", "owner")


def _meetings(user: User, student: int) -> Any:
    """Return the last meetings in which the student was talked of."""
    held = Meeting.objects.visible_to(user).standing(students__student=student)
    return held.select_related("convener").order_by("-held_on", "-pk")[:LATEST]


def _interventions(user: User, student: int) -> Any:
    held = InterventionStudent.objects.visible_to(user).standing().filter(student=student)
    return held.select_related("intervention__type", "intervention__owner").order_by("-joined_on")


def _kinds(names: Mapping[int, str]) -> tuple[Kind, ...]:
    return (
        kind_of(PACase, CASE_TOLD),
        kind_of(Action, ACTION_TOLD, of="case_id", about=lambda row: row["what"]),
        kind_of(
            CaseBarrier,
            {"note": "how it shows", "eased_on": "eased"},
            of="case_id",
            about=lambda row: f"Barrier {names.get(row['barrier_id'], '')}",
        ),
        kind_of(
            PupilView,
            {"words": "words", "how": "how", "told_on": "told on", "withdrawn_because": "withdrawn"},
            of="case_id",
            about=lambda row: "Student’s view",
        ),
        kind_of(
            MedicalRequest,
            {
                "about": "about",
                "authorised_until": "authorised until",
                "answer": "what came",
                "answered_on": "answered on",
                "answer_note": "what it says",
                "withdrawn_because": "withdrawn",
            },
            of="case_id",
            about=lambda row: f"Medical evidence asked for on {row['asked_on']}",
        ),
        kind_of(
            CaseFinding,
            {"words": "words", "applies": "applies", "withdrawn_because": "withdrawn"},
            of="case_id",
            about=lambda row: "Evidence",
        ),
    )


def _changes(case: PACase, rows: Sequence[Any]) -> tuple[Change, ...]:
    names = {each.barrier_id: each.barrier.name for each in rows if isinstance(each, CaseBarrier)}
    return history_of(_kinds(names), case.pk, [case, *rows])
