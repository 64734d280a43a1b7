"""One student's times seen: the place on the student's page, the whole list, and what is put right or withdrawn."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.summaries.reach import Reached, reached
from contacts.forms.seen import SeenChangeForm
from contacts.forms.withdrawal import WithdrawForm
from contacts.models import Seen
from contacts.services.seen import FACTS, seen_put_right
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.seen import LEADS, seen_rows
from pastoral.core.access import access_note
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for

LATEST = 3
SIZE = 30


@never_cache
@require_safe
@right_required(Right.MARK_SEEN)
def seen_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show on the student's page when the student was seen last, and the button that says so again."""
    who = _who(request, pk)
    seen = Seen.objects.visible_to(request.user).standing(student=pk)
    context = {
        "who": who,
        "rows": seen_rows(request.user, seen[:LATEST]),
        "may_mark": _may_mark(who),
        "today": timezone.localdate(),
    }
    return render(request, "contacts/_seen_place.html", context)


@never_cache
@require_safe
@right_required(Right.MARK_SEEN)
def seen_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show every time that a student was seen, with what was said for those who may read it; the reading is logged."""
    who = _who(request, pk)
    rows = seen_rows(request.user, Seen.objects.visible_to(request.user).standing(student=pk))
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=who.reason,
        path=request.get_full_path(),
    )
    context = {
        "who": who,
        "page": list_page(rows, cursor=asked_for(request, "before"), size=SIZE),
        "may_mark": _may_mark(who),
        "today": timezone.localdate(),
    }
    return render(request, "contacts/seen_student.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.MARK_SEEN)
def seen_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Add words to one's own note, or put it right."""
    seen = get_object_or_404(Seen.objects.visible_to(request.user).select_related("student"), pk=pk, by=request.user)
    stands = {name: getattr(seen, name) for name in FACTS}
    form = SeenChangeForm(request.POST or None, initial=stands | {"seen": version_of(seen, FACTS)})
    back = _list(seen)
    if answer := withdrawn_meanwhile(request, seen, back, form):
        return answer
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in FACTS}
        try:
            seen_put_right(seen=seen, facts=facts, version=form.cleaned_data["seen"])
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before is kept.")
            return redirect(back)
    context = {"form": form, "seen": seen, "title": "Put right what was noted"}
    return render(request, "contacts/seen_change.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.MARK_SEEN)
def seen_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a note with a reason: for whoever made it, and for those who lead the year."""
    seen = get_object_or_404(Seen.objects.visible_to(request.user).select_related("student"), pk=pk)
    if seen.by_id != request.user.pk and LEADS not in _who(request, seen.student_id).rights:
        raise Http404("neither one's own nor of a student whose year the person leads")
    back = _list(seen)
    if answer := withdrawn_already(request, seen, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=seen, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn; it stays in the history.")
        return redirect(back)
    context = {"form": form, "seen": seen, "title": "Withdraw a note"}
    return render(request, "contacts/seen_change.html", context, status=422 if form.errors else 200)


def _who(request: StaffRequest, pk: int) -> Reached:
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    return who


def _may_mark(who: Reached) -> bool:
    return Right.MARK_SEEN in who.rights and who.is_on_roll(timezone.localdate())


def _list(seen: Seen) -> str:
    return reverse("contacts:seen_student", args=[seen.student_id])
