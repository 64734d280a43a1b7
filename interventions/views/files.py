"""Files kept as evidence: with a case, a plan or a meeting, and handed out to those alone who may read them."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.withdrawal import WithdrawForm
from contacts.services.withdrawal import record_withdraw
from interventions.forms.files import FileForm
from interventions.models import Attachment
from interventions.services.files import NotKept, file_keep
from interventions.summaries.files import is_file_read, keeping_right
from interventions.views.case_common import case_kept, form_page, who_is
from interventions.views.meeting_common import kept_record
from interventions.views.plan_common import kept
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import Withdrawable, withdrawn_already
from students.models import Student


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def file_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a file with a case."""
    case, _who = case_kept(request, pk)
    return _added(request, Kept(case.student, case, "case"))


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_file_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a file with a plan: what an agency wrote, the copy that was signed."""
    plan = kept(request, pk).plan
    return _added(request, Kept(plan.student, plan, "plan"))


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_file_add(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """Keep a file with a meeting, about one of its students; also once the minutes are closed."""
    record = kept_record(request, pk)
    part = next((each.row for each in record.parts if each.row.pk == row), None)
    if part is None:
        raise Http404("no such student at the meeting")
    return _added(request, Kept(part.student, record.meeting, "meeting"))


@dataclass(frozen=True)
class Kept:
    """What a file is kept with: a case, a plan or a meeting, named by its column; none stands for the student alone."""

    student: Student
    record: Withdrawable
    column: str

    @property
    def name(self) -> str:
        """Return what the page calls it."""
        return {"case": "Attendance case", "plan": "Plan", "meeting": "Meeting"}.get(self.column, "Student")

    @property
    def back(self) -> str:
        """Return the page that leads back."""
        if self.column:
            return reverse(f"interventions:{self.column}_detail", args=[self.record.pk])
        return self.student.get_absolute_url()


def _added(request: StaffRequest, to: Kept) -> HttpResponse:
    """Keep the file that was sent, or say why not; a second click keeps it once."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"dated_on": timezone.localdate()})
    if to.record.withdrawn_at is not None and not form.is_bound:
        return redirect(to.back)
    if answer := withdrawn_meanwhile(request, to.record, to.back, form):
        return answer
    if form.is_valid():
        try:
            file_keep(
                student=to.student,
                content=form.content,
                name=str(form.cleaned_data["file"].name),
                facts=form.facts() | {to.column: to.record},
                token=form.cleaned_data["token"],
                by=request.user,
                now=timezone.now(),
            )
        except NotKept as fault:
            form.add_error("file", str(fault))
        else:
            messages.success(request, "The file is kept.")
            return redirect(f"{to.back}#files")
    return form_page(request, "interventions/file_form.html", form, to=to, title="Keep a file")


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def file_get(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand a file out as it was kept; the reading is logged."""
    file = _file(request, pk)
    who = who_is(request, file.student_id)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"student:{file.student_id}",
        reason=who.reason,
        path=request.get_full_path(),
    )
    try:
        content = file.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404("the file is not on the disk") from missing
    response = FileResponse(content, as_attachment=True, filename=file.file_name, content_type=file.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_STUDENT)
def file_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a file with a reason; it stays on the disk."""
    file = _file(request, pk)
    who = who_is(request, file.student_id)
    if keeping_right(file) not in who.rights and file.added_by_id != request.user.pk:
        raise Http404("not the person's to withdraw")
    to = _kept_with(file)
    if answer := withdrawn_already(request, file, to.back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=file, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn: it is on no list and shows nothing any more.")
        return redirect(to.back)
    return form_page(request, "interventions/file_form.html", form, to=to, title="Withdraw a file", about=file.title)


def _kept_with(file: Attachment) -> Kept:
    """Return what the file is kept with."""
    for name, record in (("case", file.case), ("plan", file.plan), ("meeting", file.meeting)):
        if record:
            return Kept(file.student, record, name)
    return Kept(file.student, file, "")


def _file(request: StaffRequest, pk: int) -> Attachment:
    """Return a file that the person may read, with what it is kept with; 404 for any other."""
    held = Attachment.objects.visible_to(request.user).select_related("student", "case", "plan", "meeting")
    file = get_object_or_404(held, pk=pk)
    who = who_is(request, file.student_id)
    if not is_file_read(request.user, file, who):
        raise Http404("not for this person to read")
    if file.withdrawn_at and keeping_right(file) not in who.rights:
        raise Http404("withdrawn")
    return file
