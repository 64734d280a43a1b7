"""Files kept as evidence: added to a case, and handed out to those alone who may read them."""

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
from interventions.summaries.files import is_file_read
from interventions.views.case_common import case_kept, form_page, who_is
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def file_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a file with a case."""
    case, _who = case_kept(request, pk)
    back = reverse("interventions:case_detail", args=[pk])
    form = FileForm(request.POST or None, request.FILES or None, initial={"dated_on": timezone.localdate()})
    if answer := withdrawn_meanwhile(request, case, back, form):
        return answer
    if form.is_valid():
        try:
            file_keep(
                student=case.student,
                content=form.content,
                name=str(form.cleaned_data["file"].name),
                facts=form.facts() | {"case": case},
                token=form.cleaned_data["token"],
                by=request.user,
                now=timezone.now(),
            )
        except NotKept as fault:
            form.add_error("file", str(fault))
        else:
            messages.success(request, "The file is kept.")
            return redirect(f"{back}#files")
    return form_page(request, "interventions/file_form.html", form, case=case, title="Keep a file")


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
    if Right.KEEP_PA_CASES not in who.rights and file.added_by_id != request.user.pk:
        raise Http404("not the person's to withdraw")
    back = (
        reverse("interventions:case_detail", args=[file.case_id]) if file.case_id else file.student.get_absolute_url()
    )
    if answer := withdrawn_already(request, file, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=file, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn: it is on no list and shows nothing any more.")
        return redirect(back)
    return form_page(
        request, "interventions/case_part_form.html", form, case=file.case, title="Withdraw a file", about=file.title
    )


def _file(request: StaffRequest, pk: int) -> Attachment:
    """Return a file that the person may read, with what it is kept with; 404 for any other."""
    held = Attachment.objects.visible_to(request.user).select_related("student", "case", "plan", "meeting")
    file = get_object_or_404(held, pk=pk)
    who = who_is(request, file.student_id)
    if not is_file_read(request.user, file, who):
        raise Http404("not for this person to read")
    if file.withdrawn_at and Right.KEEP_PA_CASES not in who.rights:
        raise Http404("withdrawn")
    return file
