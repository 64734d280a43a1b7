"""The penalty-notice watch: the list, one student's case, and what is decided and recorded there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.forms.notices import NoticeDecisionForm, NoticeForm, NoticeStatusForm
from attendance.models import NoticeDecision, PenaltyNotice
from attendance.services import notices as services
from attendance.summaries.notice_issued import AMOUNT_SOURCE, NoticeShown
from attendance.summaries.notice_sheet import watch_table
from attendance.summaries.noticecase import CasePage
from attendance.summaries.notices import SEEING, SHOWN, Watch, watched
from attendance.summaries.reach import Reached, reached
from pastoral.core.access import access_note
from pastoral.core.exports import handed_out, subject_of
from pastoral.core.models import AccessRecord
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for, day_read
from students.files import offered_as_file
from students.models import Student
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(*SEEING)
def notice_list(request: StaffRequest) -> HttpResponse:
    """List the students at or near the threshold, those undecided and those due for review."""
    show, group, year = asked_for(request, "show"), asked_for(request, "group")[:30], _year(request)
    if show not in SHOWN:
        raise Http404("no such view of the list")
    watch = Watch.load(request.user, timezone.localdate(), year=year, group=group)
    rows, how = watch.shown(show), asked_for(request, "format")
    if how in FORMATS:
        return handed_out(
            request,
            watch_table(watch, rows, ", ".join(filter(None, (SHOWN[show], f"Year {year}" if year else "", group)))),
            how,
            subject=subject_of("notices", group=group, groups=watch.groups, year=year),
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Penalty notices {watch.as_at:%Y-%m-%d}",
        )
    context = {
        "watch": watch,
        "rows": rows,
        "views": [(slug, words, watch.counts[slug]) for slug, words in SHOWN.items()],
        "show": show,
        "year": year,
        "group": group,
        "may_resolve": request.user.may(Right.CORRECT_MARKS),
    }
    return render(request, "attendance/notice_list.html", context)


def _year(request: StaffRequest) -> int | None:
    """Return the year group asked for; 404 for what is none."""
    wanted = asked_for(request, "year")
    if not wanted:
        return None
    if wanted not in {str(number) for number in range(7, 14)}:
        raise Http404("no such year group")
    return int(wanted)


@never_cache
@require_safe
@right_required(*SEEING)
@offered_as_file("Penalty-notice decisions")
def notice_decisions(request: StaffRequest) -> HttpResponse:
    """List every decision about the person's students, newest first."""
    decision = asked_for(request, "decision")
    if decision and decision not in NoticeDecision.Decision.values:
        raise Http404("no such decision")
    decided = (
        NoticeDecision.objects.visible_to(request.user)
        .filter(student__in=watched(request.user).values("student"))
        .select_related("student", "decided_by")
    )
    if decision:
        decided = decided.filter(decision=decision)
    page = keyset_page(decided, field="decided_at", cursor=asked_for(request, "before"))
    context = {"page": page, "decision": decision, "choices": NoticeDecision.Decision.choices}
    return render(request, "attendance/notice_decisions.html", context)


@dataclass(frozen=True)
class Case:
    """The student by key, what the person may do about them, and the page."""

    student_id: int
    reached: Reached
    page: CasePage

    @property
    def may_decide(self) -> bool:
        """Test for the right to decide over this student."""
        return Right.DECIDE_NOTICES in self.reached.rights

    @property
    def may_resolve(self) -> bool:
        """Test for the right to put a reason to an N."""
        return Right.CORRECT_MARKS in self.reached.rights

    @property
    def url(self) -> str:
        """The address of the case."""
        return reverse("attendance:notice_detail", args=[self.student_id])

    @property
    def student_url(self) -> str:
        """The address of the student's own page."""
        return Student(pk=self.student_id).get_absolute_url()


def _case(request: StaffRequest, pk: int, ends: date | None = None) -> Case:
    """Return the case: 404 outside the students whose notices the person may watch."""
    held = reached(request.user, [pk]).get(pk)
    if held is None or not held.rights & SEEING:
        raise Http404("no student whose notices this person may watch")
    page = CasePage.load(
        pk, on=timezone.localdate(), born_on=held.born_on, sees_sensitive=held.sees_sensitive, ends=ends
    )
    if page is None:
        raise Http404("no window ends there")
    return Case(pk, held, page)


def _to_decide(request: StaffRequest, pk: int, ends: date | None = None) -> Case:
    case = _case(request, pk, ends)
    if not case.may_decide:
        raise PermissionDenied("the person's role over this student decides no notices")
    return case


