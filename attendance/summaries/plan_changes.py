"""How a plan came to be what it is: each change, who made it and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps

from attendance.codes import CODES_BY_KEY
from attendance.models import PlannedMark
from attendance.summaries.absences import span_words
from attendance.summaries.planned import Span
from pastoral.core.models import User


@dataclass(frozen=True)
class PlanChange:
    """A plan as it stood until somebody changed it."""

    at: datetime
    by: str
    position: str
    reason: str
    what: str


_KEPT = ("status", "code_id", "starts_on", "starts_session", "ends_on", "ends_session", "review_on", "note")


def changes_of(plan: PlannedMark) -> tuple[PlanChange, ...]:
    """Return what the plan was before each change, latest first, with who changed it and why."""
    events = (
        apps.get_model("attendance", "PlannedMarkEvent")
        ._default_manager.filter(id=plan.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")
    )
    held = list(events)
    names = _names(event.pgh_context.metadata.get("user") for event in held if event.pgh_context)
    return tuple(_change(event, after, names) for event, after in zip(held, [plan, *held], strict=False))


def _change(event: Any, after: Any, names: Mapping[int, str]) -> PlanChange:
    facts = event.pgh_context.metadata if event.pgh_context else {}
    what = "; ".join(_differences(event, after)) or "no date or code changed"
    return PlanChange(
        event.pgh_created_at,
        names.get(facts.get("user") or 0, "no person named"),
        facts.get("position", ""),
        facts.get("reason", ""),
        what,
    )


def _differences(before: Any, after: Any) -> Iterable[str]:
    if before.status != after.status:
        label = {value: words.lower() for value, words in PlannedMark.Status.choices}
        yield f"{label[before.status]} → {label[after.status]}"
    if before.code_id != after.code_id:
        yield f"{CODES_BY_KEY[before.code_id].letters} → {CODES_BY_KEY[after.code_id].letters}"
    if Span.of(before) != Span.of(after):
        yield f"{span_words(before)} → {span_words(after)}"
    if before.review_on != after.review_on:
        yield f"review {_date(before.review_on)} → {_date(after.review_on)}"


def _date(day: date | None) -> str:
    return f"{day:%a %-d %b}" if day else "none"


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for key in keys if key}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
