"""Penalty notices: what people decide, and what the local authority issued. Nothing here is ever done by itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from attendance.figures.notices import Missed, NoticeWindow, is_over_limit, notice_windows
from attendance.models import NoticeDecision, PenaltyNotice
from attendance.services.marks import because
from attendance.summaries.notice_issued import NO_THIRD
from attendance.summaries.notice_weeks import marks_of, unauthorised_in, weeks_looked_at
from pastoral.core.models import User
from students.calendar import end_of_compulsory_age, monday_of
from students.models import ParentCarer, Student
from students.scopes import job_of
from students.summaries import SchoolCalendar

Decision = NoticeDecision.Decision
Status = PenaltyNotice.Status


class NoticeRefused(Exception):
    """It cannot be decided or recorded so; the message is fit for the form."""


class NoticeOvertaken(NoticeRefused):
    """Somebody else was quicker; the page now shows what they did."""


@transaction.atomic
def notice_decide(
    *,
    student_id: int,
    window_last: date,
    decision: str,
    reason: str,
    checks: Mapping[str, str],
    review_on: date | None,
    by: User,
    at: datetime,
    seen: int,
) -> NoticeDecision:
    """Record what a person decided on the window that ends in the week of window_last, with its sessions frozen.

    checks: an answer to each question of the framework. seen: the key of the last decision that the person saw, 0
    for none. The same decision sent twice is recorded once.
    Raises NoticeOvertaken when somebody decided meanwhile, NoticeRefused when the window does not reach 10, the
    student is past compulsory school age, or a referral goes against the framework.
    Source: National Framework for Penalty Notices; domain.md 3.1.
    """
    on = timezone.localdate(at)
    locked = Student.objects.select_for_update().get(pk=student_id)
    last = NoticeDecision.objects.filter(student=locked).order_by("-decided_at", "-pk").first()
    window = _window(locked, window_last, on)
    if last is not None and last.pk != seen:
        if _is_same(last, by, decision, reason, window):
            return last
        raise NoticeOvertaken(
            f"{last.decided_by} decided “{last.get_decision_display()}” at "
            f"{timezone.localtime(last.decided_at):%H:%M on %-d %b} while this page was open. "
            "Read it below; decide again only if you see it otherwise."
        )
    _check(locked, window, decision, checks, on)
    return NoticeDecision.objects.create(
        student=locked,
        decision=decision,
        reason=reason,
        window_first=window.first,
        window_last=window.last,
        sessions=[_frozen(mark) for mark in window.marks],
        checks=dict(checks),
        review_on=review_on,
        decided_by=by,
        position=job_of(by)[:100],
        decided_at=at,
    )


def _frozen(mark: Missed) -> dict[str, str]:
    return {"date": mark.date.isoformat(), "session": mark.session, "code": mark.letters}


def _is_same(last: NoticeDecision, by: User, decision: str, reason: str, window: NoticeWindow) -> bool:
    return (last.decided_by_id, last.decision, last.reason, last.window_last) == (
        by.pk,
        decision,
        reason,
        window.last,
    )


def _window(student: Student, window_last: date, on: date) -> NoticeWindow:
    mondays = weeks_looked_at(SchoolCalendar.load(), on)
    marks = unauthorised_in(marks_of(student.pk, mondays[0], on)) if mondays else []
    for window in notice_windows(marks, mondays):
        if window.mondays[-1] == monday_of(window_last):
            return window
    raise NoticeRefused("No school week ends there: go back to the case and choose a window again.")


def _check(student: Student, window: NoticeWindow, decision: str, checks: Mapping[str, str], on: date) -> None:
    if not window.is_reached:
        raise NoticeRefused(
            f"There are now {window.count} unauthorised sessions in this window, under the 10 of the threshold: "
            "a mark was changed. Nothing is left to decide."
        )
    if (ends := end_of_compulsory_age(student.born_on)) < on:
        raise NoticeRefused(
            f"Compulsory school age ended on {ends:%-d %B %Y}: no penalty notice can be issued any more."
        )
    if decision == Decision.REFERRED:
        _check_referral(window, checks)


def _check_referral(window: NoticeWindow, checks: Mapping[str, str]) -> None:
    if not window.is_reached or window.count - window.unresolved < 10:
        raise NoticeRefused(
            f"{window.unresolved} of the {window.count} sessions are still N. Resolve them first: without them "
            "the threshold is not reached."
        )
    if checks.get("appropriate") == "yes" and checks.get("offered") != "yes":
        raise NoticeRefused(
            "Support is appropriate and was not offered: decide “Support first”, or say why support is not appropriate."
        )
    if checks.get("best_tool") != "yes" or checks.get("equality") != "yes":
        raise NoticeRefused(
            "A referral needs a Yes to the last two questions: that a notice is the best tool, and that the equality "
            "duties were considered. Otherwise choose another decision."
        )


def improvement_ends(begins: date, weeks: int, calendar: SchoolCalendar) -> date:
    """Return the day on which a notice to improve of so many weeks is looked at: a school day, or the next one."""
    ends = begins + timedelta(weeks=weeks)
    return ends if calendar.is_school_day(ends) else calendar.next_school_day(ends) or ends


@transaction.atomic
def notice_record(
    *, student_id: int, parent: ParentCarer, issued_on: date, reference: str, by: User, on: date
) -> PenaltyNotice:
    """Record a notice that the local authority issued to a parent for the student.

    Raises NoticeRefused for a day to come, one recorded already, and a third within three years.
    Source: National Framework for Penalty Notices: two to the same parent for the same child in three years.
    """
    locked = Student.objects.select_for_update().get(pk=student_id)
    if issued_on > on:
        raise NoticeRefused("The day of issue is in the future: take it from the notice itself.")
    held = PenaltyNotice.objects.filter(student=locked, parent_carer=parent)
    if held.filter(issued_on=issued_on).exists():
        raise NoticeRefused(f"A notice of {issued_on:%-d %B %Y} to {parent} is recorded already.")
    _check_limit(locked, parent, [issued_on], 0)
    return PenaltyNotice.objects.create(
        student=locked,
        parent_carer=parent,
        issued_on=issued_on,
        reference=reference,
        recorded_by=by,
        recorded_at=timezone.now(),
    )


@transaction.atomic
def notice_change(*, notice: PenaltyNotice, status: str, seen: str, reason: str, by: User) -> PenaltyNotice:
    """Change what became of a notice; what it was stays in its history with who and why.

    seen: the status that the person saw. Raises NoticeOvertaken when it is another by now, NoticeRefused for a
    withdrawal or a change of something final without a reason, and when the limit would be passed.
    """
    Student.objects.select_for_update().get(pk=notice.student_id)
    held = PenaltyNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status == status:
        return held
    if held.status != seen:
        raise NoticeOvertaken(
            f"Somebody changed this notice to “{held.get_status_display()}” while this page was open. Look again."
        )
    if not reason.strip() and (status == Status.WITHDRAWN or held.status not in (Status.ISSUED, Status.UNPAID)):
        raise NoticeRefused("Say why: a withdrawal, and any change of what was final, is kept with its reason.")
    if held.status == Status.WITHDRAWN:
        _check_limit(held.student, held.parent_carer, [held.issued_on], held.pk)
    with because(by=by, reason=reason):
        held.status = status
        held.save(update_fields=["status"])
    return held


def _check_limit(student: Student, parent: ParentCarer, added: list[date], apart: int) -> None:
    held = PenaltyNotice.objects.filter(student=student, parent_carer=parent).exclude(status=Status.WITHDRAWN)
    days = list(held.exclude(pk=apart).values_list("issued_on", flat=True))
    if is_over_limit([*days, *added]):
        raise NoticeRefused(f"{parent} already has two notices for this child within three years. {NO_THIRD}")
