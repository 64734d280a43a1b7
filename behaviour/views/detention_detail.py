"""One detention with all that may be done about it, and the school's policy."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.detentions import DaysForm, DecideForm, ExcuseForm, LevelForm, MoveForm, ToldForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import Detention
from behaviour.services import detentions as services
from behaviour.services.detention_policy import Rung, policy_keep
from behaviour.summaries.detention_days import days_allowed
from behaviour.summaries.detentions import detentions_shown, policy, policy_in_words, policy_version, with_facts
from behaviour.views.reading import student_noted
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student

FORMS: dict[str, type[forms.Form]] = {
    "told": ToldForm,
    "move": MoveForm,
    "excuse": ExcuseForm,
    "decide": DecideForm,
    "withdraw": WithdrawForm,
}
DONE = {
    "told": "It is noted that the parent was told.",
    "move": "It is moved. Tell the parent the new time.",
    "excuse": "It is excused.",
    "decide": "What was decided is kept.",
    "withdraw": "It is withdrawn: it counts nowhere, and stays in the history.",
}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SET_DETENTIONS)
def detention_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one detention, what it followed and what followed it; `do` says which of its forms was sent."""
    held = get_object_or_404(with_facts(Detention.objects.with_right(request.user, Right.SET_DETENTIONS)), pk=pk)
    student_noted(request, held.student_id, Right.SET_DETENTIONS)
    do = request.POST.get("do", "")
    bound = {do: _form(do, held, request.POST)} if do in FORMS else {}
    form = bound.get(do)
    late = withdrawn_already if do == "withdraw" else partial(withdrawn_meanwhile, form=form)
    if form is not None and (answer := late(request, held, request.path)):
        return answer
    if form is not None and form.is_valid() and _is_done(request, held, do, form):
        messages.success(request, DONE[do])
        return redirect("behaviour:detention_detail", pk)
    (shown,) = detentions_shown([held], timezone.localdate())
    context = {
        "row": shown,
        "held": held,
        "may_withdraw": _may_withdraw(request, held),
        **{name: bound.get(name) or _form(name, held) for name in FORMS},
        "opened": do,
    }
    return render(request, "behaviour/detention_detail.html", context, status=422 if bound else 200)


def _form(name: str, held: Detention, data: QueryDict | None = None) -> forms.Form:
    placed = {each: getattr(held, each) for each in services.PLACED}
    initial: dict[str, dict[str, Any]] = {
        "told": {"told_on": timezone.localdate()},
        "move": placed | {"seen": version_of(held, services.PLACED)},
        "excuse": {"because": held.outcome, "seen": version_of(held, services.SETTLED)},
        "decide": {"decided": held.outcome, "seen": version_of(held, services.SETTLED)},
    }
    return FORMS[name](data, initial=initial.get(name, {}), auto_id=f"{name}-%s")


def _is_done(request: StaffRequest, held: Detention, do: str, form: Any) -> bool:
    """Do it; where it cannot be done, say in the form why not."""
    try:
        _act(request, held, do, form)
    except services.DetentionClash as clash:
        for fault in clash.faults:
            form.add_error(None, fault)
        return False
    except services.NotSo as fault:
        form.add_error(None, str(fault))
        return False
    except Overtaken:
        form.overtaken()
        return False
    return True


def _act(request: StaffRequest, held: Detention, do: str, form: Any) -> None:
    data, now = form.cleaned_data, timezone.now()
    if do == "told":
        on, how = data["told_on"], data["told_how"]
        services.detention_notify(detention=held, on=on, how=how, today=timezone.localdate(now))
    elif do == "move":
        placed = {"slot": form.slot(), "place": data["place"], "seen": data["seen"]}
        services.detention_move(detention=held, by=request.user, now=now, **placed)
    elif do == "excuse":
        services.detention_excuse(detention=held, seen=data["seen"], because=data["because"])
    elif do == "decide":
        services.detention_decide(detention=held, seen=data["seen"], decided=data["decided"])
    elif not _may_withdraw(request, held):
        raise PermissionDenied("withdrawn by whoever set it, or by the year team")
    else:
        services.detention_withdraw(detention=held, because=data["because"], by=request.user, now=now)


def _may_withdraw(request: StaffRequest, held: Detention) -> bool:
    reviewed = Student.objects.with_right(request.user, Right.REVIEW_INCIDENTS)
    return held.set_by_id == request.user.pk or reviewed.filter(pk=held.student_id).exists()


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def detention_levels(request: StaffRequest) -> HttpResponse:
    """Change the school's policy: the levels, each with how long, when and where, and one more at the end."""
    data = request.POST or None
    held = [level for level, _after in policy()]
    initial = [
        {"name": each.name, "minutes": each.minutes, "starts_at": each.starts_at, "place": each.place} for each in held
    ]
    rungs = [LevelForm(data, prefix=f"level-{n}", initial=each) for n, each in enumerate([*initial, {}], 1)]
    stands = days_allowed()
    allowed = {name: getattr(stands, name) for name in ("on_saturdays", "on_inset_days")}
    days = DaysForm(data, prefix="days", initial=allowed | {"seen": policy_version()})
    fault = ""
    faulty = [each for each in rungs if data is not None and not each.is_valid()]
    if days.is_valid() and not faulty:
        kept = [Rung(**each.cleaned_data) for each in rungs if each.cleaned_data["name"]]
        try:
            policy_keep(kept, **days.cleaned_data)
        except services.NotSo as not_so:
            fault = str(not_so)
        except Overtaken:
            days.overtaken()
            fault = f"It says now: {policy_in_words()}."
        else:
            messages.success(request, "The policy is saved. Detentions that are set already stay as they are.")
            return redirect("behaviour:detention_levels")
    context = {"rungs": rungs, "days": days, "fault": fault}
    return render(request, "behaviour/detention_levels.html", context, status=422 if data is not None else 200)
