"""Everything about one student in one timeline: on the screen, as a file and on paper."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.reach import reached
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.querysets import DSL_INCIDENT
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, written_as
from pastoral.core.words import asked_for
from reports.chronology.asked import Asked, spans_offered
from reports.chronology.entries import Ask, Entry, Kind
from reports.chronology.papers import Chronology, chronology_draw, chronology_table
from reports.chronology.timeline import entries_of, kinds_for
from reports.summaries.record import StudentRecord
from reports.views.one_student import reading_logged, record_for

PAGE_SIZE = 60
ICONS = {
    Kind.ABSENCE: "calendar",
    Kind.LATE: "clock",
    Kind.PLANNED: "calendar",
    Kind.CALL: "phone",
    Kind.NOTICE: "flag",
    Kind.INCIDENT: "alert",
    Kind.HELP: "alert",
    Kind.BULLYING: "users",
    Kind.FORM_TIME: "book",
    Kind.DETENTION: "clock",
    Kind.SUSPENSION: "flag",
    Kind.ROOM: "book",
    Kind.CARD: "table",
    Kind.TEACHERS: "mail",
    Kind.PRAISE: "circle-check",
    Kind.CONTACT: "phone",
    Kind.LETTER: "mail",
    Kind.SEEN: "eye",
    Kind.ENQUIRY: "info",
    Kind.AGENCY: "users",
    Kind.CASE: "flag",
    Kind.INTERVENTION: "circle-check",
    Kind.PLAN: "list",
    Kind.MEETING: "users",
    Kind.ACTION: "check",
    Kind.FILE: "file",
    Kind.PACK: "file",
    Kind.DSL: "lock",
}


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def chronology(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the timeline, or hand it out as CSV or XLSX: 404 outside the person's students; the reading is logged."""
    record, ask, asked = _asked(request, pk)
    held = asked.ordered(entries_of(ask, asked.kinds))
    how = asked_for(request, "format")
    if how in FORMATS:
        return _handed_out(request, record, _drawn(record, ask, asked, held), how)
    page = list_page(held, cursor=asked_for(request, "before"), size=PAGE_SIZE)
    _logged(request, record, page.rows, AccessRecord.Kind.PAGE)
    address, today = reverse("reports:chronology", args=[pk]), timezone.localdate()
    context = {
        "record": record,
        "student": record.student,
        "asked": asked,
        "page": page,
        "months": _months(page.rows),
        "kinds": [(kind, kind.label, kind in asked.kinds) for kind in kinds_for(ask.rights)],
        "spans": [
            (f"{address}?first={first}", words, asked.first == first and asked.last == today)
            for words, first in spans_offered(today)
        ],
        "left_out": sum(entry.is_left_out for entry in held),
        "offers_restricted": Right.SEE_RESTRICTED in ask.rights or any(entry.is_left_out for entry in held),
        "offers_dsl": Right.READ_DSL_CONCERNS in ask.rights,
        "pdf_url": f"{reverse('reports:chronology_pdf', args=[pk])}?{request.GET.urlencode()}",
    }
    return render(request, "reports/chronology.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def chronology_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the same timeline out on paper."""
    record, ask, asked = _asked(request, pk)
    held = asked.ordered(entries_of(ask, asked.kinds))
    _logged(request, record, held, AccessRecord.Kind.DOCUMENT)
    pdf = chronology_draw(_drawn(record, ask, asked, held), by=request.user.formal_name, at=timezone.localtime())
    name = f"Chronology {record.student.admission_number}.pdf"
    return HttpResponse(
        pdf.data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _asked(request: StaffRequest, pk: int) -> tuple[StudentRecord, Ask, Asked]:
    record, asked = record_for(request.user, pk), Asked.of(request, timezone.localdate())
    who = reached(request.user, [pk])[pk]
    takes_dsl = asked.takes_dsl and Right.READ_DSL_CONCERNS in who.rights
    return record, Ask(request.user, who, asked.first, asked.last, asked.takes_restricted, takes_dsl), asked


def _drawn(record: StudentRecord, ask: Ask, asked: Asked, entries: tuple[Entry, ...]) -> Chronology:
    group = record.spell.tutor_group if record.spell else ""
    is_restricted = ask.takes_restricted or ask.takes_dsl
    return Chronology(record.student.full_name, group, entries, asked.about, is_restricted)


def _handed_out(request: StaffRequest, record: StudentRecord, drawn: Chronology, how: str) -> HttpResponse:
    _logged(request, record, drawn.entries, AccessRecord.Kind.EXPORT)
    response = HttpResponse(written_as(chronology_table(drawn), how), content_type=FORMATS[how])
    name = f"Chronology {record.student.admission_number}.{how}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _logged(request: StaffRequest, record: StudentRecord, entries: Iterable[Entry], kind: AccessRecord.Kind) -> None:
    """Note the reading with the student, and each matter of the DSL by its own key, as its own page does."""
    keys = [entry.key for entry in entries if entry.kind == Kind.DSL]
    subjects = [key.replace("incident:", DSL_INCIDENT) for key in keys]
    reading_logged(request, record, kind, also=dict.fromkeys(subjects, "Chronology"))


def _months(entries: Iterable[Entry]) -> list[tuple[Any, list[tuple[Entry, str]]]]:
    """Return the entries by month, each with its icon, in their order."""
    return [
        (first, [(entry, ICONS[entry.kind]) for entry in held])
        for first, held in groupby(entries, key=lambda entry: entry.on.replace(day=1))
    ]
