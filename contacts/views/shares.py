"""Entries shared with named colleagues: what is shared with me, one of them, and the answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.contact_edit import ReplyForm
from contacts.models import Share
from contacts.services.shares import share_read, share_reply
from contacts.summaries.shares import opened, shown_shares
from contacts.views.reading import reading_noted
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def share_list(request: StaffRequest) -> HttpResponse:
    """List what colleagues shared with the person, or what they shared, newest first."""
    show = asked_for(request, "show")
    seen = Share.objects.visible_to(request.user)
    mine = seen.filter(by=request.user) if show == "sent" else seen.filter(to=request.user)
    if show == "unread":
        mine = mine.unread()
    page = keyset_page(
        mine.select_related("to", "by", "contact__student", "information__student", "seen__student"),
        field="at",
        cursor=asked_for(request, "before"),
    )
    context = {"page": page, "rows": shown_shares(page.rows), "show": show}
    return render(request, "contacts/share_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def share_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the one entry to whom it was shared with, note that they have opened it, and take their answer."""
    rows = Share.objects.visible_to(request.user).select_related(
        "to", "by", "contact__student", "information__student", "seen__student"
    )
    share = get_object_or_404(rows, pk=pk)
    entry = opened(share)
    is_receiver = share.to_id == request.user.pk
    form = ReplyForm(request.POST or None)
    if is_receiver and form.is_valid():
        share_reply(share=share, words=form.cleaned_data["words"], now=timezone.now())
        messages.success(request, f"{share.by.formal_name} sees your answer.")
        return redirect("contacts:share_detail", pk)
    if is_receiver:
        share_read(share=share, now=timezone.now())
    reason = f"Shared by {share.by.formal_name}" if is_receiver else f"Shared with {share.to.formal_name}"
    reading_noted(request, entry.student.pk, reason)
    context: dict[str, Any] = {"share": share, "entry": entry, "form": form, "is_receiver": is_receiver}
    return render(request, "contacts/share_detail.html", context, status=422 if form.errors else 200)
