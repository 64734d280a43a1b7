"""E-mails on their way: those that a person decides about, those that wait, those that went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.models import Message
from contacts.querysets import MessageQuerySet
from contacts.services import messages as services
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.views.letters import tabs_of
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

SHOWN = {"": "To decide", "waiting": "Waiting", "sent": "Sent", "stopped": "Left"}


@never_cache
@require_safe
@right_required(Right.SEND_LETTERS, Right.KEEP_ENQUIRIES)
@offered_as_file("Messages that failed")
def outbox(request: StaffRequest) -> HttpResponse:
    """Show the e-mails about the person's students: first what failed, came back, or may never have left."""
    show = asked_for(request, "show") if asked_for(request, "show") in SHOWN else ""
    rows = _shown(Message.objects.visible_to(request.user), show)
    page = keyset_page(
        rows.select_related("student", "parent_carer", "copy", "made_by"),
        field="made_at",
        cursor=asked_for(request, "before"),
    )
    context = {
        "page": page,
        "show": show,
        "shows": [(f"?show={slug}" if slug else "?", words, slug == show) for slug, words in SHOWN.items()],
        "tabs": tabs_of(request, "outbox"),
    }
    return render(request, "contacts/outbox.html", context)


def _shown(rows: MessageQuerySet, show: str) -> MessageQuerySet:
    now = timezone.now()
    if show == "waiting":
        return rows.filter(state__in=("queued", "sending")).exclude(pk__in=rows.broken_off(now).values("pk"))
    if show:
        return rows.filter(state=show)
    return rows.to_decide(now)


@require_POST
@right_required(Right.SEND_LETTERS, Right.KEEP_ENQUIRIES)
def message_act(request: StaffRequest, pk: int) -> HttpResponse:
    """Send it again, count it as sent, note that it came back, or leave it: `do` says which."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    done, words = _ACTS.get(request.POST.get("do", ""), _ACTS["again"])
    try:
        held = done(message, request.user)
    except (services.MessageMovedOn, services.NoRecipient, CarerBarred, NotTheirCarer) as fault:
        messages.error(request, str(fault))
    else:
        why = services.why_not_copy(held) if held.state == Message.State.STOPPED else ""
        messages.success(request, f"Left. It is not to be printed either: {why}" if why else words)
    return redirect(reverse("contacts:outbox"))


_ACTS: dict[str, tuple[Callable[[Message, Any], Any], str]] = {
    "again": (
        lambda message, by: services.message_again(message=message, by=by, now=timezone.now()),
        "It goes again, to the address on the record.",
    ),
    "count": (
        lambda message, by: services.message_counts_as_sent(message=message, by=by, now=timezone.now()),
        "It counts as sent.",
    ),
    "returned": (
        lambda message, by: services.message_came_back(
            message=message, said=f"noted by {by.formal_name}", now=timezone.now()
        ),
        "Noted that it came back: the contact is an attempt now.",
    ),
    "leave": (
        lambda message, by: services.message_stop(message=message, by=by, now=timezone.now()),
        "Left. A letter’s copy stands among those to be printed.",
    ),
}
