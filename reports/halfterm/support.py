"""Sections 6 and 8: interventions, and casework with families and agencies."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from attendance.models import PlannedMark
from contacts.models import EarlyHelp, Referral
from interventions.models import InterventionStudent, PACase, Plan
from interventions.summaries.impact import measured_of
from reports.halfterm.counting import COUNT, STUDENTS, Item, Items, Part, Spec, told_of
from reports.halfterm.sides import Side


def intervention_items(side: Side) -> Items:
    """Return what is behind the figures of interventions: a student in an intervention each."""
    first, last = side.span
    places = (
        InterventionStudent.objects.visible_to(side.user)
        .standing()
        .filter(student__in=side.students, joined_on__lte=last)
        .select_related("intervention__type")
        .order_by("joined_on", "pk")
    )
    rows = [(each, _ended(each)) for each in places]
    ended = [(each, on) for each, on in rows if on and first <= on <= last]
    return {
        "live": [_place(each, each.joined_on) for each, on in rows if on is None or on > last],
        "opened": [_place(each, each.joined_on) for each, _on in rows if each.joined_on >= first],
        "closed": [_place(each, on) for each, on in ended],
        "outcomes": [_place(each, on, each.get_outcome_display() or "No outcome written") for each, on in ended],
        "measured": _measured(
            side, [each for each, _on in rows if each.joined_on >= first or _on is None or _on >= first]
        ),
    }


def _ended(place: Any) -> date | None:
    days = [day for day in (place.left_on, place.intervention.ended_on) if day]
    return min(days) if days else None


def _place(place: Any, on: date | None, what: str = "") -> Item:
    return Item(
        place.student_id,
        on=on,
        what=told_of(place.intervention, what or str(place.intervention.type)),
        url=reverse("interventions:intervention_detail", args=[place.intervention_id]),
    )


def _measured(side: Side, places: Iterable[Any]) -> list[Item]:
    """Return those whose change in attendance can be told beside comparable students, with whether it is up."""
    held = {each.pk: each for each in places}
    found = measured_of(list(held.values()), min(side.window.last, side.as_at), side.calendar)
    return [
        _place(held[key], None)._replace(weight=int(each.short.adjusted > 0), of=1)
        for key, each in found.items()
        if each.short.adjusted is not None and each.is_alone
    ]


def _early_help(side: Side) -> Items:
    first, last = side.span
    seen = EarlyHelp.objects.visible_to(side.user).standing(student__in=side.students, opened_on__lte=last)
    rows = list(seen.order_by("opened_on", "pk"))
    begun = [each for each in rows if not each.declined_because]
    sent = Referral.objects.visible_to(side.user).standing(student__in=side.students, sent_on__range=side.span)
    return {
        "early_help": [_eha(each) for each in begun if each.closed_on is None or each.closed_on > last],
        "early_help_opened": [_eha(each) for each in begun if each.opened_on >= first],
        "early_help_closed": [_eha(each) for each in begun if each.closed_on and first <= each.closed_on <= last],
        "early_help_declined": [_eha(each) for each in rows if each.declined_because and each.opened_on >= first],
        "referrals": [
            Item(
                each.student_id,
                on=each.sent_on,
                what=each.agency.name,
                url=reverse("contacts:referral_detail", args=[each.pk]),
            )
            for each in sent.select_related("agency").order_by("sent_on", "pk")
        ],
    }


def _eha(each: EarlyHelp) -> Item:
    return Item(each.student_id, on=each.opened_on, url=reverse("contacts:early_help_detail", args=[each.pk]))


def _plans(side: Side) -> Items:
    first, last = side.span
    seen = Plan.objects.visible_to(side.user).standing(student__in=side.students, begun_on__lte=last)
    rows = list(seen.select_related("kind").order_by("begun_on", "pk"))
    running = [each for each in rows if each.ended_on is None or each.ended_on > last]
    return {
        "plans": [_plan(each) for each in running],
        "plans_begun": [_plan(each) for each in rows if each.begun_on and each.begun_on >= first],
        "plans_ended": [_plan(each) for each in rows if each.ended_on and first <= each.ended_on <= last],
    }


def _plan(each: Plan) -> Item:
    return Item(
        each.student_id,
        on=each.begun_on,
        what=told_of(each, each.kind.name),
        url=reverse("interventions:plan_detail", args=[each.pk]),
    )


def _timetables(side: Side) -> Items:
    """Return part-time timetables and places elsewhere in force at the end of the window."""
    planned = PlannedMark.objects.visible_to(side.user).in_force(side.window.last)
    agreed = planned.filter(student__in=side.students, status=PlannedMark.Status.AGREED).order_by("starts_on", "pk")
    part_time = [each for each in agreed if each.kind == PlannedMark.Kind.PART_TIME]
    return {
        "part_time": [_planned(each) for each in part_time],
        "part_time_late": [
            _planned(each) for each in part_time if not each.review_on or each.review_on < side.window.last
        ],
        "placements": [_planned(each) for each in agreed if each.kind == PlannedMark.Kind.PLACEMENT],
    }


def _planned(each: PlannedMark) -> Item:
    return Item(
        each.student_id, on=each.starts_on, what=each.provider, url=reverse("attendance:planned_detail", args=[each.pk])
    )


def _pa_cases(side: Side) -> Items:
    first, last = side.span
    seen = PACase.objects.visible_to(side.user).standing(student__in=side.students, opened_on__lte=last)
    rows = list(seen.select_related("stage").order_by("opened_on", "pk"))
    return {
        "pa_cases": [_pa_case(each) for each in rows if each.closed_on is None or each.closed_on > last],
        "pa_cases_opened": [_pa_case(each) for each in rows if each.opened_on >= first],
        "pa_cases_closed": [_pa_case(each) for each in rows if each.closed_on and first <= each.closed_on <= last],
    }


def _pa_case(each: PACase) -> Item:
    return Item(
        each.student_id,
        on=each.opened_on,
        what=told_of(each, str(each.stage)),
        url=reverse("interventions:case_detail", args=[each.pk]),
    )


def interventions_begin() -> date | None:
    """Return the day on which the first student joined an intervention."""
    places = InterventionStudent.objects.standing().order_by("joined_on")
    return places.values_list("joined_on", flat=True).first()


def casework_begins() -> date | None:
    """Return the first day of any early help, plan, referral, attendance case or planned time elsewhere."""
    days = (
        EarlyHelp.objects.standing().order_by("opened_on").values_list("opened_on", flat=True).first(),
        Plan.objects.standing(begun_on__isnull=False).order_by("begun_on").values_list("begun_on", flat=True).first(),
        PACase.objects.standing().order_by("opened_on").values_list("opened_on", flat=True).first(),
        Referral.objects.standing().order_by("sent_on").values_list("sent_on", flat=True).first(),
        PlannedMark.objects.filter(~Q(kind=PlannedMark.Kind.LEAVE))
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first(),
    )
    return min((day for day in days if day), default=None)


_END = "at the end of the window"
INTERVENTIONS = Part(
    "interventions",
    "Interventions",
    (
        Spec("live", "Running", f"Students’ places in interventions that ran {_END}.", COUNT),
        Spec("live_students", "Students with one", f"Members with at least one {_END}.", STUDENTS, items="live"),
        Spec("opened", "Opened", "Students’ places, by the day they joined.", COUNT),
        Spec("closed", "Closed", "Students’ places, by the day they left or it ended.", COUNT),
        Spec(
            "measured",
            "Attendance measured beside others",
            "Places with enough sessions, comparable students and nothing else beside, up to the window’s end.",
            COUNT,
        ),
    ),
    intervention_items,
    interventions_begin,
)
CASEWORK = Part(
    "casework",
    "Casework",
    (
        Spec("pa_cases", "Attendance cases open", f"As they stood {_END}.", COUNT),
        Spec("pa_cases_opened", "Attendance cases opened", "By the day they were opened.", COUNT),
        Spec("pa_cases_closed", "Attendance cases closed", "By the day they were closed.", COUNT),
        Spec("early_help", "Early help running", f"Assessments and plans with a family that ran {_END}.", COUNT),
        Spec("early_help_opened", "Early help begun", "By the day it was opened.", COUNT),
        Spec("early_help_closed", "Early help ended", "By the day it was closed.", COUNT),
        Spec("early_help_declined", "Early help declined", "By the day it was offered.", COUNT),
        Spec("plans", "Plans running", f"Of every kind, {_END}.", COUNT),
        Spec("plans_begun", "Plans begun", "By the day they began.", COUNT),
        Spec("plans_ended", "Plans ended", "By the day they ended.", COUNT),
        Spec("referrals", "Referrals to agencies", "By the day they were sent.", COUNT),
        Spec("part_time", "Part-time timetables", f"In force {_END}.", COUNT, is_better=False),
        Spec(
            "part_time_late",
            "Of these, without a review ahead",
            f"With a review date past, or none, {_END}.",
            COUNT,
            is_better=False,
        ),
        Spec(
            "placements", "Places with another provider", f"In force {_END}: alternative provision and the like.", COUNT
        ),
    ),
    _early_help,
    casework_begins,
    (
        (("plans", "plans_begun", "plans_ended"), _plans),
        (("part_time", "part_time_late", "placements"), _timetables),
        (("pa_cases", "pa_cases_opened", "pa_cases_closed"), _pa_cases),
    ),
)
