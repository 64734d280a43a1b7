"""What was tried: attendance cases, plans and contracts with reviews, interventions, the student's own view."""

from collections.abc import Iterable
from typing import Any

from interventions.figures.plan_content import PlanContent
from interventions.models import Attachment, InterventionStudent, PACase, Plan, PupilView
from interventions.models.settings import OF_ATTENDANCE
from interventions.summaries.effects import effects_of
from interventions.summaries.plan_content import content_of
from pastoral.core.rights import Right
from reports.packs.content import FEW, Exhibit, Facts, Plain, Row, Table, Words, day_words, paragraphs
from reports.packs.readers.attendance import files_block
from reports.packs.source import Source


def cases(source: Source) -> tuple[Exhibit, ...]:
    """Return each attendance case of the span: its stages, barriers, and what was done by whom."""
    held = PACase.objects.visible_to(source.user).standing(student=source.student, opened_on__lte=source.last)
    found = held.select_related("stage", "owner").order_by("opened_on", "pk")
    return tuple(
        _case(source, each)
        for each in found
        if source.reads(each) and (each.closed_on is None or each.closed_on >= source.first)
    )


def _case(source: Source, case: PACase) -> Exhibit:
    facts = [
        ("Opened", Plain(day_words(case.opened_on))),
        ("Why", case.reason),
        ("Stage", Plain(f"{case.stage}, since {day_words(case.stage_since)}")),
        ("Owner", Plain(case.owner.formal_name)),
        ("Where it stands", case.summary or "–"),
    ]
    if case.closed_on:
        facts.append(("Closed", f"{day_words(case.closed_on)}: {case.get_outcome_display()}. {case.outcome_note}"))
    badges = (FEW,) if case.is_restricted else ()
    return Exhibit("Attendance case", case.opened_on, (Facts(tuple(facts)), *_steps(source, case)), badges)


def _steps(source: Source, case: PACase) -> Iterable[Table]:
    moves = tuple(
        Row((Plain(day_words(each.moved_on)), Plain(str(each.to_stage)), each.because, Plain(each.by.formal_name)))
        for each in case.moves.select_related("to_stage", "by").order_by("at", "pk")
    )
    if moves:
        yield Table("Stages", ("Day", "To", "Why", "By"), (32, 50, 62, 36), moves)
    barriers = tuple(
        Row(
            (
                Plain(str(each.barrier)),
                each.note or "–",
                Plain(day_words(each.found_on)),
                Plain(day_words(each.eased_on)),
            )
        )
        for each in case.found.select_related("barrier").order_by("found_on", "pk")
    )
    if barriers:
        yield Table("Barriers", ("Barrier", "Note", "Found", "Eased"), (50, 66, 32, 32), barriers)
    held = case.actions.filter(withdrawn_at=None).select_related("owner", "case", "plan", "intervention", "meeting")
    actions = tuple(
        Row((each.what, Plain(each.owner.formal_name), Plain(day_words(each.due_on)), _done(each)))
        for each in held.order_by("due_on", "pk")
        if source.reads_action(each)
    )
    if actions:
        yield Table("Actions", ("What", "Who", "By", "Done"), (66, 36, 34, 44), actions)


def _done(action: Any) -> str:
    if action.not_needed_because:
        return f"Not needed: {action.not_needed_because}"
    return f"{day_words(action.done_on)}. {action.done_note}".strip() if action.done_on else "–"


def plans(source: Source) -> tuple[Exhibit, ...]:
    """Return each plan or contract that ran in the span, whole, with the minutes of its reviews."""
    found = Plan.objects.visible_to(source.user).standing(student=source.student, starts_on__lte=source.last)
    held = found.exclude(begun_on=None).select_related("kind", "owner", "student", "timetable", "early_help")
    return tuple(
        _plan(source, each)
        for each in held.order_by("starts_on", "pk")
        if source.reads(each) and (each.ended_on or each.ends_on) >= source.first
    )


def _plan(source: Source, plan: Plan) -> Exhibit:
    content = content_of(plan, source.today)
    pairs = [
        ("Kind", Plain(content.kind)),
        ("From and to", Plain(f"{day_words(content.starts_on)} to {day_words(content.ends_on)}")),
        ("Owner", Plain(content.owner)),
        ("Why there is a plan", content.reason),
        ("Agreed by", Plain(", ".join(_agreeing(content)) or "–")),
    ]
    if content.timetable and source.may(Right.SEE_SENSITIVE_CODES):
        source.taken.add(Right.SEE_SENSITIVE_CODES)
        pairs.append(("Reduced timetable", Plain(content.timetable)))
    if content.ended_on:
        pairs.append(("Ended", f"{day_words(content.ended_on)}: {content.outcome}. {content.outcome_note}"))
    said = (
        ("Strengths", content.strengths),
        ("What the student says", content.student_words),
        ("What the family says", content.family_words),
    )
    words = [Words(heading, paragraphs(text)) for heading, text in said if text]
    badges = (FEW,) if plan.is_restricted else ()
    blocks = (Facts(tuple(pairs)), *words, *_undertaken(content), *_reviews(plan, content))
    return Exhibit(f"Plan: {content.kind}", plan.begun_on, blocks, badges)


def _agreeing(content: PlanContent) -> Iterable[str]:
    """Yield who agrees to the plan, by the last that each of them said, and when."""
    latest = {each.who: each for each in sorted(content.agreements, key=lambda each: each.version)}
    return (f"{who} on {day_words(each.agreed_on)}" for who, each in latest.items() if each.agreed_on)


