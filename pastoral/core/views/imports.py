"""Imports on the screen: upload, preview, apply or drop, and the rejects to correct."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pastoral.core.access import access_note
from pastoral.core.imports import uploads
from pastoral.core.imports.importer import importers
from pastoral.core.models import AccessRecord, ImportRun
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for

TOO_LARGE = "A file is larger than {} MB, which is more than is read. Export fewer dates at a time."
NO_FILE = "No file was chosen, or an empty one. Choose the CSV files that your MIS exported."


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.IMPORT_FILES)
def import_list(request: StaffRequest) -> HttpResponse:
    """List the imports, newest first, and take files to be checked."""
    if request.method == "POST":
        return _take(request)
    runs = ImportRun.objects.visible_to(request.user).select_related("started_by", "job").with_newer()
    page = keyset_page(runs, field="started_at", cursor=asked_for(request, "before"), size=30)
    return render(
        request,
        "core/import_list.html",
        {
            "page": page,
            "kinds": importers(),
            "max_mb": settings.IMPORT_MAX_BYTES // 1_000_000,
            "waiting": [run for run in page.rows if run.status == ImportRun.Status.PREVIEW and not run.newer],
        },
    )


def _take(request: StaffRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    if getattr(request, "is_upload_too_large", False):
        messages.error(request, TOO_LARGE.format(settings.IMPORT_MAX_BYTES // 1_000_000))
        return redirect("core:import_list")
    if not files:
        messages.error(request, NO_FILE)
        return redirect("core:import_list")
    return redirect(uploads.upload_take(files=files, by=request.user))


@never_cache
@require_safe
@right_required(Right.IMPORT_FILES)
def import_detail(request: StaffRequest, run_id: int) -> HttpResponse:
    """Show what was found in one file, and what became of it."""
    runs = ImportRun.objects.visible_to(request.user).select_related("started_by", "job").with_newer()
    run = get_object_or_404(runs, pk=run_id)
    together = []
    if run.status == ImportRun.Status.PREVIEW and run.job_id:
        beside = runs.filter(job=run.job_id, status=ImportRun.Status.PREVIEW).exclude(file_name=run.file_name)
        together = [other for other in beside if not other.newer]
    return render(
        request,
        "core/import_detail.html",
        {
            "run": run,
            "together": together,
            "is_stuck": uploads.is_stuck(run),
            "is_mine": run.job is not None and run.job.started_by_id == request.user.pk,
            "hidden_changes": run.changed - len(run.first_changes),
            "hidden_refusals": run.refused - len(run.first_refusals),
        },
    )


@require_POST
@right_required(Right.IMPORT_FILES)
def import_apply(request: StaffRequest) -> HttpResponse:
    """Apply the checked files named in the form; what somebody else applied meanwhile is left alone."""
    keys = [int(key) for key in request.POST.getlist("run") if key.isdigit()]
    runs = list(ImportRun.objects.visible_to(request.user).filter(pk__in=keys))
    if not runs:
        raise Http404
    job = uploads.runs_apply(runs=runs, by=request.user)
    if job is None:
        messages.info(request, "Nothing was left to apply: it is being applied, or was dealt with already.")
        return redirect(runs[0] if len(runs) == 1 else "core:import_list")
    return redirect(job)


@require_POST
@right_required(Right.IMPORT_FILES)
def import_drop(request: StaffRequest, run_id: int) -> HttpResponse:
    """Leave a checked file unapplied."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    if uploads.run_drop(run=run):
        messages.success(request, f"{run.file_name} was dropped; nothing was changed.")
        return redirect("core:import_list")
    messages.info(request, "It is too late to drop this file.")
    return redirect(run)


@never_cache
@require_safe
@right_required(Right.IMPORT_FILES)
def import_rejects(request: StaffRequest, run_id: int) -> FileResponse:
    """Hand out the refused lines as they came, each with its reason; the reading is logged."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    if not run.rejects:
        raise Http404
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.EXPORT,
        subject=f"import:{run.pk}",
        reason="imports files",
        path=request.path,
    )
    name = f"rejects_{run.file_name.rpartition('.')[0] or run.file_name}.csv"
    return FileResponse(run.rejects.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
