"""One plan whole, as one person may read it: what it says, who agreed, its reviews, versions and receipts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from attendance.figures import Counts
from attendance.summaries.weeks import counts_between
from contacts.models import EarlyHelp
from contacts.summaries.history import history_of, kind_of
from interventions.figures.plan_content import PlanContent
from interventions.figures.plan_dates import LONGEST_TIMETABLE
from interventions.models import (
    Action,
    Attachment,
    Intervention,
    PACase,
    Plan,
    PlanAgreement,
    PlanKind,
    PlanReview,
    PlanShare,
    PlanVersion,
)
from interventions.summaries.files import files_read, files_with
from interventions.summaries.plan_content import Parts, agreement_said, content_of
from interventions.summaries.plan_reading import Seen
from interventions.summaries.plan_writing import lines_of, missing_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from students.calendar import academic_year_of, academic_year_start

USUAL_LEAST = 3  # targets; five at most have room in the form
HISTORY = (
    kind_of(
        Plan,
        {
            "owner_id": "Owner",
            "reason": "Why there is a plan",
            "starts_on": "Begins",
            "ends_on": "Ends",
            "begun_on": "Begun on",
            "is_restricted": "Restricted",
            "outcome": "How it came out",
            "ended_on": "Ended on",
            "withdrawn_because": "Withdrawn",
        },
    ),
    kind_of(
        PlanAgreement,
        {"agreed_on": "agreed on", "how": "how", "refused_on": "refused on", "refused_because": "why not"},
        of="plan_id",
        about=lambda row: "Agreement",
    ),
    kind_of(
        PlanReview,
        {"due_on": "due", "held_on": "held", "present": "who was there", "notes": "notes", "decision": "decision"},
        of="plan_id",
        about=lambda row: f"Review of {day(date.fromisoformat(row['due_on']))}",
    ),
)


@dataclass(frozen=True)
class Span:
    """What was attended between two days, both in."""

    first: date
    last: date
    counts: Counts


@dataclass(frozen=True)
class Since:
    """Attendance before the plan, in its academic year, and since it began; None where there are no days."""

    before: Span | None
    since: Span | None

    @property
    def crosses_summer(self) -> bool:
        """Test for a plan that runs on into another academic year."""
        span = self.since
        return span is not None and academic_year_of(span.first) != academic_year_of(span.last)


@dataclass(frozen=True)
class Links:
    """What the plan is tied to, as far as the person may open it."""

    case: PACase | None
    intervention: Intervention | None
    early_help: EarlyHelp | None
    before: Plan | None
    after: Plan | None


@dataclass(frozen=True)
class PlanRecord:
    """One plan whole."""

    seen: Seen
    content: PlanContent
    actions: tuple[Action, ...]
    reviews: tuple[PlanReview, ...]
    agreements: tuple[Any, ...]
    versions: tuple[PlanVersion, ...]
    shares: tuple[PlanShare, ...]
    files: tuple[Attachment, ...]
    attendance: Since
    links: Links
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    on: date

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.seen.plan

    @property
    def version(self) -> PlanVersion | None:
        """Return the version that stands; None of a draft."""
        return self.versions[0] if self.versions else None

    @cached_property
    def next_review(self) -> PlanReview | None:
        """Return the next review that was not held."""
        return next((each for each in self.reviews if each.held_on is None), None)

    @property
    def is_review_late(self) -> bool:
        """Test for a review that was to be held before today."""
        return self.seen.is_running and self.next_review is not None and self.next_review.due_on < self.on

    @property
    def warnings(self) -> list[str]:
        """Return what is wanting without standing in the way."""
        return [*_usual(self.content), *timetable_warnings(self.plan, self.on)] if self.seen.is_open else []


def plan_record(user: User, seen: Seen, on: date, marks_to: date) -> PlanRecord:
    """Return the plan whole, for one who reads it. marks_to: the last day that counts."""
    plan: Any = seen.plan
    versions, shares = plan.versions.defer("content").select_related("by"), plan.shares.select_related("to", "by")
    others = Plan.objects.visible_to(user).filter(_beside(plan)).select_related("kind")
    known = {plan.student_id: seen.who} if seen.who else {}  # none to whom it is only shared with
    actions = plan.actions.read_by(user).filter(withdrawn_at=None).select_related("owner", "done_by")
    parts = Parts.load(plan, on, versions, shares, others, files_with(known, plan=plan), actions)
    return PlanRecord(
        seen=seen,
        content=content_of(plan, on, parts),
        actions=tuple(parts.more[4]),
        reviews=tuple(parts.reviews),
        agreements=tuple(agreement_said(each) for each in parts.agreements),
        versions=tuple(parts.more[0]),
        shares=tuple(parts.more[1]),
        files=tuple(files_read(user, parts.more[3], known).get(plan.student_id, ())),
        attendance=attendance_since(plan, marks_to),
        links=_links(user, plan, parts.more[2]),
        missing=tuple(missing_of(plan, lines_of(plan))) if seen.is_draft else (),
        changes=history_of(HISTORY, plan.pk, [plan, *parts.agreements, *parts.reviews], known=[plan.owner]),
        on=on,
    )


def attendance_since(plan: Plan, marks_to: date) -> Since:
    """Return what was attended in the plan's academic year before it began, and since then, in up to two queries."""
    begins = plan.starts_on
    last = min(marks_to, plan.ended_on or marks_to, plan.student.left_on or marks_to)
    year = max(academic_year_start(academic_year_of(begins)), plan.student.admitted_on)
    return Since(_span(plan, year, min(begins - timedelta(days=1), marks_to)), _span(plan, begins, last))


