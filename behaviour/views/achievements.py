"""Giving an achievement to one student or to thirty at once, and taking one back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.recognition import AchievementForm
from behaviour.forms.ticks import Ticks
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Achievement
from behaviour.services import recognition as services
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet

NOT_TYPED = {"student", "who", "drop", "member", "group", "listed"}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.AWARD)
def achievement_add(request: StaffRequest) -> HttpResponse:
    """Give an achievement; `student` and `group` in the address are in it from the start."""
    data, among = request.POST or request.GET, _awardable(request.user)
    picking = Picking.of(data, among)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    ticks = Ticks.of(data, among)
    form = AchievementForm(request.POST if request.POST.get("do") == "save" else None, initial=_typed(request))
    is_sent = form.is_bound and picking.is_settled(least=0 if ticks.ticked else 1)
    if form.is_valid() and is_sent:
        return _given(request, form, {student.pk for student in picking.chosen} | ticks.ticked)
    picking.wants_focus = not form.is_bound and not ticks.listed
    context = {"form": form, "picking": picking, "ticks": ticks}
    return render(request, "behaviour/achievement_form.html", context, status=422 if form.is_bound else 200)


def _given(request: StaffRequest, form: AchievementForm, keys: set[int]) -> HttpResponse:
    students = list(_awardable(request.user).filter(pk__in=keys))
    services.achievement_give(students=students, by=request.user, now=timezone.now(), **form.cleaned_data)
    whom = students[0].full_name if len(students) == 1 else f"{len(students)} students"
    messages.success(request, f"Given to {whom}: {form.cleaned_data['kind'].name}.")
    day = form.cleaned_data["awarded_on"].isoformat()
    own = f"&student={students[0].pk}" if len(students) == 1 else ""
    return redirect(f"{reverse('reports:achievement_list')}?first={day}&last={day}{own}")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.AWARD)
def achievement_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an achievement back with a reason: for whoever gave it, and for those who lead the student's behaviour."""
    held = get_object_or_404(Achievement.objects.visible_to(request.user).select_related("student"), pk=pk)
    back = f"{reverse('reports:achievement_list')}?student={held.student_id}&window=year"
    if answer := withdrawn_already(request, held, back):
        return answer
    led = Student.objects.with_right(request.user, Right.REVIEW_INCIDENTS).filter(pk=held.student_id)
    if held.logged_by_id != request.user.pk and not led.exists():
        messages.error(request, "It is taken back by whoever gave it, or by the Head of Year.")
        return redirect(back)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        services.withdrawn(record=held, because=because, by=request.user, now=timezone.now())
        messages.success(request, "It is withdrawn: it counts in no list and no figure, and stays in the history.")
        return redirect(back)
    context = {"form": form, "achievement": held, "back": back}
    return render(request, "behaviour/achievement_withdraw.html", context, status=422 if form.errors else 200)


def _awardable(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.AWARD).on_roll(today).with_tutor_group(today)


def _typed(request: StaffRequest) -> dict[str, str]:
    """Return what stands in the form while students are chosen without script."""
    return {name: str(value) for name, value in request.POST.items() if name not in NOT_TYPED}
