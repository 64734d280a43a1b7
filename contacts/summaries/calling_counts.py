"""How many families are to be called now, as rows that the strip counts in its one query with every other app's.

The list itself is `calls_of`; these rows say the same in SQL, and where steps of the ladder wait, only that they do.
"""

from datetime import timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from attendance.codes import CODES, code_named
from attendance.summaries.today import rolls_chased, today_of
from contacts.models import CallEscalation, CallingStep, Channel, Contact, ContactRules, Outcome, Result
from contacts.querysets import ContactQuerySet
from contacts.summaries.calling_absent import HERE, absences, known_in
from contacts.summaries.calling_facts import UNEXPLAINED
from contacts.summaries.calling_registers import Held, Registers
from pastoral.core.needs import Look
from pastoral.core.rights import Right
from students.models import ParentCarerLink, Student
from students.querysets import StudentQuerySet
from students.scopes import scope_of

_HERE_KEYS = [code.key for code in CODES if code.physical in HERE]
_STEP_LASTS = timedelta(days=14)


def overdue(look: Look) -> StudentQuerySet:
    """Return students to call now for whom a step of an absence's first day is due and was not taken."""
    clock = timezone.localtime(look.now).time()
    steps = CallingStep.objects.filter(is_on=True, first_day=1, starts_at__lte=clock)
    kind = CallingStep.Kind
    tried, visits = _about(look).with_carers(), _about(look).filter(channel=Channel.HOME_VISIT)
    taken = CallEscalation.objects.filter(student=OuterRef("pk"), day__gte=look.day - _STEP_LASTS)
    late = Q(Exists(steps.filter(kind=kind.CALL))) & ~Q(Exists(tried))
    late |= Q(Exists(steps.filter(kind=kind.TEXT))) & ~Q(Exists(tried.filter(channel=Channel.TEXT)))
    for each in (kind.DSL, kind.POLICE, kind.VISIT):
        done = Q(Exists(taken.filter(step__kind=each)))
        if each == kind.VISIT:
            done |= Q(Exists(visits))
        late |= Q(Exists(steps.filter(kind=each))) & ~done
    return to_call_now(look).filter(late)


def to_call_now(look: Look) -> StudentQuerySet:
    """Return the students of whom nobody knows why they are away, and whose next call is not for later."""
    today = look.once(today_of)
    if not today.is_school_day:
        return Student.objects.none()
    rolls = look.once(rolls_chased) if today.times.is_taken_here_on(look.day) else None
    years = scope_of(look.user).years_with(Right.MAKE_FIRST_CALLS)
    registers = Registers.load(look.day, look.now, years, Held(today.times, rolls))
    if not registers.closed:
        return Student.objects.none()
    why_unknown = Q(pk__in=[])
    key = code_named(UNEXPLAINED, look.day).key
    for session in registers.closed:
        name, groups = session.lower(), registers.taken[session]
        unmarked = Q(**{f"{name}__pk": None}, tutor_group__in=groups)
        why_unknown |= Q(**{f"{name}_known": False}) & (Q(**{f"{name}__code": key}) | unmarked)
    rows = absences(look.user, registers).annotate(**known_in(registers)).filter(why_unknown)
    came = {f"{registers.closed[-1].lower()}__code__in": _HERE_KEYS}
    away = rows.exclude(**came).order_by().values("student")
    return _due(Student.objects.filter(pk__in=away), look)


def one_a_family(students: StudentQuerySet) -> StudentQuerySet:
    """Return one of the students for each family: the first of those who share a parent or carer."""
    shared = ParentCarerLink.objects.filter(
        student=OuterRef("pk"),
        parent_carer__links__student__in=students.values("pk"),
        parent_carer__links__student__lt=OuterRef("pk"),
    )
    return students.filter(~Exists(shared))


def _about(look: Look) -> ContactQuerySet:
    return Contact.objects.standing(student=OuterRef("pk"), abouts__absent_on=look.day).order_by("-occurred_at", "-pk")


def _due(students: StudentQuerySet, look: Look) -> StudentQuerySet:
    last = _about(look).with_carers()
    minutes = ContactRules.objects.values("retry_minutes")[:1]
    wait = ExpressionWrapper(
        F("last_at") + Subquery(minutes) * Value(timedelta(minutes=1)), output_field=DateTimeField()
    )
    held = students.annotate(
        last_at=Subquery(last.values("occurred_at")[:1]),
        last_result=Subquery(last.values("result")[:1]),
        last_outcome=Subquery(last.values("outcome")[:1]),
        last_retry=Subquery(last.values("retry_at")[:1]),
    ).annotate(again=wait)
    untold = ~Q(last_outcome=Outcome.REASON_GIVEN)
    tried = ~Q(last_result=Result.REACHED) & (Q(last_retry=None) | Q(last_retry__lte=look.now))
    expected = Q(last_result=Result.REACHED, again__lte=look.now)
    return held.filter(Q(last_at=None) | (untold & (tried | expected)))
