"""The daily behaviour inbox: noted, acted on, or handed to a colleague, from the keyboard."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from behaviour.forms.incidents import words_by_kind
from behaviour.models import Incident, IncidentReview, ListedWord
from behaviour.services import incidents as services
from behaviour.summaries.cases import is_for_dsl
from behaviour.summaries.inbox import Takers, inbox_of, incident_in_reach
from behaviour.views.reading import reading_noted
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.files import offered_as_file

ACTED = IncidentReview.Decision.ACTED


class DecisionForm(forms.Form):
    """What the row's buttons send."""

    do = forms.ChoiceField(choices=[("noted", "Noted"), ("acted", "Act"), ("hand", "Hand over"), ("undo", "Undo")])
    action = forms.CharField(max_length=300, required=False)
    to = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def clean(self) -> dict[str, object]:
        """Ask for the action of what was acted on, and for somebody to hand it to."""
        data = super().clean() or {}
        if data.get("do") == "acted" and not data.get("action"):
            raise forms.ValidationError("Say in a few words what you did.")
        if data.get("do") == "hand" and not data.get("to"):
            raise forms.ValidationError("Choose who shall deal with it.")
        return data


@never_cache
@require_safe
@right_required(Right.REVIEW_INCIDENTS)
@offered_as_file("Incidents to review")
def inbox(request: StaffRequest) -> HttpResponse:
    """Show what waits, oldest first, and what is with colleagues."""
    page = _page(request.user)
    held = page["inbox"]
    reading_noted(request, held.reader, held.read, dsls=held.dsls)
    return render(request, "behaviour/inbox.html", page)


@never_cache
@require_POST
@right_required(Right.REVIEW_INCIDENTS)
def inbox_decide(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """Deal with one incident for one year team: 404 unless it lies in the person's reach."""
    incident = incident_in_reach(request.user, pk, year)
    if incident is None:
        raise Http404("not in this person's inbox")
    form = DecisionForm(request.POST)
    fault = "" if form.is_valid() else " ".join(map(str, form.non_field_errors())) or "Choose what to do with it."
    if not fault:
        try:
            _decide(request.user, incident, year, form)
        except services.DealtWith as clash:
            fault = (
                f"{clash} You had written: {form.cleaned_data['action']}" if form.cleaned_data["action"] else str(clash)
            )
    if request.htmx:
        can_undo = not fault and form.cleaned_data["do"] != "undo"
        page = _page(request.user)
        key = f"{pk}-{year}"
        context = page | {
            "fault": fault,
            "fault_key": key,
            "fault_in_row": any(row.key == key for row in page["inbox"].rows),
            "done_address": request.path if can_undo else "",
        }
        return render(request, "behaviour/_inbox.html", context)
    if fault:
        messages.error(request, fault)
    return redirect("behaviour:inbox")


def _decide(user: User, incident: Incident, year: int, form: DecisionForm) -> None:
    data = form.cleaned_data
    if data["do"] == "hand":
        services.review_hand_over(incident=incident, year=year, to=_taker(user, incident, year, data["to"]))
    elif data["do"] == "undo":
        services.review_reopen(incident=incident, year=year, by=user)
    else:
        decision, action = data["do"], data["action"] if data["do"] == ACTED else ""
        services.review_decide(
            incident=incident, year=year, decision=decision, action=action, by=user, now=timezone.now()
        )


def _page(user: User) -> dict[str, Any]:
    return {
        "inbox": inbox_of(user, timezone.localdate()),
        "actions": words_by_kind().get(ListedWord.Kind.ACTION, []),
    }


def _taker(user: User, incident: Incident, year: int, key: int) -> User:
    """Return whom it is handed to: one of those whom the row offers, or oneself, to take it."""
    takers = Takers.load([year], timezone.localdate()).of(year, is_for_dsl=is_for_dsl([incident]))
    taker = next((each for each in takers if each.pk == key), None)
    if taker is None:
        raise Http404("nobody who may take it")
    return taker
