"""Everybody's actions: one list for their owner, and each done, handed on, dropped or opened again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.summaries.reach import reached
from contacts.summaries.history import history_of, kind_of
from interventions.forms.actions import ActionChangeForm, ActionDoneForm, ActionDropForm, ActionForm
from interventions.models import Action
from interventions.services import actions as services
from interventions.summaries.action_evidence import evidence_columns, evidence_offered, evidence_words
from interventions.summaries.actions import (
    SEEING,
    SETTING,
    SHOWS,
    WITH_DUTIES,
    ActionRow,
    actions_about,
    actions_shown,
    items_asked,
    may_settle,
    table_of,
    with_all,
)
from pastoral.core.access import access_note
from pastoral.core.exports import handed_out
from pastoral.core.late import too_late
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken
from pastoral.core.words import address_read, asked_for, key_asked
from students.models import Student
from students.scopes import scope_of

ANY = tuple(Right)
TOLD = kind_of(
    Action,
    {
        "what": "what is to be done",
        "owner_id": "who does it",
        "due_on": "by",
        "done_on": "settled on",
        "done_note": "note",
        "not_needed_because": "not needed because",
    },
)
STEPS = {"done": "Done, with a note", "change": "Hand on, or another day", "drop": "Not needed"}


@never_cache
@require_safe
@right_required(*ANY)
def action_list(request: StaffRequest) -> HttpResponse:
    """List what the person is to do, set others to do, or did; or hand it out as a file."""
    today, show = timezone.localdate(), asked_for(request, "show")
    show = show if show in SHOWS else ""
    is_alone = asked_for(request, "only") == "actions"
    items = items_asked(request.user, show, today, is_alone=is_alone)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            table_of(items, show, today),
            how,
            subject=f"actions:{show or 'open'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"actions-{today}",
        )
    context = {
        "page": list_page(items, cursor=asked_for(request, "before"), size=50),
        "shows": [(f"?show={slug}" if slug else "?", words, slug == show) for slug, words in SHOWS.items()],
        "show": show,
        "title": SHOWS[show],
        "is_alone": is_alone,
        "has_duties": show in WITH_DUTIES,
        "here": request.get_full_path(),
    }
    return render(request, "interventions/action_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(*SETTING)
def action_add(request: StaffRequest) -> HttpResponse:
    """Set an action about the student whom the address names."""
    student = _student(request)
    form = ActionForm(request.POST or None, initial={"owner": request.user.pk})
    if form.is_valid():
        facts = {**form.facts(), "student": student}
        services.action_set(token=form.cleaned_data["token"], facts=facts, by=request.user)
        messages.success(request, f"{facts['owner'].formal_name} has it in their list.")
        return redirect("reports:student_detail", student.pk)
    context = {"form": form, "student": student}
    return render(request, "interventions/action_form.html", context, status=422 if form.errors else 200)


def _student(request: StaffRequest) -> Student:
    """Return the student named, over whom the person keeps something; 404 beyond."""
    students, key = Student.objects.visible_to(request.user), key_asked(request, "student")
    who = reached(request.user, [key]).get(key)
    if who is None or not who.rights & SETTING:
        raise Http404("no student about whom this person sets actions")
    return get_object_or_404(students, pk=key)


@never_cache
@require_safe
@right_required(*SEEING)
def action_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer with the part of a student's page that says what is to be done; 404 for a student beyond reach."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    sees = bool(who.rights & SEEING)
    rows = actions_about(request.user, who, timezone.localdate()) if sees else []
    context = {
        "sees": sees,
        "who": who,
        "rows": rows,
        "may_set": bool(who.rights & SETTING),
        "sees_meetings": Right.SEE_MEETINGS in who.rights,
        "back": reverse("reports:student_detail", args=[pk]),
    }
    return render(request, "interventions/_action_place.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(*ANY)
def action_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one action with what becomes of it: done with what shows it, handed on, not needed."""
    shown = _shown(request, pk)
    action, do = shown.row, request.POST.get("do", "")
    may = may_settle(request.user, shown)
    if request.method == "POST" and not may:
        raise Http404("not the person's to settle")
    forms = _forms(request, action, do)
    if do in forms and forms[do].is_valid() and (answer := _taken(request, action, do, forms[do])):
        return answer
    _reading_noted(request, shown)
    context = {
        "each": shown,
        "steps": [(slug, STEPS[slug], form) for slug, form in forms.items()] if may and shown.is_open else [],
        "may": may,
        "opened": do if do in forms else "done",
        "shows": evidence_words(request.user, action),
        "changes": history_of([TOLD], action.pk, [action]) if shown.words else (),
    }
    return render(request, "interventions/action_detail.html", context, status=422 if do in forms else 200)


def _forms(request: StaffRequest, action: Action, do: str) -> dict[str, Any]:
    sent = {do: request.POST}
    return {
        "done": ActionDoneForm(sent.get("done"), evidence=evidence_offered(request.user, action)),
        "change": ActionChangeForm.of(action, sent.get("change")),
        "drop": ActionDropForm(sent.get("drop")),
    }


def _taken(request: StaffRequest, action: Action, do: str, form: Any) -> HttpResponse | None:
    """Do what the form asks and lead back to the list; None where somebody was faster."""
    told, back = form.cleaned_data, reverse("interventions:action_detail", args=[action.pk])
    today = timezone.localdate()
    try:
        if do == "done":
            columns = evidence_columns(told.get("shows", ""))
            services.action_done(action=action, on=told["on"], by=request.user, note=told["note"], evidence=columns)
        elif do == "change":
            services.action_change(action=action, seen=told["seen"], facts=form.facts())
        else:
            services.action_drop(action=action, on=today, by=request.user, because=told["because"])
    except services.Settled as fault:
        return too_late(request, str(fault), back, form)
    except Overtaken:
        form.overtaken()
        return None
    messages.success(request, "It is noted.")
    return redirect(back)


@require_POST
@right_required(*ANY)
def action_tick(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick an action done in one tap, or open it again with do=open."""
    shown = _shown(request, pk)
    if not may_settle(request.user, shown):
        raise Http404("not the person's to settle")
    back = address_read(request.POST.get("back", "")) or reverse("interventions:action_list")
    try:
        if request.POST.get("do") == "open":
            services.action_reopen(action=shown.row, seen=request.POST.get("seen", ""))
            messages.info(request, "It is to be done again.")
        else:
            services.action_done(action=shown.row, on=timezone.localdate(), by=request.user)
            messages.success(request, f"Done: {shown.row.what}")
    except services.Settled as fault:
        return too_late(request, str(fault), back, stays=True)
    return redirect(back)


def _shown(request: StaffRequest, pk: int) -> ActionRow:
    visible = Action.objects.visible_to(request.user).of_standing()
    action = get_object_or_404(with_all(visible), pk=pk)
    shown = actions_shown(request.user, [action], timezone.localdate())[0]
    if action.student_id and not shown.who and not shown.is_mine:
        raise Http404("about a student whom the person does not see")
    return shown


def _reading_noted(request: StaffRequest, shown: ActionRow) -> None:
    if not shown.row.student_id:
        return
    who = shown.who or reached(request.user, [shown.row.student_id]).get(shown.row.student_id)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{shown.row.student_id}",
        reason=who.reason if who else "their own action",
        path=request.get_full_path(),
    )
