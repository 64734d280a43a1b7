"""The central ledger of contacts: listed, narrowed and handed out, without a word of what was said."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.models import Channel, Contact, Direction, Purpose
from contacts.summaries.contact_record import shown_of, with_people
from contacts.summaries.ledger import DAYS, FILTERS, RESULTS, Asked, Week, table_of
from pastoral.core.exports import handed_out, subject_of
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.staff_names import names_apart
from pastoral.core.words import asked_for
from students.models import Enrolment
from students.scopes import scope_of
from students.staff import staff_with


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def ledger(request: StaffRequest) -> HttpResponse:
    """List the contacts within the person's reach, newest first, or hand them out as CSV or XLSX."""
    on = timezone.localdate()
    asked = Asked.of({name: asked_for(request, name) for name in FILTERS})
    reach = Contact.objects.visible_to(request.user).standing()
    rows = asked.narrow(with_people(reach), request.user, on)
    groups = Enrolment.objects.visible_to(request.user).current(on).group_names()
    how = asked_for(request, "format")
    if how in FORMATS:
        return _handed_out(request, asked, rows, [name for _year, name in groups], how)
    page = keyset_page(rows, field="occurred_at", cursor=asked_for(request, "before"))
    context = {
        "page": page,
        "rows": shown_of(page.rows),
        "asked": asked.held,
        "more": any(name in asked.held for name in (*DAYS, "author", "owner")),
        "week": Week.of(reach, on),
        "choices": _choices(groups, staff_with(Right.LOG_CONTACTS, year=None, on=on)),
        "address": reverse("contacts:ledger") + (f"?{urlencode(asked.held)}" if asked.held else ""),
        "files": [
            (f"{reverse('contacts:ledger')}?{urlencode({**asked.held, 'format': each})}", each) for each in FORMATS
        ],
    }
    return render(request, "contacts/ledger.html", context)


def _choices(groups: list[tuple[int, str]], staff: Any) -> dict[str, Any]:
    people = [(str(key), name) for key, name in names_apart(staff).items()]
    return {
        "year": [(str(year), f"Year {year}") for year in dict.fromkeys(year for year, _name in groups)],
        "group": [(name, name) for _year, name in groups if name],
        "channel": Channel.choices,
        "direction": Direction.choices,
        "result": RESULTS,
        "purpose": Purpose.choices,
        "author": people,
        "owner": people,
    }


def _handed_out(request: StaffRequest, asked: Asked, rows: Any, groups: list[str], how: str) -> HttpResponse:
    on = timezone.localdate()
    held = asked.held
    return handed_out(
        request,
        table_of(shown_of(rows.order_by("-occurred_at", "-pk")), asked, on),
        how,
        subject=subject_of("contacts", group=held.get("group", ""), groups=groups, year=held.get("year")),
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"Contacts {on:%Y-%m-%d}",
    )
