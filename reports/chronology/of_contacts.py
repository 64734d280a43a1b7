"""Contacts and attempts, letters, times when the student was seen, enquiries, and information received.

One reader for all of them, as on their own pages: `contacts.reading` says whose words these are.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from contacts.models import Contact, Direction, Enquiry, Information, LetterTemplate, Outcome, Seen
from contacts.reading import Reader
from contacts.summaries.contact_record import Shown, shown_of, with_people
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import daytime
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment, paragraphs


def _lists(ask: Ask) -> Sequence[Any]:
    contacts = Contact.objects.visible_to(ask.user).standing(student=ask.student)
    seen = Seen.objects.visible_to(ask.user).standing(student=ask.student)
    enquiries = Enquiry.objects.visible_to(ask.user).standing(student=ask.student)
    received = Information.objects.visible_to(ask.user).standing(student=ask.student)
    return [
        with_people(contacts.filter(ask.moments("occurred_at"))).select_related("letter_copy__letter"),
        seen.filter(ask.moments("seen_at")).select_related("by"),
        enquiries.filter(ask.moments("received_at", "closed_at")).with_sender(),
        received.filter(ask.days("received_on")).select_related("agency", "worker", "taken_by"),
    ]


def _entries(
    ask: Ask,
    contacts: Sequence[Any],
    seen: Sequence[Seen],
    enquiries: Sequence[Any],
    received: Sequence[Information],
) -> Iterator[Entry]:
    every = [*contacts, *seen, *enquiries, *received]
    if not every:
        return
    reader = Reader.of(ask.user, every, students={ask.student: ask.who})
    for shown in shown_of(contacts, reader):
        is_for_dsl = Right.READ_DSL_CONCERNS in reader.matters.get(shown.row.token, ())
        yield _letter(ask, shown) if hasattr(shown.row, "letter_copy") else _contact(ask, shown, is_for_dsl=is_for_dsl)
    for each in seen:
        yield _seen(ask, each, reads=reader.may_read(each))
    for enquiry in enquiries:
        yield from _enquiry(ask, enquiry, reads=reader.may_read(enquiry))
    for item in received:
        yield _information(ask, item, reads=reader.may_read(item))


def _contact(ask: Ask, shown: Shown, *, is_for_dsl: bool) -> Entry:
    row, reads = shown.row, shown.words is not None
    way = "from" if row.direction == Direction.IN else "to"
    whom = f"{shown.who} ({shown.relationship.lower()})" if shown.relationship else shown.who
    said = (
        row.narrative,
        f"At the door: {row.who_answered}" if row.who_answered else "",
        f"Shared: {row.shared}" if row.shared else "",
        f"Next: {row.next_step}{f', by {in_words(row.next_on)}' if row.next_on else ''}" if row.next_step else "",
    )
    outcome = f", {Outcome(row.outcome).label.lower()}" if row.outcome else ""
    return Entry(
        f"contact:{row.pk}",
        kind=Kind.CONTACT,
        title=f"{row.get_channel_display()} {way} {whom}, {row.get_purpose_display().lower()}:"
        f" {row.get_result_display().lower()}{outcome}",
        who=row.made_by.formal_name,
        url=ask.link(Right.SEE_CONTACTS, "contacts:contact_detail", row.pk),
        logged_at=logged(row.occurred_at, row.logged_at),
        **moment(row.occurred_at),
        **ask.said(paragraphs(*said), is_restricted=row.is_restricted, is_for_dsl=is_for_dsl, reads=reads),
    )


def _letter(ask: Ask, shown: Shown) -> Entry:
    row, reads = shown.row, shown.words is not None
    copy = row.letter_copy
    kind = LetterTemplate.Kind(copy.letter.step).label
    url = ask.link(Right.SEE_CONTACTS, "contacts:letter_detail", copy.letter_id) if reads else ""
    return Entry(
        f"contact:{row.pk}",
        kind=Kind.LETTER,
        title=f"{kind}, {copy.get_channel_display().lower()}, to {shown.who}",
        who=row.made_by.formal_name,
        url=url,
        **moment(row.occurred_at),
        **ask.said(copy.subject, reads=reads),
    )


def _seen(ask: Ask, each: Seen, *, reads: bool) -> Entry:
    when = moment(each.seen_at)
    return Entry(
        f"seen:{each.pk}",
        kind=Kind.SEEN,
        title=f"Seen: {each.get_reason_display().lower()}",
        who=each.by.formal_name,
        url=ask.link(Right.MARK_SEEN, "contacts:seen_student", ask.student),
        logged_at=logged(each.seen_at, each.logged_at),
        **when,
        **ask.said(each.narrative, is_restricted=each.is_restricted, reads=reads),
    )


def _enquiry(ask: Ask, each: Any, *, reads: bool) -> Iterator[Entry]:
    sender = str(each.parent_carer) if each.parent_carer else (each.from_name if reads else "somebody")
    told = f"Acknowledged {daytime(each.acknowledged_at)}" if each.acknowledged_at else ""
    key, url = f"enquiry:{each.pk}", ask.link(Right.KEEP_ENQUIRIES, "contacts:enquiry_detail", each.pk)
    when = moment(each.received_at)
    yield Entry(
        key,
        kind=Kind.ENQUIRY,
        title=f"Enquiry from {sender}: {each.get_topic_display().lower()}",
        who=each.owner.formal_name,
        url=url,
        logged_at=logged(each.received_at, each.taken_at),
        **when,
        **ask.said(paragraphs(each.words, told), reads=reads),
    )
    if each.closed_at and timezone.localdate(each.closed_at) != when["on"]:
        who, ends = each.closed_by.formal_name if each.closed_by else "", moment(each.closed_at)
        said = ask.said(each.outcome, reads=reads)
        title = f"Enquiry of {in_words(each.received_at)} closed"
        yield Entry(f"{key}:end", kind=Kind.ENQUIRY, title=title, who=who, url=url, **ends, **said)


def _information(ask: Ask, each: Information, *, reads: bool) -> Entry:
    source = each.agency.name if each.agency else each.from_name
    is_shown = reads and (ask.takes_restricted or not each.is_restricted)
    url = ask.link(Right.SEE_AGENCIES, "contacts:information_detail", each.pk) if reads else ""
    kept = f"Kept at: {each.filed_at}" if each.filed_at else ""
    done = f"{each.follow_up}: {each.follow_up_done}" if each.follow_up_done else each.follow_up
    return Entry(
        f"information:{each.pk}",
        each.received_on,
        Kind.AGENCY,
        f"Information received from {source}: {each.title}" if is_shown else "Information received",
        who=each.taken_by.formal_name,
        url=url,
        logged_at=logged(each.received_on, each.taken_at),
        **ask.said(paragraphs(each.narrative, kept, done), is_restricted=each.is_restricted, reads=reads),
    )


SOURCES = (
    Source(
        frozenset({Kind.CONTACT, Kind.LETTER, Kind.SEEN, Kind.ENQUIRY, Kind.AGENCY}),
        _lists,
        _entries,
        frozenset({Right.SEE_CONTACTS}),
    ),
)
