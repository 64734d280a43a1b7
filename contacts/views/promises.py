"""What the person promised: next steps with their dates, calls to try again, and how they ended."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.reading import Reader
from contacts.summaries.contact_record import shown_of, with_people
from contacts.summaries.promises import ended_tries, own_steps, own_tries, steps_due, steps_left, tries_due, tries_left
from pastoral.core.models import User
from pastoral.core.paging import ahead_page, keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file

SHOWN = {"": "To do", "due": "Due", "tries": "To try again", "done": "Done"}
LEFT = ("left", "Of colleagues who left")  # for who keeps a desk
MOST_TRIES = 50


@never_cache
@require_safe
@right_required(Right.LOG_CONTACTS)
@offered_as_file("Promises")
def promise_list(request: StaffRequest) -> HttpResponse:
    """List the person's own next steps, soonest first; or calls to try again; or what of both is done."""
    show = asked_for(request, "show")
    now, user = timezone.now(), request.user
    shows = [*SHOWN.items(), *([LEFT] if user.may(Right.KEEP_ENQUIRIES) else [])]
    show = show if show in dict(shows) else ""
    cursor = asked_for(request, "before")
    if show == "tries":
        page: Any = keyset_page(with_people(tries_due(user, now)), field="occurred_at", cursor=cursor)
    elif show == "done":
        page = keyset_page(with_people(own_steps(user).exclude(next_done_at=None)), field="next_done_at", cursor=cursor)
    elif show == "left":
        left = with_people(steps_left(user, timezone.localdate(now)))
        page = ahead_page(left, field="next_on", cursor=cursor)
    else:
        steps = steps_due(user, timezone.localdate(now)) if show else own_steps(user).promised()
        page = ahead_page(with_people(steps), field="next_on", cursor=cursor)
    tries = _tries(user, show, timezone.localdate(now))
    context = {
        "show": show,
        "tabs": [(f"?show={slug}" if slug else "?", words, slug == show) for slug, words in shows],
        "page": page,
        "rows": shown_of(page.rows, Reader.of(user, page.rows)),
        "tries": shown_of(tries[:MOST_TRIES]),
        "is_cut": len(tries) > MOST_TRIES,
        "ended": ended_tries(user) if show == "done" else (),
        "today": timezone.localdate(now),
        "now": now,
    }
    return render(request, "contacts/promise_list.html", context)


def _tries(user: User, show: str, on: date) -> list[Any]:
    """Return the calls to try again that stand below the next steps, soonest first, and one more than are shown."""
    if show not in ("", "left"):
        return []
    found = tries_left(user, on) if show else own_tries(user)
    return list(with_people(found.order_by("retry_at", "pk"))[: MOST_TRIES + 1])
