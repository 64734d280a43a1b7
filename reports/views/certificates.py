"""Certificates: asked for from a list or a campaign, drawn by a worker, fetched by who asked."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, Job
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.conduct.asked import EVERYBODY, Asked
from reports.conduct.lists import PraiseList
from reports.recognition.making import TASK, TooMany, certificates_ask, certificates_path
from reports.views.recognition_rooms import ACHIEVEMENTS
from students.scopes import scope_of


@require_POST
@right_required(Right.AWARD)
def certificates_of_list(request: StaffRequest) -> HttpResponse:
    """Have a certificate drawn for each achievement of the list that the address asks for, or for one of it."""
    asked = Asked.of(request, timezone.localdate())
    held = PraiseList.load(request.user, asked, EVERYBODY)
    one = request.POST.get("one", "")
    keys = [row.praise.pk for row in held.page.rows if one in ("", str(row.praise.pk))]
    if not keys:
        messages.error(request, "There is nothing in this list to print.")
        return redirect(asked.url(ACHIEVEMENTS))
    try:
        return redirect(certificates_ask(achievements=keys, by=request.user))
    except TooMany as fault:
        messages.error(request, str(fault))
    return redirect(asked.url(ACHIEVEMENTS))


@never_cache
@require_safe
@right_required(Right.AWARD)
def certificates_pdf(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand out what was drawn, to who asked for it alone."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, task=TASK)
    path = certificates_path(job.pk)
    if not default_storage.exists(path):
        raise Http404("the file is erased: ask for it again")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"certificates:{job.pk}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.path,
    )
    return FileResponse(default_storage.open(path), filename="Certificates.pdf", content_type="application/pdf")
