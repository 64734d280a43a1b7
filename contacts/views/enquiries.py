"""The desk: what families and others asked, what is not yet acknowledged, what is followed up, what is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.models import Enquiry
from contacts.querysets import EnquiryQuerySet
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.enquiries import Row, desk_rows, desk_table, in_desk_order, owners_held
from pastoral.core.access import access_notes
from pastoral.core.exports import handed_out
from pastoral.core.models import AccessRecord, User
from pastoral.core.paging import KeysetPage, ListPage, counted_page, keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for, key_read
from students.models import Enrolment
from students.scopes import job_of, scope_of

VIEWS = (
    ("", "On the desk"),
    ("owed", "To acknowledge"),
    ("mine", "Mine"),
    ("due", "Follow up today"),
    ("closed", "Closed"),
)
SIZE = 50


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    show: str
    topic: str
    owner: int
    year: int

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """Read it; whatever there is not counts as not asked."""
        show, topic = asked_for(request, "show"), asked_for(request, "topic")
        return cls(
            show if show in dict(VIEWS) else "",
            topic if topic in Enquiry.Topic.values else "",
            key_read(asked_for(request, "owner")),
            key_read(asked_for(request, "year")[:2]),
        )


@never_cache
@require_safe
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_list(request: StaffRequest) -> HttpResponse:
    """List the enquiries of the person's desk: those not yet acknowledged on top, then by follow-up date; or a file."""
    clock, now, asked = AckClock.load(), timezone.now(), Asked.of(request)
    found = _listed(request.user, asked, clock)
    how = asked_for(request, "format")
    if how in FORMATS:
        return _file(request, found, how)
    page = _page(found, asked, asked_for(request, "before"))
    rows = desk_rows(request.user, page.rows, clock, now)
    _noted(request, rows)
    context = {
        "rows": rows,
        "page": page,
        "rule": clock.words,
        "tabs": [(_address(slug), words, slug == asked.show) for slug, words in VIEWS],
        "asked": asked,
        "topics": Enquiry.Topic.choices,
        "owners": owners_held(request.user),
        "years": _years(request.user),
    }
    return render(request, "contacts/enquiry_list.html", context)


def _noted(request: StaffRequest, rows: Sequence[Row]) -> None:
    """Note of which students the words of an enquiry were read in the list."""
    read = [row for row in rows if row.may_read and row.enquiry.student_id]
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        reasons={f"student:{row.enquiry.student_id}": row.reason for row in read},
        path=request.get_full_path(),
    )


def _address(show: str) -> str:
    return reverse("contacts:enquiry_list") + (f"?show={show}" if show else "")


def _listed(user: User, asked: Asked, clock: AckClock) -> EnquiryQuerySet:
    found = Enquiry.objects.visible_to(user).with_sender()
    if asked.topic:
        found = found.filter(topic=asked.topic)
    if asked.owner:
        found = found.filter(owner=asked.owner)
    if asked.year:
        spells = Enrolment.objects.visible_to(user).current(scope_of(user).on).filter(year_group=asked.year)
        found = found.filter(student__in=spells.values("student"))
    if asked.show == "closed":
        return found.standing().exclude(closed_at=None)
    if asked.show == "owed":
        return in_desk_order(found.owed_reply().filter(received_at__lt=clock.due_by(timezone.localdate())))
    found = found.open()
    if asked.show in ("mine", "due"):
        found = found.filter(owner=user)
    if asked.show == "due":
        found = found.filter(follow_up_on__lte=timezone.localdate()).exclude(acknowledged_at=None)
    return in_desk_order(found)


def _page(found: EnquiryQuerySet, asked: Asked, cursor: str) -> "KeysetPage[Enquiry] | ListPage[Enquiry]":
    """Return a page: what is closed is walked by its key, what is open is sorted and cut by the database."""
    if asked.show == "closed":
        return keyset_page(found, field="closed_at", cursor=cursor, size=SIZE)
    return counted_page(found, list, cursor=cursor, size=SIZE)


def _years(user: User) -> list[int]:
    numbers = Enrolment.objects.visible_to(user).current(scope_of(user).on).order_by("year_group")
    return list(numbers.values_list("year_group", flat=True).distinct())


def _file(request: StaffRequest, found: Any, how: str) -> HttpResponse:
    clock, now, asked = AckClock.load(), timezone.now(), Asked.of(request)
    rows = desk_rows(request.user, found, clock, now)
    title = dict(VIEWS)[asked.show]
    return handed_out(
        request,
        desk_table(rows, title=f"Enquiries: {title.lower()}", rule=clock.words, now=now),
        how,
        subject=f"enquiries:{asked.year or 'all'}",
        reason=job_of(request.user)[:100],
        name="enquiries",
    )