def _undertaken(content: PlanContent) -> Iterable[Table]:
    targets = tuple(Row((each.words, each.measure or "–", Plain(day_words(each.by_on)))) for each in content.targets)
    if targets:
        yield Table("Targets", ("Target", "How one will know", "By"), (84, 62, 34), targets)
    hazards = tuple(
        Row((each.words, each.to_whom, each.controls, Plain(f"{each.risk} to {each.risk_left}")))
        for each in content.hazards
    )
    if hazards:
        yield Table("Hazards and controls", ("Hazard", "To whom", "Controls", "Risk"), (52, 36, 66, 26), hazards)
    sides = tuple(Row((Plain(side), each.words, each.who or "–")) for side, rows in content.sides for each in rows)
    if sides:
        yield Table("What each undertakes", ("Side", "What", "Who"), (30, 100, 50), sides)
    actions = tuple(Row((each.what, each.who, Plain(day_words(each.due_on)))) for each in content.todos)
    if actions:
        yield Table("Actions", ("What", "Who", "By"), (96, 50, 34), actions)


def _reviews(plan: Plan, content: PlanContent) -> Iterable[Table | Words]:
    held = plan.reviews.exclude(held_on=None).select_related("by").order_by("held_on", "pk")
    progress = {each.key: each.progress for each in content.reviews}
    for each in held:
        who = f"Present: {each.present}" if each.present else ""
        told = (
            f"Decided: {each.get_decision_display().lower()}." if each.decision else "",
            *progress.get(each.pk, ()),
            each.notes,
            f"The student: {each.student_words}" if each.student_words else "",
            f"The family: {each.family_words}" if each.family_words else "",
        )
        yield Words(f"Review of {day_words(each.held_on)}", paragraphs(who, *told))
    agreed = tuple(
        Row((Plain(each.who), Plain(f"version {each.version}"), _agreed(each))) for each in content.agreements
    )
    if agreed:
        yield Table("Who agreed, or would not", ("Who", "To", "Answer"), (60, 30, 90), agreed)


def _agreed(row: Any) -> str:
    if row.agreed_on:
        return f"Agreed on {day_words(row.agreed_on)}: {row.how}"
    return f"Would not, {day_words(row.refused_on)}: {row.refused_because}"


def interventions(source: Source) -> tuple[Exhibit, ...]:
    """Return each intervention with its dosage, outcome and measured effect, beside comparable students."""
    places = InterventionStudent.objects.visible_to(source.user).standing().filter(student=source.student)
    found = places.filter(joined_on__lte=source.last).select_related("intervention__type", "intervention__owner")
    held = [
        each
        for each in found.order_by("joined_on", "pk")
        if source.reads(each.intervention) and _reads_of(source, each) and _reaches(source, each)
    ]
    effects = effects_of(held, source.last, source.calendar)
    rows = tuple(_intervention(each, effects.get(each.pk)) for each in held)
    if not rows:
        return ()
    headings = ("Intervention and target", "When and how much", "Outcome", "Measured effect")
    note = Words("", (Plain("Measured from the register beside comparable students; this does not prove cause."),))
    table = Table("", headings, (56, 40, 38, 46), rows)
    return (Exhibit("Interventions and what they changed", None, (note, table)),)


def _reads_of(source: Source, place: InterventionStudent) -> bool:
    """Test for one for attendance; any other takes the right to read of behaviour, whoever owns it."""
    if place.intervention.aim in OF_ATTENDANCE:
        return source.may(Right.SEE_INTERVENTIONS)
    if source.may(Right.SEE_INTERVENTIONS, Right.SEE_BEHAVIOUR_NARRATIVE):
        source.taken.add(Right.SEE_BEHAVIOUR_NARRATIVE)
        return True
    return False


def _reaches(source: Source, place: InterventionStudent) -> bool:
    ended = place.left_on or place.intervention.ended_on
    return ended is None or ended >= source.first


def _intervention(place: Any, effect: Any) -> Row:
    held = place.intervention
    there = place.places.filter(was_there=True, session__withdrawn_at=None).count()
    ended = place.left_on or held.ended_on
    when = f"{day_words(place.joined_on)} to {day_words(ended) if ended else 'now'}"
    measured = place.measured.get("words") if place.measured else None
    words = measured or (effect[1].words if effect else "")
    outcome = f"{place.get_outcome_display()}. {place.outcome_note}".strip() if place.outcome else "still running"
    return Row(
        (
            f"{held.type}\n{held.target}",
            Plain(f"{when}\nthere at {there} of {held.planned_sessions or there} sessions planned"),
            outcome,
            Plain(words or "not measured"),
        ),
        (FEW,) if held.is_restricted else (),
    )


def view(source: Source) -> tuple[Exhibit, ...]:
    """Return what the student said, in their own words, and drawings or writing on file."""
    held = PupilView.objects.visible_to(source.user).standing(student=source.student, told_on__range=source.span)
    views = list(held.select_related("case", "asked_by").order_by("told_on", "pk"))
    told = [each for each in views if each.case is None or source.reads(each.case)]
    blocks: list[Table | Words] = [
        Words(
            f"{day_words(each.told_on)}, {each.get_how_display().lower()}; asked by {each.asked_by.formal_name}",
            paragraphs(each.words) or (Plain("Nothing more was said."),),
        )
        for each in told
    ]
    if any(each.case is None for each in told):
        source.taken.add(Right.SEE_PLANS)
    if any(each.case for each in told):
        source.taken.add(Right.SEE_PA_CASES)
    blocks += files_block(source, Attachment.Kind.VIEW)
    day = told[-1].told_on if told else None
    return (Exhibit("The student’s own view", day, tuple(blocks)),) if blocks else ()
