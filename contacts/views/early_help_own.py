"""Actions of early help for whoever took them on: read and ticked done without the rest of it (T14)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.early_help_actions import OwnActionForm
from contacts.models import EarlyHelp
from contacts.services.changes import record_change
from contacts.summaries.early_help_own import given_to, own_shown
from contacts.views.agency_common import reading_noted
from pastoral.core.late import too_late
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken

TAKEN_BACK = "The early help that it was for was withdrawn: nothing is to be done for it any more."


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def early_help_mine(request: StaffRequest) -> HttpResponse:
    """List the actions that the person took on: what is to be done, and what they did lately."""
    todo, done = own_shown(request.user, timezone.localdate())
    return render(request, "contacts/early_help_mine.html", {"todo": todo, "done": done})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def early_help_own(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that one's own action is done; 404 for anybody else's. The reading is logged."""
    action = get_object_or_404(given_to(request.user), pk=pk)
    held, back = action.early_help, reverse("contacts:early_help_mine")
    form = OwnActionForm.of(action, request.POST or None)
    if held.withdrawn_at is not None:
        return too_late(request, TAKEN_BACK, back, form)
    if form.is_valid():
        try:
            record_change(record=action, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "It is noted." if form.cleaned_data["done_on"] else "It is to be done again.")
            return redirect(back)
    reading_noted(request, held.student_id)
    opens = EarlyHelp.objects.visible_to(request.user).filter(pk=held.pk).exists()
    context = {"form": form, "action": action, "student": held.student, "opens": opens}
    return render(request, "contacts/early_help_own.html", context, status=422 if form.errors else 200)
