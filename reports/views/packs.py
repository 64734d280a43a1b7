"""Packs: the list, one of them, its file, to whom it was given."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.summaries.reach import reached
from contacts.forms.withdrawal import WithdrawForm
from pastoral.core.access import access_note
from pastoral.core.exports import handed_out
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for
from reports.models import Pack, PackHandover
from reports.packs.forms import HandoverForm
from reports.packs.listed import (
    SHOWS,
    Asked,
    changes_in,
    names_shown,
    packs_asked,
    profiles_known,
    rows_of,
    table_of,
)
from reports.packs.making import handover_add, record_withdraw
from reports.packs.sections import BY_KEY
from students.scopes import scope_of

FILTERS = ("show", "profile", "student", "mine")


@never_cache
@require_safe
@right_required(Right.BUILD_PACKS)
def pack_list(request: StaffRequest) -> HttpResponse:
    """List the packs asked for, or hand the list out as a file."""
    asked, today = Asked.of({name: asked_for(request, name) for name in FILTERS}), timezone.localdate()
    found = packs_asked(request.user, asked)
    if (how := asked_for(request, "format")) in FORMATS:
        reason = ", ".join(map(str, scope_of(request.user).assignments))
        table = table_of(request.user, found, today)
        return handed_out(request, table, how, subject=f"packs:{asked.show or 'all'}", reason=reason, name="Packs")
    page = counted_page(found, lambda held: rows_of(request.user, held), cursor=asked_for(request, "before"))
    context = {
        "asked": asked,
        "page": page,
        "shows": [(_address(request, show=slug), words, slug == asked.show) for slug, words in SHOWS.items()],
        "profiles": profiles_known(),
    }
    return render(request, "reports/pack_list.html", context)


def _address(request: StaffRequest, **changed: str) -> str:
    asked = {name: asked_for(request, name) for name in FILTERS} | changed
    return reverse("reports:pack_list", query={name: value for name, value in asked.items() if value})


def _pack(request: StaffRequest, pk: int) -> Pack:
    """Return a pack that the person sees, without what it says; 404 for any other."""
    packs = Pack.objects.visible_to(request.user).defer("snapshot")
    return get_object_or_404(
        packs.select_related("student", "profile", "built_by", "job", "withdrawn_by", "case"), pk=pk
    )


def _note(request: StaffRequest, pack: Pack, kind: AccessRecord.Kind) -> None:
    who = reached(request.user, [pack.student_id])[pack.student_id]
    subject = f"student:{pack.student_id}"
    access_note(user=request.user, kind=kind, subject=subject, reason=who.reason, path=request.get_full_path())


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.BUILD_PACKS)
def pack_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how a pack stands, what is in it, who stands behind its marks and who received it; note a handover."""
    pack = _pack(request, pk)
    form = HandoverForm(request.POST or None)
    if request.method == "POST":
        if answer := withdrawn_meanwhile(request, pack, request.path, form):
            return answer
        if pack.drawn_at is None:
            raise Http404("not drawn yet: there is nothing to give")
        if form.is_valid():
            handover_add(pack=pack, token=form.cleaned_data["token"], facts=form.facts(), by=request.user)
            messages.success(request, f"Noted: given to {form.cleaned_data['given_to']}.")
            return redirect(f"{request.path}#given")
    _note(request, pack, AccessRecord.Kind.PAGE)
    handovers = list(pack.handovers.select_related("by", "withdrawn_by"))
    context = {
        "pack": pack,
        "who": reached(request.user, [pack.student_id])[pack.student_id],
        "sections": [BY_KEY[key].title for key in pack.sections if key in BY_KEY],
        "parts": pack.parts.order_by("order") if pack.frozen_at else (),
        "names": names_shown(request.user, pack),
        "handovers": handovers,
        "form": form,
        "changes": changes_in(pack, handovers),
        "is_mine": pack.job is not None and pack.job.started_by_id == request.user.pk,
    }
    return render(request, "reports/pack_detail.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@right_required(Right.BUILD_PACKS)
def pack_pdf(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand the file out, and log it; nobody gets one that was withdrawn."""
    pack = _pack(request, pk)
    if pack.drawn_at is None or pack.withdrawn_at is not None:
        raise Http404("no file of it to hand out")
    _note(request, pack, AccessRecord.Kind.DOCUMENT)
    return FileResponse(
        default_storage.open(str(pack.file)),
        content_type="application/pdf",
        filename=f"Pack {pack.pk} {pack.profile.slug}.pdf",
        as_attachment=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.BUILD_PACKS)
def pack_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a pack with a reason: it stays in the list of those withdrawn, and nobody downloads it."""
    pack = _pack(request, pk)
    return _withdraw(request, pack, pack, "Withdraw the pack", "The pack is withdrawn.")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.BUILD_PACKS)
def pack_handover_withdraw(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Take back that it was given to somebody, with a reason."""
    pack = _pack(request, pk)
    held = get_object_or_404(pack.handovers.select_related("withdrawn_by"), pk=key)
    return _withdraw(request, pack, held, f"Not given to {held.given_to}", "It no longer counts as given.")


def _withdraw(request: StaffRequest, pack: Pack, record: Pack | PackHandover, heading: str, said: str) -> HttpResponse:
    back = reverse("reports:pack_detail", args=[pack.pk])
    if answer := withdrawn_already(request, record, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        record_withdraw(record=record, because=because, by=request.user, now=timezone.now())
        messages.success(request, said)
        return redirect(back)
    context = {"form": form, "pack": pack, "heading": heading}
    return render(request, "reports/pack_withdraw.html", context, status=422 if form.errors else 200)
