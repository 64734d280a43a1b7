"""Concerns for the DSL: written by anybody, read by the DSL alone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.concerns import ConcernForm, ReadForm
from behaviour.models import DslConcern
from behaviour.services import concerns as services
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet
from students.scopes import scope_of

ONE_AT_A_TIME = "Choose one student; write a concern about another one after this."


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.WRITE_TO_DSL)
def concern_add(request: StaffRequest) -> HttpResponse:
    """Write a concern about one student; the writer keeps its receipt and reads it no more."""
    picking = Picking.of(request.POST or request.GET, _students(request.user), takes_one=True)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_sent = request.POST.get("do") == "save"
    form = ConcernForm(request.POST if is_sent else None, initial=_typed(request))
    if is_sent and form.is_valid() and _is_about_one(picking, form.cleaned_data["about"]):
        concern = services.concern_write(
            student=next(iter(picking.chosen), None), by=request.user, now=timezone.now(), **form.cleaned_data
        )
        return render(request, "behaviour/concern_receipt.html", {"concern": concern})
    picking.wants_focus = not is_sent
    context = {"form": form, "picking": picking}
    return render(request, "behaviour/concern_form.html", context, status=422 if is_sent else 200)


@never_cache
@require_safe
@right_required(Right.READ_DSL_CONCERNS)
def concern_list(request: StaffRequest) -> HttpResponse:
    """List the concerns, newest first: every one, or those that nobody has read."""
    concerns = DslConcern.objects.visible_to(request.user).select_related("student", "written_by", "read_by")
    only_unread = asked_for(request, "show") == "unread"
    if only_unread:
        concerns = concerns.filter(read_at=None)
    page = keyset_page(concerns, field="written_at", cursor=asked_for(request, "before"))
    shows = [("?", "All", not only_unread), ("?show=unread", "Not read", only_unread)]
    return render(request, "behaviour/concern_list.html", {"page": page, "shows": shows})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.READ_DSL_CONCERNS)
def concern_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one concern to a DSL, and keep who has read it."""
    concerns = DslConcern.objects.visible_to(request.user).select_related("student", "written_by", "read_by")
    concern = get_object_or_404(concerns, pk=pk)
    form = ReadForm(request.POST or None, initial={"kept_at": concern.kept_at})
    if form.is_valid():
        services.concern_read(concern=concern, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"Concern {concern.receipt}: noted that you have read it.")
        return redirect("behaviour:concern_list")
    # By its own key: only a DSL finds these lines in the log, and only there are they in words with the student's name.
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"concern:{pk}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
    return render(request, "behaviour/concern_detail.html", {"concern": concern, "form": form})


def _typed(request: StaffRequest) -> dict[str, str]:
    """Return what stands in the form while a student is chosen, or what was written as an incident and is none."""
    sent = request.POST
    typed = {name: sent[name] for name in ("words", "about", "token") if name in sent}
    return typed | ({"words": sent["what_happened"]} if "what_happened" in sent and "words" not in sent else {})


def _is_about_one(picking: Picking, about: str) -> bool:
    """Test for exactly one student, chosen or written; if not, the picker says what to do."""
    if about and not picking.chosen:
        return True
    if len(picking.chosen) > 1:
        picking.fault = ONE_AT_A_TIME
    return picking.is_settled()


def _students(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.visible_to(user).on_roll(today).with_tutor_group(today)
