"""Marks, registers and weekly totals: who may see them, and the counts of figures.md as annotations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from attendance.figures.notices import counting_since
from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.calendar import academic_year_of
from students.models import Enrolment, Student
from students.scopes import scope_of
from students.strands import TELLS_OF, Strand

# The counts that a week holds; everything else in figures.md follows from them by arithmetic.
COUNTS = (
    "present",
    "approved_activity",
    "authorised",
    "unauthorised",
    "not_counted",
    "late_before_close",
    "late_after_close",
    "minutes_late",
)

_MARKS_OF_COUNT: dict[str, Q] = {
    "present": Q(code__code_class="present"),
    "approved_activity": Q(code__code_class="approved_activity"),
    "authorised": Q(code__code_class="authorised"),
    "unauthorised": Q(code__code_class="unauthorised"),
    "not_counted": Q(code__code_class__in=["not_possible", "administrative"]),
    "late_before_close": Q(code__letters="L"),
    "late_after_close": Q(code__letters="U"),
}

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

if TYPE_CHECKING:
    from attendance.models import (  # noqa: F401 named in quotes below
        AttendanceWeek,
        Benchmark,
        BulkChange,
        LessonMark,
        NoticeDecision,
        PenaltyNotice,
        PlacementConfirmation,
        PlannedMark,
        Proposal,
        Register,
        RegisterNudge,
        RuleException,
        SessionMark,
        TruancyFollowUp,
    )


def week_session(day: date, session: str) -> str:
    """Return the session of the week as plans name it: "MON-AM"."""
    return f"{WEEKDAYS[day.weekday()]}-{session}"


def mark_counts(prefix: str = "", where: Q | None = None) -> dict[str, Combinable]:
    """Return the annotations that count each kind of mark over the marks that `where` allows, named prefix + count."""
    chosen = where if where is not None else Q()
    counts: dict[str, Combinable] = {
        f"{prefix}{name}": Count("pk", filter=test & chosen) for name, test in _MARKS_OF_COUNT.items()
    }
    return counts | {f"{prefix}minutes_late": Coalesce(Sum("minutes_late", filter=where), 0)}


class SessionMarkQuerySet(models.QuerySet["SessionMark"]):
    """Statutory marks."""

    def visible_to(self, user: User) -> Self:
        """Return the marks of students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def between(self, first: date, last: date) -> Self:
        """Return the marks from first to last, both in."""
        return self.filter(date__range=(first, last))

    def latest_day(self, up_to: date) -> date | None:
        """Return the last day up to the date that has any mark; None when none has."""
        return self.filter(date__lte=up_to).order_by("-date").values_list("date", flat=True).first()

    def possible(self) -> Self:
        """Return the marks that are in the denominator."""
        return self.filter(
            code__code_class__in=[
                "present",
                "approved_activity",
                "authorised",
                "unauthorised",
            ]
        )


class AttendanceWeekQuerySet(models.QuerySet["AttendanceWeek"]):
    """Weekly totals."""

    def visible_to(self, user: User) -> Self:
        """Return the weeks of students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def year_to_date(self, on: date) -> Self:
        """Return the weeks of the date's academic year up to the date's own week."""
        return self.filter(academic_year=academic_year_of(on), monday__lte=on)


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    """Changes of many marks at once."""

    def visible_to(self, user: User) -> Self:
        """Return what this person changed; everything to those who change marks of the whole school."""
        if not user.may(Right.BULK_MARKS):
            return self.none()
        return self if Right.BULK_MARKS in scope_of(user).rights_over(None) else self.filter(made_by=user)


class RegisterQuerySet(models.QuerySet["Register"]):
    """Registers taken."""

    def visible_to(self, user: User) -> Self:
        """Return the registers of groups with students this person may see."""
        return self.filter(tutor_group__enrolments__student__in=Student.objects.visible_to(user)).distinct()


class LessonMarkQuerySet(models.QuerySet["LessonMark"]):
    """Lesson marks."""

    def visible_to(self, user: User) -> Self:
        """Return the lesson marks of students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))


class RegisterNudgeQuerySet(models.QuerySet["RegisterNudge"]):
    """Reminders to take a register."""

    def visible_to(self, user: User) -> Self:
        """Return the nudges about groups with students this person may see."""
        return self.filter(tutor_group__enrolments__student__in=Student.objects.visible_to(user)).distinct()


class PlannedMarkQuerySet(models.QuerySet["PlannedMark"]):
    """What is known beforehand."""

    def visible_to(self, user: User) -> Self:
        """Return what is planned for students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def standing(self) -> Self:
        """Return what still stands: agreed, or refused leave that may be taken all the same."""
        return self.filter(status__in=["agreed", "refused"])

    def in_force(self, on: date) -> Self:
        """Return what covers the day, whole or in part."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def covering(self, day: date, session: str) -> Self:
        """Return what covers the session: within its span, and on one of its sessions of the week."""
        begun = Q(starts_on__lt=day) | Q(starts_on=day, starts_session__lte=session)
        lasting = Q(ends_on__gt=day) | Q(ends_on=day, ends_session__gte=session)
        of_week = Q(sessions=[]) | Q(sessions__contains=[week_session(day, session)])
        return self.filter(begun, lasting, of_week)


