"""Tutors' answers on their sheets, and the calls that they ask for."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for, plain
from reports.models import RagAnswer, RagDocument, RagStudent
from reports.rag.answers import CallAsked, answers_own, calls_listed
from reports.rag.distribution import answer_of, answer_set
from students.scopes import scope_of

LONGEST_NOTE = 200


@require_POST
@right_required(Right.ANSWER_RAG)
def rag_answer(request: StaffRequest, pk: int, student: int) -> HttpResponse:
    """Keep a tutor's answer about one student of their sheet, or take it back; 404 on any other sheet."""
    document = get_object_or_404(RagDocument.objects.visible_to(request.user).select_related("run"), pk=pk)
    members = RagStudent.objects.visible_to(request.user).of(document)
    if not answers_own(request.user, document) or not members.filter(student=student).exists():
        raise Http404("not a student of a sheet of this person's own")
    answer, note = request.POST.get("answer", ""), request.POST.get("note")
    if answer not in ("", *RagAnswer.Answer.values):
        return render(request, "400.html", status=422)
    words = None if note is None else plain(note)
    if words and len(words) > LONGEST_NOTE:
        messages.warning(request, f"The note is cut to {LONGEST_NOTE} letters.")
        words = words[:LONGEST_NOTE]
    sent = {"answer": answer, "note": words, "seen": request.POST.get("seen", "")}
    return _answered(request, document, student, sent)


def _answered(request: StaffRequest, document: RagDocument, student: int, sent: Mapping[str, Any]) -> HttpResponse:
    """Keep the answer, or show the one that a co-tutor gave meanwhile; nothing of either is lost."""
    held: RagAnswer | None
    told = ""
    try:
        held = answer_set(document=document, student_id=student, by=request.user, now=timezone.now(), **sent)
    except Overtaken:
        held, told = answer_of(document, student), _overtaken(sent["note"])
    if not request.headers.get("HX-Request"):
        if told:
            messages.warning(request, told)
        return redirect(f"{document.get_absolute_url()}#answer-{student}")
    context: dict[str, Any] = {
        "document": document,
        "student_id": student,
        "answer": held if held and held.answer else None,
        "choices": RagAnswer.Answer.choices,
        "may_answer": True,
        "told": told,
    }
    return render(request, "reports/_rag_answer.html", context)


def _overtaken(note: str | None) -> str:
    typed = f" You wrote: “{note}”." if note else ""
    return f"This answer was changed after you opened the sheet. Yours was not kept: look, and tap again.{typed}"


@never_cache
@require_safe
@right_required(Right.SEE_YEAR_RAG)
def rag_calls(request: StaffRequest) -> HttpResponse:
    """List the calls that tutors ask for and nobody made since, or hand them out as a file."""
    today = timezone.localdate()
    calls = calls_listed(request.user, today)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            _table(calls, f"{today:%-d %B %Y}"),
            how,
            subject="rag-calls:all",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Calls asked for {today:%Y-%m-%d}",
        )
    context = {
        "page": list_page(calls, cursor=asked_for(request, "before"), size=50),
        "calls": calls,
        "call": reverse("contacts:contact_add"),
    }
    return render(request, "reports/rag_calls.html", context)


def _table(calls: list[CallAsked], on: str) -> Table:
    rows = [
        (
            each.who.name,
            each.who.tutor_group,
            each.answer.by.formal_name,
            timezone.localdate(each.answer.at),
            each.answer.document.run.week,
            each.answer.note,
            each.tries,
            timezone.localdate(each.last) if each.last else None,
        )
        for each in calls
    ]
    headings = ("Student", "Group", "Asked by", "Asked on", "RAG week", "Note", "Tried since", "Last tried")
    return Table("Calls asked for", (f"Calls that tutors ask for, {on}",), headings, rows)
