"""What the list of first-day calls reads of each absent student beside the marks: all in the one query of the list."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from attendance.codes import CODES, LegalClass, PhysicalClass
from attendance.models import SessionMark
from behaviour.models import ReportCard
from contacts.models import Agency, AgencyLink, CallClaim, CallEscalation, EarlyHelp
from students.calendar import academic_year_of, academic_year_start
from students.models import ParentCarerLink, StudentFact

UNEXPLAINED = "N"
# Away from school, and absent in law: who was late, is elsewhere for the school or need not attend is none of these.
ABSENCES = tuple(code.key for code in CODES if code.legal is LegalClass.ABSENT and code.physical is PhysicalClass.AWAY)
_LOOK_BACK = timedelta(days=90)


def facts_on(day: date, today: date) -> dict[str, Any]:
    """Return what makes a call come first, and what colleagues have begun, of the row's student."""
    mine = {"student": OuterRef("student")}
    since = max(academic_year_start(academic_year_of(day)), day - _LOOK_BACK)
    facts = StudentFact.objects.filter(**mine)
    earlier = SessionMark.objects.filter(**mine, date__gte=academic_year_start(academic_year_of(day)), date__lt=day)
    days = earlier.filter(code__letters=UNEXPLAINED, session="PM", date__gte=since).order_by("-date")
    claim = CallClaim.objects.filter(**mine, day=day)
    steps = CallEscalation.objects.filter(**mine, day__gte=since, day__lte=day)
    return {
        "am_code": F("am__code"),
        "pm_code": F("pm__code"),
        "has_sen": Exists(facts.in_force(today).filter(kind=StudentFact.Kind.SEN)),
        "is_looked_after": Exists(facts.in_force(day).filter(kind=StudentFact.Kind.LOOKED_AFTER)),
        "workers": ArraySubquery(_workers(day)),
        "is_on_card": Exists(ReportCard.objects.running().filter(**mine)),
        "has_early_help": Exists(EarlyHelp.objects.running().filter(**mine)),
        "was_absent": Exists(earlier.filter(code__in=ABSENCES)),
        "unexplained_days": ArraySubquery(days.values("date")),
        "carers": ArraySubquery(_carers()),
        "replaced": ArraySubquery(_replaced(day)),
        "claim": ArraySubquery(claim.values(row=JSONObject(key="pk", by_id="by", at="at", **_person("by")))),
        "taken": ArraySubquery(
            steps.order_by("at").values(
                row=JSONObject(
                    step_id="step",
                    kind="step__kind",
                    label="label",
                    day="day",
                    at="at",
                    note="note",
                    by_id="by",
                    **_person("by"),
                )
            )
        ),
    }


def _carers() -> QuerySet[ParentCarerLink, Any]:
    has_number = ~Q(parent_carer__mobile="") | ~Q(parent_carer__telephone="")
    links = ParentCarerLink.objects.filter(student=OuterRef("student"))
    free = ExpressionWrapper(Q(has_court_order=False) & has_number, output_field=BooleanField())
    return links.order_by().values(row=JSONObject(key="parent_carer", is_free=free))


def _person(field: str) -> dict[str, str]:
    return {"title": f"{field}__title", "surname": f"{field}__surname"}


def _workers(day: date) -> QuerySet[AgencyLink, Any]:
    """Return the social and youth justice workers, with how the worker or else the agency is reached."""
    links = AgencyLink.objects.in_force(day).filter(student=OuterRef("student"), agency__kind__in=Agency.SOCIAL_WORK)
    agency = {name: f"agency__{name}" for name in ("name", "telephone", "email")}
    worker = {f"worker_{name}": f"worker__{name}" for name in ("name", "job", "telephone", "email")}
    return links.values(row=JSONObject(role="role", **agency, **worker))


def _replaced(day: date) -> QuerySet[Any, Any]:
    """Return how many entries of each session of the day were replaced since."""
    events: Any = SessionMark.pgh_event_model  # type: ignore[attr-defined]
    held = events.objects.filter(student=OuterRef("student"), date=day).order_by().values("session")
    counted: QuerySet[Any, Any] = held.annotate(number=Count("pk"))
    return counted.values(row=JSONObject(session="session", number="number"))
