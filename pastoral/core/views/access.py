"""The access log on the screen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import AccessRecord
from pastoral.core.paging import keyset_page
from pastoral.core.querysets import AccessRecordQuerySet
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.subjects import described
from pastoral.core.words import asked_for, day_read

SAME_READING = timedelta(minutes=5)


@dataclass
class Reading:
    """One line of the log on the screen: a record, and how many just before it were the same reading again."""

    record: AccessRecord
    words: str
    repeats: int = 0


@never_cache
@require_safe
@right_required(Right.SEE_ACCESS_LOG)
def access_log(request: StaffRequest) -> HttpResponse:
    """List who read what and why they may, newest first; by member of staff, subject or days when asked."""
    records = AccessRecord.objects.visible_to(request.user).select_related("user")
    staff, subject = asked_for(request, "staff"), asked_for(request, "subject")
    since, until = day_read(asked_for(request, "since")), day_read(asked_for(request, "until"))
    if staff:
        records = records.filter(user__staff_code__iexact=staff)
    if subject:
        records = records.filter(subject=subject)
    page = keyset_page(_between(records, since, until), field="at", cursor=asked_for(request, "before"))
    words = described(request.user, {record.subject for record in page.rows} | {subject})
    context = {
        "page": page,
        "readings": _readings(page.rows, words),
        "staff": staff,
        "subject": subject,
        "subject_words": words.get(subject, subject),
        "since": since,
        "until": until,
    }
    return render(request, "core/access_log.html", context)


def _between(records: AccessRecordQuerySet, since: date | None, until: date | None) -> AccessRecordQuerySet:
    """Return the records from the first day to the last, both of them included, as days go at school."""
    if since and since > date.min:
        records = records.filter(at__gte=_midnight(since))
    if until and until < date.max:
        records = records.filter(at__lt=_midnight(until + timedelta(days=1)))
    return records


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _readings(rows: list[AccessRecord], words: dict[str, str]) -> list[Reading]:
    """Return the rows of a page, newest first; the same person's same reading again within minutes is counted."""
    readings = [Reading(record, words.get(record.subject, record.subject)) for record in rows[:1]]
    for later, record in pairwise(rows):
        if _what(later) == _what(record) and later.at - record.at <= SAME_READING:
            readings[-1].repeats += 1
        else:
            readings.append(Reading(record, words.get(record.subject, record.subject)))
    return readings


def _what(record: AccessRecord) -> tuple[object, ...]:
    return record.user_id, record.kind, record.subject, record.reason
