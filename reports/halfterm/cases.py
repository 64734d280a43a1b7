"""Sections 4 and 7: bullying and prejudice, and how many concerns went to the DSL."""

from collections import Counter
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from behaviour.case_rules import is_prejudice
from behaviour.models import BullyingCase, CaseStudent, DslConcern
from behaviour.models.cases import Form, Motivation
from reports.halfterm.counting import COUNT, STUDENTS, Item, Items, Part, Spec
from reports.halfterm.sides import Side

Finding = BullyingCase.Finding
A_YEAR = timedelta(days=365)


def case_items(side: Side) -> Items:
    """Return what is behind the figures of bullying and prejudice: cases with a member as target or perpetrator."""
    inside = CaseStudent.objects.filter(student__in=side.students).values("case")
    seen = BullyingCase.objects.visible_to(side.user).standing(pk__in=inside)
    opened = list(seen.filter(opened_at__date__range=side.span).order_by("opened_at", "pk"))
    closed = seen.filter(closed_at__date__range=side.span).order_by("closed_at", "pk")
    shown = [(each, _case(each)) for each in opened]
    return {
        "cases": [item for _case_, item in shown],
        "prejudice": [item for each, item in shown if is_prejudice(each.motivations)],
        "found": [item for each, item in shown if each.finding == Finding.FOUND],
        "not_found": [item for each, item in shown if each.finding == Finding.NOT_FOUND],
        "looked_into": [item for each, item in shown if each.finding == Finding.ALLEGED],
        "cases_closed": [_case(each) for each in closed],
        "case_forms": [item._replace(what=Form(each.form).label) for each, item in shown],
        "case_motives": [
            item._replace(what=Motivation(motive).label) for each, item in shown for motive in each.motivations
        ],
        "targets_again": _again(side, opened),
    }


def _case(each: BullyingCase) -> Item:
    return Item(
        None,
        on=timezone.localdate(each.opened_at),
        what=BullyingCase.Finding(each.finding).label,
        url=reverse("behaviour:case_detail", args=[each.pk]),
    )


def _again(side: Side, opened: list[BullyingCase]) -> list[Item]:
    """Return the members to whom it was done in a case of the window, and in another of the year up to its end."""
    targets = CaseStudent.objects.filter(side=CaseStudent.Side.TARGET, student__in=side.students)
    now = dict(targets.filter(case__in=opened).values_list("student", "case"))
    since = (side.window.last - A_YEAR, side.window.last)
    standing = BullyingCase.objects.standing(opened_at__date__range=since).exclude(finding=Finding.NOT_FOUND)
    times = Counter(targets.filter(student__in=now, case__in=standing).values_list("student", flat=True))
    return [
        Item(student, what="target in more than one case", url=reverse("behaviour:case_detail", args=[case]))
        for student, case in now.items()
        if times[student] > 1
    ]


def dsl_items(side: Side) -> Items:
    """Return the concerns written to the DSL about members; not a word of theirs, and no address."""
    concerns = DslConcern.objects.filter(student__in=side.students, written_at__date__range=side.span)
    rows = list(concerns.order_by("written_at").values_list("student", "written_at", "read_at"))
    return {
        "concerns": [Item(student, on=timezone.localdate(at)) for student, at, _read in rows],
        "concerns_read": [Item(student, on=timezone.localdate(at)) for student, at, read in rows if read],
    }


def cases_begin() -> date | None:
    """Return the day on which the first case was opened."""
    first = BullyingCase.objects.standing().order_by("opened_at").values_list("opened_at", flat=True).first()
    return timezone.localdate(first) if first else None


def concerns_begin() -> date | None:
    """Return the day of the first concern."""
    first = DslConcern.objects.order_by("written_at").values_list("written_at", flat=True).first()
    return timezone.localdate(first) if first else None


CASES = Part(
    "cases",
    "Bullying and prejudice",
    (
        Spec(
            "cases",
            "Cases opened",
            "With a member as target or perpetrator, by the day they were opened.",
            COUNT,
            is_better=False,
        ),
        Spec(
            "prejudice",
            "Of these, prejudice",
            "With a protected characteristic among the motivations (Equality Act 2010 s.4).",
            COUNT,
            is_better=False,
        ),
        Spec("found", "Found to be so", "Of the cases opened, as they stand on the day of counting.", COUNT),
        Spec("not_found", "Not found to be so", "Of the cases opened, as they stand on the day of counting.", COUNT),
        Spec(
            "looked_into",
            "Still being looked into",
            "Of the cases opened, as they stand on the day of counting.",
            COUNT,
        ),
        Spec("cases_closed", "Cases closed", "By the day they were closed, whenever opened.", COUNT),
        Spec(
            "targets_again",
            "Students who were a target again",
            "Targets in a case of the window and in another of the year up to its end.",
            STUDENTS,
            is_better=False,
        ),
    ),
    case_items,
    cases_begin,
)
SAFEGUARDING = Part(
    "safeguarding",
    "Safeguarding: headline counts",
    (
        Spec(
            "concerns",
            "Concerns written to the DSL",
            "About members, by the day they were written; the records are the DSL’s.",
            COUNT,
        ),
        Spec("concern_students", "Students they are about", "Each once.", STUDENTS, items="concerns"),
        Spec("concerns_read", "Read by the DSL", "Of these, by the day of counting.", COUNT),
    ),
    dsl_items,
    concerns_begin,
)