class PlacementConfirmationQuerySet(models.QuerySet["PlacementConfirmation"]):
    """What providers said."""

    def visible_to(self, user: User) -> Self:
        """Return the confirmations about students this person may see."""
        return self.filter(planned__student__in=Student.objects.visible_to(user))


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Steps proposed by rules."""

    def visible_to(self, user: User) -> Self:
        """Return the proposals about students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def open(self) -> Self:
        """Return those nobody has decided."""
        return self.filter(status="open")

    def of_rules(self) -> Self:
        """Return those of the rules that the school sets; others are decided on pages of their own."""
        from attendance.models import ProposalRule

        return self.filter(rule__in=ProposalRule.objects.values("slug"))

    def within(self, *, years: Collection[int] | None, group: str, on: date) -> Self:
        """Return those about students who are in the years (None: all) and in the tutor group ("" for any)."""
        if years is None and not group:
            return self
        spells = Enrolment.objects.current(on)
        if years is not None:
            spells = spells.filter(year_group__in=years)
        if group:
            spells = spells.filter(tutor_group__name__iexact=group)
        return self.filter(student__in=spells.values("student"))

    def decidable_by(self, user: User, on: date) -> Self:
        """Return those that the person may decide: over whose student they decide, or that are put to the tutor there.

        What tells of behaviour is only for who may read of it over that student.
        """
        read = Student.objects.with_right(user, TELLS_OF)
        told = self.visible_to(user).filter(Q(strand=Strand.ATTENDANCE) | Q(student__in=read))
        years = scope_of(user).years_with(Right.DECIDE_PROPOSALS)
        if years is None:
            return told
        spells = Enrolment.objects.current(on).filter(year_group__in=years)
        tutored = Student.objects.with_right(user, Right.ANSWER_PROPOSALS)
        return told.filter(Q(student__in=spells.values("student")) | Q(person=Role.FORM_TUTOR, student__in=tutored))

    def put_to(self, user: User) -> Self:
        """Return, of those decidable, the ones put to the person: a tutor's own, and else all that are no tutor's."""
        tutored = Student.objects.with_right(user, Right.ANSWER_PROPOSALS)
        return self.filter(~Q(person=Role.FORM_TUTOR) | Q(student__in=tutored))

    def with_tutors(self, user: User) -> Self:
        """Return, of those decidable, the ones put to other people as tutors."""
        tutored = Student.objects.with_right(user, Right.ANSWER_PROPOSALS)
        return self.filter(person=Role.FORM_TUTOR).exclude(student__in=tutored)

    def counts_by_rule(self) -> dict[str, int]:
        """Return how many there are of each rule."""
        return dict(self.order_by().values_list("rule").annotate(number=Count("pk")))

    def in_list_order(self, on: date) -> Self:
        """Return them by tutor group and name, each student's together."""
        spells = Enrolment.objects.filter(student=OuterRef("student"), starts_on__lte=on).order_by("-starts_on")
        year = models.Subquery(spells.values("year_group")[:1])
        group = models.Subquery(spells.values("tutor_group__name")[:1])
        placed = self.annotate(list_year=year, list_group=group)
        return placed.order_by("list_year", "list_group", "student__search_text", "student", "rule", "key")

    def decided(self) -> Self:
        """Return those that somebody accepted or dismissed."""
        return self.filter(status__in=["accepted", "dismissed"])

    def standing(self, rule: str, since: date) -> Self:
        """Return the rule's proposals that are open, or were proposed since the date and decided."""
        is_decided = Q(status__in=["accepted", "dismissed"], proposed_on__gte=since)
        return self.filter(Q(status="open") | is_decided, rule=rule)


class RuleExceptionQuerySet(WithdrawableQuerySet["RuleException"]):
    """Days that rules do not count."""

    def visible_to(self, user: User) -> Self:
        """Return those of students over whom the person decides proposals, and may read of the strand."""
        decided = Student.objects.with_right(user, Right.DECIDE_PROPOSALS)
        read = Student.objects.with_right(user, TELLS_OF)
        return self.filter(student__in=decided).filter(Q(strand=Strand.ATTENDANCE) | Q(student__in=read))


class TruancyFollowUpQuerySet(models.QuerySet["TruancyFollowUp"]):
    """Lessons missed by students in school, followed up."""

    def visible_to(self, user: User) -> Self:
        """Return the follow-ups of students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))


class PenaltyNoticeQuerySet(models.QuerySet["PenaltyNotice"]):
    """Penalty notices."""

    def visible_to(self, user: User) -> Self:
        """Return the notices for students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def counting(self, on: date) -> Self:
        """Return those that count on the date towards the limit of two: of the last three years, not withdrawn.

        Notices from before the National Framework (19 Aug 2024) do not count.
        """
        return self.filter(issued_on__range=(counting_since(on), on)).exclude(status="withdrawn")


class NoticeDecisionQuerySet(models.QuerySet["NoticeDecision"]):
    """Decisions about penalty notices."""

    def visible_to(self, user: User) -> Self:
        """Return the decisions about students this person may see."""
        return self.filter(student__in=Student.objects.visible_to(user))


class BenchmarkQuerySet(models.QuerySet["Benchmark"]):
    """Published figures to compare with; they are about no student."""

    def of_secondary(self, on: date) -> Self:
        """Return the figures for secondary schools that were published by the date, the latest first."""
        held = self.filter(published_on__lte=on, phase__iregex=r"^(state-funded )?secondary( schools?)?$")
        return held.order_by("measure", "-published_on", "-pk")
