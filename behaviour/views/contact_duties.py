"""Parents to reach within 48 hours: the list, one of them, who calls, and why nobody does."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from behaviour.forms.contact_duties import DelegateForm, WaiveForm
from behaviour.involvements import InvolvementQuerySet
from behaviour.models import Involvement
from behaviour.services import contact_duties as services
from behaviour.summaries.contact_clock import clock_in_force
from behaviour.summaries.contact_duties import Duty, SettledPage, carers_to_call, duties_of, has_sen
from behaviour.views.reading import student_noted
from pastoral.core.late import too_late
from pastoral.core.models import User
from pastoral.core.paging import ListPage, list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import daytime
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student
from students.scopes import scope_of
from students.staff import staff_over

VIEWS_OF_A_CALLER = (("", "To reach"), ("done", "Reached or waived"))
VIEWS = (("", "To reach"), ("mine", "Mine to call"), ("done", "Reached or waived"))


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
@offered_as_file("Parents to reach")
def duty_list(request: StaffRequest) -> HttpResponse:
    """List the parents to reach, overdue ones first, or those reached; how the time was kept is the clocks' page."""
    views = VIEWS if request.user.may(Right.REVIEW_INCIDENTS) else VIEWS_OF_A_CALLER
    show = asked_for(request, "show")
    show = show if show in dict(VIEWS) else ""
    context: dict[str, Any] = {
        "tabs": [(_address(slug), words, slug == show) for slug, words in views],
        "sees_clocks": request.user.may(Right.REVIEW_INCIDENTS),
        "rule": clock_in_force().rule.label,
        "show": show,
    }
    context["page"] = _page(request.user, show, asked_for(request, "before"))
    return render(request, "behaviour/duty_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def duty_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whom to call about one student; whoever it belongs to says who calls, or why nobody does."""
    duties = Involvement.objects.visible_to(request.user).owed_contact().overseen_by(request.user)
    duty = next(iter(_shown(request.user, duties.filter(pk=pk))), None)
    if duty is None:
        raise Http404("no call owed about a student of theirs")
    student_noted(request, duty.student_id, Right.SEE_BEHAVIOUR_NARRATIVE, incident=duty.incident_id)
    may_change, clock = _may_change(request.user, duty), clock_in_force()
    forms = _forms(request, duty)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied("whoever acted, or the year team, says who calls")
        try:
            if _save(request, get_object_or_404(duties, pk=pk), forms):
                return redirect("behaviour:duty_detail", pk)
        except (services.DutySettled, Overtaken):
            (duty,) = _shown(request.user, duties.filter(pk=pk))
            sent = next((form for form in forms.values() if form.is_bound), None)
            return too_late(request, _stands(duty), reverse("behaviour:duty_detail", args=[pk]), sent)
    context = {
        "duty": duty,
        "may_change": may_change and not duty.reached_at,
        "carers": carers_to_call(request.user, duty.student_id),
        "rule": clock.rule.label,
        "due_otherwise": clock.due(duty.acted_at, clock.other_rule),
        **forms,
    }
    return render(request, "behaviour/duty_detail.html", context, status=422 if request.method == "POST" else 200)


def _address(show: str) -> str:
    return reverse("behaviour:duty_list") + (f"?show={show}" if show else "")


def _page(user: User, show: str, cursor: str) -> ListPage[Duty] | SettledPage:
    """Return a page of the list: what is settled grows for years, and is read a page at a time."""
    if show == "done":
        return SettledPage.load(user, cursor, now=timezone.now(), on=timezone.localdate())
    seen = Involvement.objects.visible_to(user)
    found: Any = seen.owed_by(user) if show == "mine" else seen.owed_contact().overseen_by(user).open()
    return list_page(_shown(user, found.order_by("acted_at", "pk")), cursor=cursor, size=50)


def _shown(user: User, rows: InvolvementQuerySet) -> tuple[Duty, ...]:
    return duties_of(rows, user=user, now=timezone.now(), on=timezone.localdate())


def _may_change(user: User, duty: Duty) -> bool:
    reviewed = Student.objects.with_right(user, Right.REVIEW_INCIDENTS)
    return duty.owner_id == user.pk or reviewed.filter(pk=duty.student_id).exists()


def _forms(request: StaffRequest, duty: Duty) -> dict[str, Any]:
    """Return the two forms; the one that was sent is bound."""
    today, sent = timezone.localdate(), request.POST.get("do", "")
    place = scope_of(request.user).on
    colleagues = staff_over(
        Right.LOG_INCIDENT,
        year=duty.year or 0,
        tutor_group=duty.tutor_group_id,
        has_sen=has_sen(duty.student_id, place),
        on=today,
    ).exclude(pk=duty.owner_id)
    data = request.POST if request.method == "POST" else None
    return {
        "delegating": DelegateForm(
            data if sent == "delegate" else None,
            colleagues=colleagues,
            owner=duty.owner,
            initial={"to": duty.delegate_id, "seen": services.duty_version(Involvement(pk=duty.key))},
        ),
        "waiving": WaiveForm(data if sent == "waive" else None),
    }


def _stands(duty: Duty) -> str:
    """Return how a call stands that somebody settled, or gave to another, meanwhile."""
    if duty.reached_at:
        return f"A parent was reached {daytime(duty.reached_at)}: nobody is to be called about this."
    if duty.waived_at:
        return f"{duty.waived_by} waived it {daytime(duty.waived_at)}: {duty.waived_because}"
    return f"Somebody else settled meanwhile who calls: {duty.delegate or duty.owner}."


def _save(request: StaffRequest, row: Involvement, forms: dict[str, Any]) -> bool:
    do = request.POST.get("do")
    if do == "owe":
        services.duty_owe_again(involvement=row)
        messages.success(request, "It is owed again, from when it was dealt with.")
    elif do == "delegate" and forms["delegating"].is_valid():
        to = forms["delegating"].cleaned_data["to"]
        services.duty_delegate(involvement=row, to=to, seen=forms["delegating"].cleaned_data["seen"])
        messages.success(request, f"{to.formal_name} makes the call." if to else "Whoever acted makes the call.")
    elif do == "waive" and forms["waiving"].is_valid():
        services.duty_waive(
            involvement=row, because=forms["waiving"].cleaned_data["because"], by=request.user, now=timezone.now()
        )
        messages.success(request, "Waived: nobody is to be called about this.")
    else:
        return False
    return True
