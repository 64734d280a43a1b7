"""Priorities of year groups: the list of a year, new ones of a meeting, and what becomes of each."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.summaries.history import history_of, kind_of
from interventions.forms.priorities import PrioritiesForm, PriorityChangeForm, PriorityDoneForm, PriorityDropForm
from interventions.models import Priority
from interventions.services import priorities as services
from interventions.services.meetings import MinutesClosed
from interventions.summaries.priorities import (
    SHOWS,
    Asked,
    PriorityRow,
    priorities_asked,
    rows_of,
    table_of,
    with_all,
)
from interventions.views.meeting_common import kept_record
from interventions.views.meeting_parts import closed_meanwhile
from pastoral.core.exports import handed_out
from pastoral.core.late import too_late
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken
from pastoral.core.words import address_read, asked_for, key_asked
from students.scopes import scope_of, years_offered

TOLD = kind_of(
    Priority,
    {
        "words": "priority",
        "owner_id": "who sees to it",
        "outcome": "how it ended",
        "ended_on": "ended on",
        "ended_note": "with what, or why",
    },
)
STEPS = {"done": "Done, with what", "change": "Hand on, or put right", "drop": "Drop it"}
ENDS = {"done": "done", "drop": "dropped"}


@never_cache
@require_safe
@right_required(*Right)
def priority_list(request: StaffRequest) -> HttpResponse:
    """List what meetings set as priorities of a year, or hand the list out as a file."""
    today, show, year = timezone.localdate(), asked_for(request, "show"), key_asked(request, "year")
    asked = Asked(show if show in SHOWS else "", year if year in range(7, 14) else 0)
    found = priorities_asked(request.user, asked)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            table_of(rows_of(request.user, found), asked, today),
            how,
            subject=f"priorities:{asked.year or 'all'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"priorities-{today}",
        )
    context = {
        "asked": asked,
        "page": counted_page(found, partial(rows_of, request.user), cursor=asked_for(request, "before")),
        "shows": [(_address(asked, show=slug), words, slug == asked.show) for slug, words in SHOWS.items()],
        "years": years_offered(request.user, Right.SEE_MEETINGS),
        "may_keep": request.user.may(Right.KEEP_MEETINGS),
    }
    return render(request, "interventions/priority_list.html", context)


def _address(asked: Asked, *, show: str) -> str:
    query = {"year": str(asked.year) if asked.year else "", "show": show}
    return reverse("interventions:priority_list", query={name: value for name, value in query.items() if value})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def priority_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Set priorities at a meeting; `back` leads to where it was asked from: the meeting, or its RAG's walk."""
    record = kept_record(request, pk)
    meeting, back = record.meeting, _back(request, reverse("interventions:meeting_detail", args=[pk]))
    form = PrioritiesForm(request.POST or None)
    if answer := closed_meanwhile(request, record, form):
        return answer
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = services.priorities_set(
                meeting=meeting, lines=told["lines"], owner=told["owner"], token=told["token"], by=request.user
            )
        except MinutesClosed as fault:
            return too_late(request, str(fault), back, form)
        if not made:
            messages.info(request, "They stand already.")
        return redirect(back)
    standing = [each for each in record.priorities if each.is_open]
    context = {"form": form, "record": record, "meeting": meeting, "standing": standing}
    return render(request, "interventions/priority_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(*Right)
def priority_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one priority with what becomes of it: done with what, dropped, handed on, or gone on with after all."""
    shown = _shown(request, pk)
    priority, do = shown.row, request.POST.get("do", "")
    home = reverse("interventions:priority_detail", args=[pk])
    back = _back(request, home)
    if request.method == "POST" and not shown.keeps:
        raise Http404("not the person's to end")
    forms = _forms(request, priority, do)
    form = forms.get(do)
    is_sent = do == "open" or bool(form and form.is_valid())
    if is_sent and (answer := _taken(request, priority, do, form, back)):
        is_gone = back == home and not Priority.objects.visible_to(request.user).filter(pk=pk).exists()
        return redirect("interventions:priority_list") if is_gone else answer
    context = {
        "each": shown,
        "steps": [(slug, STEPS[slug], form) for slug, form in forms.items()] if shown.keeps and shown.is_open else [],
        "opened": do if do in forms else "done",
        "changes": history_of([TOLD], priority.pk, [priority]),
    }
    return render(request, "interventions/priority_detail.html", context, status=422 if do in forms else 200)


def _shown(request: StaffRequest, pk: int) -> PriorityRow:
    visible = with_all(Priority.objects.visible_to(request.user).standing())
    return rows_of(request.user, [get_object_or_404(visible, pk=pk)])[0]


def _forms(request: StaffRequest, priority: Priority, do: str) -> dict[str, Any]:
    sent = {do: request.POST}
    return {
        "done": PriorityDoneForm(sent.get("done"), auto_id="done-%s"),
        "change": PriorityChangeForm.of(priority, sent.get("change")),
        "drop": PriorityDropForm(sent.get("drop"), auto_id="drop-%s"),
    }


def _taken(request: StaffRequest, priority: Priority, do: str, form: Any, back: str) -> HttpResponse | None:
    """Do what was asked and lead back; None where somebody changed it meanwhile."""
    try:
        if do == "open":
            services.priority_reopen(priority=priority, seen=request.POST.get("seen", ""))
        elif do == "change":
            services.priority_change(priority=priority, seen=form.cleaned_data["seen"], facts=form.facts())
        else:
            note, today = form.cleaned_data["note"], timezone.localdate()
            services.priority_end(priority=priority, outcome=ENDS[do], note=note, by=request.user, on=today)
    except services.Ended as fault:
        return too_late(request, str(fault), back, form, stays=True)
    except Overtaken:
        form.overtaken()
        return None
    messages.success(request, "It goes on." if do == "open" else "It is noted.")
    return redirect(back)


def _back(request: StaffRequest, home: str) -> str:
    """Return where the person came from, as the address says, else home."""
    return address_read(asked_for(request, "back")) or home
