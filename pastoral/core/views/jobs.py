"""The pages of long work: how far it is, what came of it, and another try."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pastoral.core import services
from pastoral.core.models import ImportRun, Job
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.words import asked_for


@never_cache
@require_safe
def job_detail(request: StaffRequest, job_id: int) -> HttpResponse:
    """Show one job; its progress goes on by itself."""
    job = get_object_or_404(Job.objects.visible_to(request.user).with_refusal(), pk=job_id)
    return render(request, "core/job_detail.html", {"job": job, "files": _files(job)})


@never_cache
@require_safe
def job_progress(request: StaffRequest, job_id: int) -> HttpResponse:
    """Answer the poll with the job as it stands; a good end leads whoever is watching straight to the result."""
    job = get_object_or_404(Job.objects.visible_to(request.user).with_refusal(), pk=job_id)
    response = render(request, "core/_job_progress.html", {"job": job, "files": _files(job)})
    if request.htmx and job.status == Job.Status.DONE and job.result_url and not job.is_refused:
        response["HX-Redirect"] = job.result_url
    return response


def _files(job: Job) -> list[ImportRun]:
    """Return the files that a finished job was about."""
    return list(job.import_runs.select_related("started_by").order_by("pk")) if job.is_finished else []


@require_POST
def job_retry(request: StaffRequest, job_id: int) -> HttpResponse:
    """Start a failed job again; a second click finds it already waiting."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    if not services.job_retry(job=job, by=request.user):
        messages.info(request, "The job is not waiting for another try: it is running or done.")
    return redirect(job)


@never_cache
@require_safe
def job_list(request: StaffRequest) -> HttpResponse:
    """List the jobs that the person started, newest first."""
    jobs = Job.objects.visible_to(request.user).with_refusal()
    page = keyset_page(jobs, field="asked_at", cursor=asked_for(request, "before"), size=30)
    return render(request, "core/job_list.html", {"page": page})
