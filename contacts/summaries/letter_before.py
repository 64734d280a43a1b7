"""Whom a letter is not for: who had it already, or lately (T9), and whose attendance is excepted from every rule."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from attendance.models import RuleException
from behaviour.models import Strand
from contacts.merging import STAGES
from contacts.models import Letter, LetterRule, LetterTemplate
from contacts.summaries.letter_figures import Span
from pastoral.core.templatetags.pastoral import day as said
from students.calendar import monday_of

Kind = LetterTemplate.Kind
_LADDER = (Kind.ATTENDANCE_1, Kind.ATTENDANCE_2, Kind.ATTENDANCE_3)
QUIET_DAYS = 28  # where no rule of the school says for how long a letter of the kind is not sent again


@dataclass(frozen=True)
class Before:
    """What the students had, in words. stops: who cannot have it again; lately: who was picked by hand all the same."""

    stops: dict[int, str] = field(default_factory=dict)
    lately: dict[int, str] = field(default_factory=dict)


def written_before(students: Collection[int], kind: str, rule: LetterRule | None, span: Span, *, today: date) -> Before:
    """Return who had this letter, or a later stage of it, about the same period, and who had it lately.

    The rule's batch leaves both out. By hand somebody may still choose the second: an earlier letter of the same week,
    or within the quiet days of the school's rule for the kind.
    """
    steps = _LADDER[_LADDER.index(Kind(kind)) :] if kind in STAGES else (kind,)
    quiet_days = rule.quiet_days if rule else _quiet_days(kind)
    found = Before()
    rows = Letter.objects.filter(student__in=students, step__in=steps, withdrawn_at=None).order_by("made_at")
    for student, step, period, at in rows.values_list("student", "step", "period", "made_at"):
        made_on = timezone.localdate(at)
        made = said(made_on)
        if period == span.period:
            what = "this letter about the same period" if step == kind else "a later stage"
            found.stops[student] = f"Has {what} already, made on {made}."
        elif step != kind:
            continue
        elif rule is None and made_on >= monday_of(today):
            found.lately[student] = f"Had this letter this week already, on {made}: tick it only if it is to go again."
        elif made_on >= today - timedelta(days=quiet_days):
            lately = found.stops if rule else found.lately
            lately[student] = f"Had this letter on {made}, within {quiet_days} days."
    return found


def _quiet_days(kind: str) -> int:
    rules = LetterRule.objects.active().filter(template__kind=kind).order_by("-quiet_days")
    longest: int | None = rules.values_list("quiet_days", flat=True).first()
    return QUIET_DAYS if longest is None else longest


def excepted(students: Collection[int], kind: str, rule: LetterRule | None, span: Span) -> dict[int, str]:
    """Return whose attendance an agreed exception keeps out of every rule on the days that count."""
    if rule is None or (kind not in STAGES and kind != Kind.MINUTES_LATE):
        return {}
    rows = RuleException.objects.filter(
        student__in=students, withdrawn_at=None, strand=Strand.ATTENDANCE, rule="", first_day__lte=span.last
    ).filter(last_day__gte=span.last)
    return {
        student: f"An exception is agreed until {said(day)}."
        for student, day in rows.values_list("student", "last_day")
    }