def _window(request: StaffRequest) -> date | None:
    """Return the day that the address asks for as a window's last; 404 for what is no date."""
    wanted = asked_for(request, "window")
    day = day_read(wanted)
    if wanted and day is None:
        raise Http404("no date")
    return day


@never_cache
@require_safe
@right_required(*SEEING)
def notice_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one student's case; the reading is logged with the reason the person may."""
    case = _case(request, pk, _window(request))
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=case.reached.reason,
        path=request.get_full_path(),
    )
    return _page(request, case)


def _page(request: StaffRequest, case: Case, *, status: int = 200, **forms: Any) -> HttpResponse:
    page = case.page
    window = page.window.last.isoformat() if page.window else ""
    begins = {"window": window, "seen": page.latest, "weeks": 6, "review_on": page.next_week}
    context = {
        "case": case,
        "page": page,
        "decide": NoticeDecisionForm(on=page.on, initial=begins),
        "record": NoticeForm(parents=page.parents),
        "notices": [
            (shown, _status_form(shown, forms.get("change")), page.referral_before(shown.notice))
            for shown in page.notices
        ],
        "amount_source": AMOUNT_SOURCE,
        "weekdays": ("Mon", "Tue", "Wed", "Thu", "Fri"),
        **forms,
    }
    return render(request, "attendance/notice_detail.html", context, status=status)


def _status_form(shown: NoticeShown, bound: tuple[int, NoticeStatusForm] | None) -> NoticeStatusForm:
    notice = shown.notice
    if bound and bound[0] == notice.pk:
        return bound[1]
    return NoticeStatusForm(initial={"seen": notice.status, "status": notice.status}, prefix=f"n{notice.pk}")


@require_POST
@right_required(Right.DECIDE_NOTICES)
def notice_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a decision: 403 without the right over this student; with a fault the page comes back as it was filled."""
    form = NoticeDecisionForm(request.POST, on=timezone.localdate())
    is_valid, ends = form.is_valid(), form.cleaned_data.get("window")
    case = _to_decide(request, pk, ends)
    if is_valid:
        data = form.cleaned_data
        try:
            services.notice_decide(
                student_id=pk,
                window_last=data["window"],
                decision=data["decision"],
                reason=data["reason"],
                checks=form.checks,
                review_on=_review_on(case, data),
                by=request.user,
                at=timezone.now(),
                seen=data["seen"],
            )
        except services.NoticeRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, services.NoticeOvertaken):
                case = _to_decide(request, pk, ends)
                form.data = {**request.POST.dict(), "seen": str(case.page.latest)}
        else:
            messages.success(request, "The decision is recorded with its sessions as they stand today.")
            return redirect(f"{case.url}#decisions")
    return _page(request, case, status=422, decide=form)


def _review_on(case: Case, data: dict[str, Any]) -> date | None:
    """Return when the decision is looked at again: the end of a notice to improve, else the day that was put."""
    if data["decision"] == NoticeDecision.Decision.NOTICE_TO_IMPROVE:
        return services.improvement_ends(case.page.on, data["weeks"], case.page.calendar)
    review: date | None = data["review_on"]
    return review


@require_POST
@right_required(Right.DECIDE_NOTICES)
def notice_record(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a notice that was issued to a parent; a third in three years is refused with what to do instead."""
    case = _to_decide(request, pk)
    form = NoticeForm(request.POST, parents=case.page.parents)
    if form.is_valid():
        data = form.cleaned_data
        parent = next(p.link.parent_carer for p in case.page.parents if p.link.parent_carer_id == data["parent"])
        try:
            services.notice_record(
                student_id=pk,
                parent=parent,
                issued_on=data["issued_on"],
                reference=data["reference"],
                by=request.user,
                on=case.page.on,
            )
        except services.NoticeRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The notice to {parent} is recorded.")
            return redirect(f"{case.url}#notices")
    return _page(request, case, status=422, record=form)


@require_POST
@right_required(Right.DECIDE_NOTICES)
def notice_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what became of a notice; 404 outside the person's students."""
    notice = get_object_or_404(PenaltyNotice.objects.visible_to(request.user), pk=pk)
    case = _to_decide(request, notice.student_id)
    form = NoticeStatusForm(request.POST, prefix=f"n{pk}")
    if form.is_valid():
        try:
            services.notice_change(notice=notice, by=request.user, **form.cleaned_data)
        except services.NoticeRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, services.NoticeOvertaken):
                notice.refresh_from_db()
                case = _to_decide(request, notice.student_id)
                form.data = {**request.POST.dict(), f"n{pk}-seen": notice.status}
        else:
            messages.success(request, "The notice is changed; what it was stays in its history.")
            return redirect(f"{case.url}#notices")
    return _page(request, case, status=422, change=(pk, form))
