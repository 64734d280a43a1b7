"""Sections 2, 3 and 5: behaviour, suspensions and exclusions, and rewards."""

from collections import Counter
from datetime import date

from django.urls import reverse
from django.utils import timezone

from behaviour.models import Detention, Incident, InclusionStay, ReportCard
from pastoral.core.rights import Right
from reports.conduct.asked import WEEKDAYS
from reports.conduct.parts import Part as RecordedPart
from reports.conduct.parts import parts_of
from reports.halfterm.counting import COUNT, PER_100, STUDENTS, SUM, Item, Items, Part, Spec
from reports.halfterm.sides import Side
from students.lessons import lessons

OFTEN = 3
NOT_SAID = "Not said"
INTERNAL = (InclusionStay.Kind.EXCLUSION,)


def _parts(side: Side) -> list[RecordedPart]:
    """Return the parts of the year's students in incidents: of all who were on roll at any time in the window."""
    parts = parts_of(side.user, side.everybody, *side.span, lessons().periods())
    return [part for part in parts if part.is_negative]


def behaviour_items(side: Side) -> Items:
    """Return what is behind the figures of behaviour."""
    found = _parts(side)
    parts = [_part(part) for part in found]
    times = Counter(item.student_id for item in parts)
    return {
        "incidents": parts,
        "incident_places": [_part(part)._replace(what=part.location or NOT_SAID) for part in found],
        "incident_slots": [_part(part)._replace(what=part.slot or NOT_SAID) for part in found],
        "incident_days": [_part(part)._replace(what=WEEKDAYS[part.day.weekday()]) for part in found],
        "repeat": [item for item in parts if times[item.student_id] >= OFTEN],
    }


def _part(part: RecordedPart) -> Item:
    at = reverse("behaviour:incident_detail", args=[part.incident_id])
    return Item(part.student_id, part.points, 0, part.day, part.type, at)


def _detentions(side: Side) -> Items:
    detentions = Detention.objects.with_right(side.user, Right.SET_DETENTIONS).standing(
        student__in=side.students, day__range=side.span
    )
    held = [
        (status, Item(student, on=day, what=level, url=reverse("behaviour:detention_detail", args=[key])))
        for key, student, day, status, level in detentions.order_by("day", "pk").values_list(
            "pk", "student", "day", "status", "level_name"
        )
    ]
    return {
        "detentions": [item for _status, item in held],
        "served": [item for status, item in held if status == Detention.Status.SERVED],
        "missed_detentions": [item for status, item in held if status == Detention.Status.MISSED],
    }


def _cards(side: Side) -> Items:
    cards = ReportCard.objects.visible_to(side.user).standing(
        student__in=side.students, starts_on__lte=side.window.last
    )
    rows = [
        (
            each.starts_on,
            Item(
                each.student_id,
                on=each.starts_on,
                what=each.get_level_display(),
                url=reverse("behaviour:card_detail", args=[each.pk]),
            ),
        )
        for each in cards.order_by("starts_on", "pk")
        if (timezone.localdate(each.ended_at) if each.ended_at else date.max) >= side.window.first
    ]
    return {
        "on_report": [item for _on, item in rows],
        "cards_opened": [item for on, item in rows if on >= side.window.first],
    }


def _stays(side: Side) -> Items:
    stays = InclusionStay.objects.with_right(side.user, Right.SEE_BEHAVIOUR_NARRATIVE).standing(
        student__in=side.students, came_at__date__range=side.span
    )
    rows = [
        (
            each.kind,
            Item(
                each.student_id,
                on=timezone.localdate(each.came_at),
                what=each.get_kind_display(),
                url=reverse("reports:inclusion_student", args=[each.student_id]),
            ),
        )
        for each in stays.order_by("came_at", "pk")
    ]
    return {
        "internal": [item for kind, item in rows if kind in INTERNAL],
        "removed": [item for kind, item in rows if kind == InclusionStay.Kind.REMOVED],
    }


def incidents_begin() -> date | None:
    """Return the day of the first incident held."""
    return Incident.objects.standing().order_by("occurred_on").values_list("occurred_on", flat=True).first()


_PART = "one for each student who did it or took part; victims and witnesses do not count"
BEHAVIOUR = Part(
    "behaviour",
    "Behaviour",
    (
        Spec(
            "incidents",
            "Incidents",
            f"Students’ parts in incidents: {_PART}.",
            COUNT,
            is_better=False,
            is_of_all=True,
        ),
        Spec(
            "incident_rate",
            "Incidents in 100 students",
            "Incidents for each hundred students who were on roll at any time in the window.",
            PER_100,
            items="incidents",
            is_better=False,
            is_of_all=True,
            short="In 100",
        ),
        Spec(
            "behaviour_points",
            "Behaviour points",
            "The points of these parts.",
            SUM,
            items="incidents",
            is_better=False,
            is_of_all=True,
        ),
        Spec(
            "incident_students",
            "Students in incidents",
            "Students with at least one.",
            STUDENTS,
            items="incidents",
            is_better=False,
            is_of_all=True,
            short="Students",
        ),
        Spec(
            "repeat",
            "Students in three or more",
            "Students with three incidents or more in the window.",
            STUDENTS,
            is_better=False,
            is_of_all=True,
        ),
        Spec("detentions", "Detentions set", "By the day on which they are served; without those withdrawn.", COUNT),
        Spec("served", "Detentions served", "Those ticked as served.", COUNT),
        Spec("missed_detentions", "Detentions missed", "Those ticked as missed.", COUNT, is_better=False),
        Spec("on_report", "Students on report", "Members with a report card that ran in the window.", STUDENTS),
        Spec("cards_opened", "Report cards opened", "By the day on which they begin.", COUNT),
        Spec(
            "internal",
            "Internal exclusions",
            "Stays noted as internal exclusion, by the day they began.",
            COUNT,
            is_better=False,
        ),
        Spec(
            "removed",
            "Removals from lessons",
            "Stays after a removal from a lesson, by the day they began.",
            COUNT,
            is_better=False,
        ),
    ),
    behaviour_items,
    incidents_begin,
    (
        (("detentions", "served", "missed_detentions"), _detentions),
        (("on_report", "cards_opened"), _cards),
        (("internal", "removed"), _stays),
    ),
)
