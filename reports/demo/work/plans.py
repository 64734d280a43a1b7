"""Plans of the demo school, of every kind: versions, agreements and refusals, reviews, shares and replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from attendance.models import PlannedMark
from contacts.models import EarlyHelp
from interventions.figures.plan_dates import ends_after
from interventions.models import PACase, Plan, PlanKind, PlanReview
from interventions.services.plan_parts import agreement_note, plan_share, review_hold, share_open, share_reply
from interventions.services.plans import plan_begin, plan_change, plan_end, plan_open
from interventions.summaries.plan_writing import FACTS, Line, NewAction, Writing, review_state_of, state_of
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.people import Homes
from reports.demo.work.help import Lists
from reports.demo.work.help_words import MOST_AWAY
from reports.demo.work.help_words import SPOKEN_OF as IN_INCIDENTS
from reports.demo.work.need import on_day
from reports.demo.work.plan_words import (
    AWAY,
    CAME,
    CHANGED,
    DRAFTS,
    EARLY_HELP,
    HOW,
    NEAR,
    NEW_TARGET,
    PART_TIME,
    PRESENT,
    REFUSED,
    REVIEWED,
    SEN,
    SPOKEN_OF,
    Draft,
)
from students.models import StudentFact

LONGEST_TIMETABLE = timedelta(weeks=6)


@dataclass
class Desk:
    """What plans are written with, read once. whom: the students of each list, by key; tied: a record of each."""

    homes: Homes
    whom: dict[str, list[int]]
    tied: dict[str, dict[int, int]]
    kinds: dict[str, PlanKind]
    cases: dict[int, int]

    @classmethod
    def of(cls, homes: Homes) -> "Desk":
        """Read the lists."""
        lists, day = Lists.of(homes), homes.cast.day
        sen = StudentFact.objects.in_force(day).filter(kind=StudentFact.Kind.SEN).order_by("student")
        marks = PlannedMark.objects.filter(kind=PlannedMark.Kind.PART_TIME).standing().order_by("pk")
        helped = EarlyHelp.objects.running().order_by("pk")
        tied = {
            PART_TIME: dict(marks.values_list("student", "pk")),
            EARLY_HELP: dict(helped.values_list("student", "pk")),
        }
        whom = {
            AWAY: [member.student_id for member in lists.held[MOST_AWAY]][2:],
            SPOKEN_OF: [member.student_id for member in lists.held[IN_INCIDENTS]],
            SEN: [key for key in sen.values_list("student", flat=True) if key in homes.members],
            **{name: [key for key in keys if key in homes.members] for name, keys in tied.items()},
        }
        kinds = {kind.name: kind for kind in PlanKind.objects.all()}
        return cls(homes, whom, tied, kinds, dict(PACase.objects.open().values_list("student", "pk")))

    def take(self, whom: str) -> int | None:
        """Return the next student of a list; None where nobody is left on it."""
        keys = self.whom[whom]
        return keys.pop(0) if keys else None


def plans_write(cast: Cast) -> int:
    """Write plans of every kind, begin all but a draft, and let each go its way."""
    if Plan.objects.exists():
        return 0
    desk = Desk.of(Homes.of(cast, "plan"))
    return sum(_written(desk, n, draft) for n, draft in enumerate(DRAFTS))


def _written(desk: Desk, n: int, draft: Draft) -> int:
    key = desk.take(draft.whom)
    if key is None:
        return 0
    cast, owner = desk.homes.cast, _owner(desk, n, draft, key)
    starts_on = on_day(cast, draft.back)
    kind, student = desk.kinds[draft.kind], desk.homes.students[key]
    now = at(starts_on, 15, 10 + n)
    links = {"case_id": desk.cases.get(key)} if draft.whom == AWAY else {}
    writing = _writing(desk, draft, key, owner, starts_on)
    plan = plan_open(
        student=student, kind=kind, writing=writing, token=token("plan", n), by=owner, now=now, links=links
    )
    if draft.state != "draft":
        plan = plan_begin(plan=plan, by=owner, now=now, on=starts_on)
        _lived(desk, n, draft, plan)
    return 1


def _owner(desk: Desk, n: int, draft: Draft, key: int) -> User:
    if draft.kind.startswith("Individual education") or draft.whom == SEN:
        return desk.homes.holder(Role.SENCO, Role.HEAD_OF_YEAR)
    role = Role.PASTORAL_MANAGER if n % 3 == 1 else Role.HEAD_OF_YEAR
    return desk.homes.cast.holder(role, desk.homes.members[key].year)


def _writing(desk: Desk, draft: Draft, key: int, owner: User, starts_on: date) -> Writing:
    cast = desk.homes.cast
    ends_on = ends_after(starts_on, desk.kinds[draft.kind].weeks, cast.calendar)
    facts = {
        "reason": draft.reason, "owner_id": owner.pk, "starts_on": starts_on, "ends_on": ends_on,
        "strengths": draft.strengths, "student_words": draft.student, "family_words": draft.family,
        "timetable_id": desk.tied[PART_TIME].get(key) if draft.whom == PART_TIME else None,
        "early_help_id": desk.tied[EARLY_HELP].get(key) if draft.whom == EARLY_HELP else None,
        "is_restricted": draft.is_restricted,
    }  # fmt: skip
    by_on = min(ends_on, starts_on + timedelta(weeks=6))
    actions = [NewAction(f"Tell all teachers: {draft.kind.lower()}", owner.pk, cast.ahead(2))]
    return Writing(facts, _lines(draft, by_on), () if draft.state == "draft" else actions)


def _lines(draft: Draft, by_on: date) -> dict[str, Sequence[Line]]:
    hazards = [
        {"words": each.words, "to_whom": each.to_whom, "likelihood": each.before[0], "severity": each.before[1],
         "controls": each.controls, "likelihood_left": each.left[0], "severity_left": each.left[1]}
        for each in draft.hazards
    ]  # fmt: skip
    return {
        "targets": [_target(words, measure, by_on) for words, measure in draft.targets],
        "strategies": [Line(None, {"side": side, "words": words, "who": who}) for side, words, who in draft.strategies],
        "hazards": [Line(None, facts) for facts in hazards],
    }


def _target(words: str, measure: str, by_on: date) -> Line:
    return Line(None, {"words": words, "measure": measure, "by_on": by_on})


def _lived(desk: Desk, n: int, draft: Draft, plan: Plan) -> None:
    """Agree, share, review, change and end it, as its story says."""
    _agreed(desk, n, draft, plan)
    _shared(desk, n, draft, plan)
    for turn, review in enumerate(plan.reviews.filter(due_on__lt=desk.homes.cast.days_back(2)[0])[:2]):
        _reviewed(n + turn, plan, review)
    if draft.state == "changed":
        on = max(plan.starts_on, on_day(desk.homes.cast, draft.back // 2))
        lines = {"targets": [_target(*NEW_TARGET, plan.ends_on)]}
        facts = {name: getattr(plan, name) for name in FACTS}
        plan_change(plan=plan, seen=state_of(plan), writing=Writing(facts, lines), because=CHANGED,
                    token=token("plan changed", n), by=plan.owner, now=at(on, 16))  # fmt: skip
    if draft.state in CAME:
        outcome = Plan.Outcome(draft.state)
        on = min(plan.ends_on, desk.homes.cast.day)
        plan_end(plan=plan, outcome=outcome, note=CAME[outcome], on=on, drops_actions=True, by=plan.owner,
                 now=at(on, 16))  # fmt: skip


def _next(desk: Desk, day: date) -> date:
    """Return the school day after, the last one with marks at the latest."""
    cast = desk.homes.cast
    return min(cast.calendar.next_school_day(day) or cast.day, cast.day)


def _agreed(desk: Desk, n: int, draft: Draft, plan: Plan) -> None:
    """Note who agreed: the student, the school, and a parent who agreed or would not."""
    day = _next(desk, plan.starts_on)
    yes: dict[str, Any] = {"version": 1, "agreed_on": day, "how": HOW[n % len(HOW)]}
    no: dict[str, Any] = {"version": 1, "refused_on": day, "refused_because": REFUSED}
    carer = desk.homes.carer(plan.student_id)
    if not draft.agreed:
        return
    agreement_note(plan=plan, facts={"party": "school", "staff_id": plan.owner_id, **yes})
    agreement_note(plan=plan, facts={"party": "student", **yes})
    if carer:
        said = yes if draft.agreed == "yes" else no
        agreement_note(plan=plan, facts={"party": "family", "parent_carer_id": carer.parent_carer_id, **said})


def _shared(desk: Desk, n: int, draft: Draft, plan: Plan) -> None:
    """Show it to the tutor, the SENCO and the DSL; where something is asked, one answers and one does not yet."""
    homes, first = desk.homes, at(plan.starts_on, 16)
    member = homes.members[plan.student_id]
    others = [homes.who("tutor", member), homes.holder(Role.SENCO, Role.SLT), homes.holder(Role.DSL, Role.SLT)]
    to = [user for user in dict.fromkeys(others) if user != plan.owner][: 3 if draft.asks else n % 3]
    due = homes.cast.ahead(2) if draft.asks else None
    opened = at(_next(desk, plan.starts_on), 9)
    plan_share(plan=plan, to=to, asks=draft.asks, due_on=due, by=plan.owner, now=first)
    for place, share in enumerate(plan.shares.order_by("pk")[:2]):
        share_open(share=share, now=opened)
        if draft.reply and place == 0:
            share_reply(share=share, words=draft.reply, now=opened + timedelta(hours=1))


def _reviewed(n: int, plan: Plan, review: PlanReview) -> None:
    notes, student, family = REVIEWED[n % len(REVIEWED)]
    facts = {"held_on": review.due_on, "by_id": plan.owner_id, "present": PRESENT, "notes": notes,
             "student_words": student, "family_words": family, "decision": PlanReview.Decision.GO_ON}  # fmt: skip
    progress = {target.pk: NEAR[(n + place) % len(NEAR)] for place, target in enumerate(plan.targets.all())}
    review_hold(review=review, seen=review_state_of(review), facts=facts, progress=progress, next_on=None)
