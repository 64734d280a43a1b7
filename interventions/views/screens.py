"""Needs screens: who was screened, one of them beside the one before, a new one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.withdrawal import WithdrawForm
from contacts.services.withdrawal import record_withdraw
from interventions.forms.screens import ScreenForm
from interventions.models import NeedsScreen
from interventions.services.screens import screen_fill
from interventions.summaries.screens import ScreenShown, latest_shown, screens_seen, shown_of
from interventions.views.common import tabs_of
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student
from students.picking import Picking


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
@offered_as_file("Needs screens")
def screen_list(request: StaffRequest) -> HttpResponse:
    """List each student's latest screen, the most need first."""
    context = {
        "tabs": tabs_of(request, "interventions:screen_list"),
        "page": list_page(latest_shown(request.user), cursor=asked_for(request, "before"), size=50),
        "may_keep": request.user.may(Right.KEEP_PLANS),
    }
    return render(request, "interventions/screen_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def screen_add(request: StaffRequest) -> HttpResponse:
    """Screen a student, whom the address may name."""
    today = timezone.localdate()
    students = Student.objects.with_right(request.user, Right.KEEP_PLANS).on_roll(today).with_tutor_group(today)
    picking = Picking.of(request.POST or request.GET, students)
    picking.takes_one, picking.chosen = True, picking.chosen[-1:]
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    form = ScreenForm(request.POST if is_saved else None)
    is_sent = is_saved and picking.is_settled()
    if form.is_valid() and is_sent:
        data = form.cleaned_data
        screen = screen_fill(
            student=picking.chosen[0],
            on=today,
            answers=form.answers(),
            summary=data["summary"],
            is_restricted=data["is_restricted"],
            token=data["token"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "The screen is kept.")
        return redirect("interventions:screen_detail", screen.pk)
    picking.wants_focus = not is_saved and not picking.chosen
    context = {"form": form, "picking": picking}
    return render(request, "interventions/screen_form.html", context, status=422 if is_saved else 200)


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
def screen_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one screen beside the one before; the reading is logged."""
    shown = _shown(request, pk)
    if shown.reads:
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{shown.who.student_id}",
            reason=shown.who.reason,
            path=request.get_full_path(),
        )
    context = {"shown": shown, "screen": shown.screen, "may_withdraw": _may_withdraw(request, shown)}
    return render(request, "interventions/screen_detail.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def screen_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a screen with a reason: for who filled it, and who keeps the student's plans."""
    screen = get_object_or_404(NeedsScreen.objects.visible_to(request.user).select_related("student"), pk=pk)
    back = reverse("interventions:screen_list")
    if answer := withdrawn_already(request, screen, back):
        return answer
    if not _may_withdraw(request, _shown(request, pk)):
        raise Http404("not the person's to withdraw")
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=screen, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn, and stays in the history.")
        return redirect(back)
    context = {"form": form, "screen": screen}
    return render(request, "interventions/screen_withdraw.html", context, status=422 if form.errors else 200)


def _may_withdraw(request: StaffRequest, shown: ScreenShown) -> bool:
    return shown.reads and (shown.keeps or shown.screen.by_id == request.user.pk)


def _shown(request: StaffRequest, pk: int) -> ScreenShown:
    screen = get_object_or_404(screens_seen(request.user), pk=pk)
    rows = list(screens_seen(request.user).filter(student=screen.student_id))
    shown = next((each for each in shown_of(request.user, rows) if each.screen.pk == pk), None)
    if shown is None:
        raise Http404("no such student among those this person may see")
    return shown
