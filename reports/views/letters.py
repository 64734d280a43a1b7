"""Letters on paper: one as a PDF, or many drawn by a worker and fetched by who asked."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Letter, LetterCopy
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, Job
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import keys_read
from reports.letters import TASK, TooMany, letters_ask, letters_draw, letters_held, letters_path, may_be_read
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def letter_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out every copy of a letter that left or may go, as it was made, to who may read it."""
    letter = get_object_or_404(Letter.objects.visible_to(request.user), pk=pk)
    rows = LetterCopy.objects.visible_to(request.user).sent_or_may_go().filter(letter=letter)
    copies = may_be_read(request.user, rows.select_related("letter__student", "letter__batch").order_by("pk"))
    if not copies:
        raise Http404("a letter that this person may not read, or that goes to nobody any more")
    _note(request, f"student:{letter.student_id}")
    return HttpResponse(
        letters_draw(copies).data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="Letter {letter.pk}.pdf"'},
    )


@require_POST
@right_required(Right.SEND_LETTERS)
def letters_print(request: StaffRequest) -> HttpResponse:
    """Have the copies named drawn in one file; they are logged as sent when somebody says that they went."""
    rows = LetterCopy.objects.visible_to(request.user).sendable_by(request.user)
    keys = list(rows.filter(pk__in=keys_read(request.POST.getlist("copy"))).values_list("pk", flat=True))
    if not keys:
        messages.error(request, "There is nothing to print.")
        return redirect("contacts:copy_queue")
    try:
        return redirect(letters_ask(copies=keys, by=request.user))
    except TooMany as fault:
        messages.error(request, str(fault))
    return redirect("contacts:copy_queue")


@never_cache
@require_safe
@right_required(Right.SEND_LETTERS)
def letters_pdf(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand out what was drawn, to who asked for it alone."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, task=TASK)
    if not letters_held(job.pk):
        raise Http404("the file is erased: ask for it again")
    _note(request, f"letters:{job.pk}")
    return FileResponse(
        default_storage.open(letters_path(job.pk)), filename="Letters.pdf", content_type="application/pdf"
    )


def _note(request: StaffRequest, subject: str) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=subject,
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.path,
    )