def _span(plan: Plan, first: date, last: date) -> Span | None:
    return Span(first, last, counts_between(plan.student_id, first, last)) if first <= last else None


def _links(user: User, plan: Plan, beside: Iterable[Plan]) -> Links:
    """Return what the plan came from and is tied to; a link is shown to who may see that record.

    beside: the plans before and after it that the person may see.
    """
    cases, ones = PACase.objects.visible_to(user), Intervention.objects.visible_to(user)
    others = {each.pk: each for each in beside}
    after = next((each for each in others.values() if each.follows_id == plan.pk), None)
    helps = EarlyHelp.objects.visible_to(user)
    return Links(
        case=cases.filter(pk=plan.case_id).first() if plan.case_id else None,
        intervention=ones.filter(pk=plan.intervention_id).select_related("type").first()
        if plan.intervention_id
        else None,
        early_help=helps.filter(pk=plan.early_help_id).first() if plan.early_help_id else None,
        before=others.get(plan.follows_id or 0),
        after=after,
    )


def _beside(plan: Plan) -> Q:
    return Q(follows=plan) | Q(pk=plan.follows_id)


def _usual(content: PlanContent) -> list[str]:
    found = []
    if content.form not in (PlanKind.Form.RISK, PlanKind.Form.TIMETABLE) and 0 < len(content.targets) < USUAL_LEAST:
        found.append("Three to five targets are usual.")
    if not content.student_words:
        found.append("None logged of what the student says.")
    if not content.family_words:
        found.append("None logged of what the family says.")
    return found


def timetable_warnings(plan: Plan, on: date) -> list[str]:
    """Return what is wrong with the timetable that carries a plan for one (domain.md 1.6): temporary, reviewed."""
    if plan.kind.form != PlanKind.Form.TIMETABLE:
        return []
    mark = plan.timetable
    if mark is None:
        return ["No part-time timetable carries it yet: the sessions away would count as absence."]
    found = []
    if mark.status != "agreed":
        found.append("The timetable that carried it was withdrawn.")
    if mark.review_on is None:
        found.append("The timetable has no review date.")
    if mark.ends_on - mark.starts_on > LONGEST_TIMETABLE:
        found.append("The timetable is longer than six weeks: it has to be temporary.")
    if plan.ends_on - plan.starts_on > LONGEST_TIMETABLE:
        found.append("The plan is longer than six weeks: a reduced timetable has to be temporary.")
    if mark.ends_on < on and mark.status == "agreed":
        found.append("The timetable has ended: the student is due in every session.")
    return found
