"""One attendance case whole, as one person may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from attendance.summaries.reach import Reached
from interventions.figures.evidence import Meter, Profile, State
from interventions.models import CaseBarrier, CaseStage, PACase
from interventions.summaries.case_actions import ActionShown, actions_shown
from interventions.summaries.case_held import Held
from interventions.summaries.case_history import case_changes
from interventions.summaries.case_records import Records
from interventions.summaries.cases import is_target_reached, target_of
from interventions.summaries.evidence import Looked, evidence_meter
from interventions.summaries.evidence_links import LinkedItem, LinkedPart, linked
from interventions.summaries.standing import Makeup, Standings, makeup_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from students.summaries import SchoolCalendar


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
    held: Held
    ladder: tuple[Rung, ...]
    actions: tuple[ActionShown, ...]
    records: Records
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
        held = Held.load(user, case, who, today)
        meter = evidence_meter(_looked(user, case, who, records, held, makeup, standings.calendar, today), profile)
        return cls(
            case=case,
            who=who,
            makeup=makeup,
            held=held,
            ladder=_ladder(case, held),
            actions=actions_shown(held.standing_actions, records, today),
            records=records,
            meter=meter,
            profile=profile,
            evidence=linked(meter, case, who, may_keep=may_keep),
            may_keep=may_keep,
            changes=case_changes(case, held.parts),
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
        return [each for each in self.held.barriers if each.eased_on is None]


def evidence_of(
    user: User, case: PACase, who: Reached, today: date, *, may_keep: bool
) -> tuple[Meter, tuple[LinkedItem, ...]]:
    """Return the meter of a case alone, with the way to each part: what a page says that begins a pack."""
    standings = Standings.load([case.student_id], today)
    makeup = makeup_of(
        case.student_id, standings.of(case.student_id), standings.as_at, sees_sensitive=who.sees_sensitive
    )
    records, held = Records.load(user, case, who, today), Held.load(user, case, who, today)
    meter = evidence_meter(_looked(user, case, who, records, held, makeup, standings.calendar, today))
    return meter, linked(meter, case, who, may_keep=may_keep)


def _looked(
    user: User,
    case: PACase,
    who: Reached,
    records: Records,
    held: Held,
    makeup: Makeup,
    calendar: SchoolCalendar,
    today: date,
) -> Looked:
    return Looked(
        user=user,
        case=case,
        who=who,
        records=records,
        carers=held.carers,
        counts=makeup.counts,
        letters=makeup.letters,
        findings=tuple(held.findings),
        medical=tuple(held.medical),
        views=tuple(held.views),
        calendar=calendar,
        today=today,
    )


def _ladder(case: PACase, held: Held) -> tuple[Rung, ...]:
    """Return the stages in use, and those in which the case stood, in order."""
    stood = {move.to_stage_id for move in held.moves}
    return tuple(
        Rung(stage, stage.pk == case.stage_id, stage.pk in stood)
        for stage in held.stages
        if stage.is_active or stage.pk in stood
    )
