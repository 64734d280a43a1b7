"""What was said with home and at meetings: letters as sent, contacts and attempts, visits, minutes."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from contacts.models import Channel, Contact, Enquiry, Letter, LetterCopy, Seen
from contacts.reading import Entry, Reader, needed_for
from contacts.summaries.contact_record import Shown, shown_of, with_people
from interventions.models import Meeting
from interventions.summaries.meetings import Guest, MeetingRecord, Part, meeting_record, with_parts
from pastoral.core.backdated import is_logged_late
from pastoral.core.rights import Right
from reports.letters import paragraphs_of
from reports.packs.content import (
    FEW,
    LATE,
    Block,
    Exhibit,
    Facts,
    Plain,
    Row,
    Table,
    Words,
    day_words,
    moment_words,
    paragraphs,
)
from reports.packs.content import Letter as LetterBlock
from reports.packs.source import Source

SPOKEN = frozenset({"contact", "seen", "enquiry"})


def is_taken(source: Source, reader: Reader, entry: Entry) -> bool:
    """Test for an entry whose words belong in: by the right of its matter alone, and a restricted one by choice.

    Whoever wrote an entry may always read it; a pack goes to others, and takes only what its builder has by right.
    """
    matters = reader.matters.get(entry.token, frozenset()) if isinstance(entry, Contact) else frozenset()
    needs = needed_for(entry, matters)
    if not needs <= source.who.rights:
        return False
    if Right.SEE_RESTRICTED in needs and not source.takes_restricted:
        return False
    if Right.READ_DSL_CONCERNS in needs and not source.takes_dsl:
        return False
    source.taken.update(needs)
    return True


def letters(source: Source) -> tuple[Exhibit, ...]:
    """Return each copy of a letter that left the school: its words as frozen, how and when it went."""
    found = Letter.objects.visible_to(source.user).standing(student=source.student).shown(source.today)
    held = list(found.order_by("made_at", "pk"))
    reader = Reader.of(source.user, held, students={source.student.pk: source.who})
    read = [letter for letter in held if is_taken(source, reader, letter)]
    copies = [copy for letter in read for copy in letter.copies.all() if copy.sent_at]
    tells = "addresses" in source.sections
    return tuple(
        _letter(copy, tells_addresses=tells)
        for copy in copies
        if source.holds(timezone.localdate(copy.sent_at)) and not copy.letter.withdrawn_at
    )


def _letter(copy: LetterCopy, *, tells_addresses: bool) -> Exhibit:
    sent = timezone.localdate(copy.sent_at)
    facts = Facts(
        (
            ("Letter", Plain(f"{copy.letter.get_step_display()}, made by {copy.letter.batch.made_by.formal_name}")),
            ("To", Plain(copy.addressee)),
            ("Sent", Plain(f"{copy.get_channel_display()}, {moment_words(copy.sent_at)}")),
            ("Copy kept", Plain(f"L{copy.letter_id}/{copy.pk}, SHA-256 {copy.sha256}")),
        )
    )
    is_posted = copy.channel == LetterCopy.Channel.PRINT and tells_addresses
    address = tuple(Plain(line.strip()) for line in copy.address.replace(", ", "\n").splitlines()) if is_posted else ()
    words = LetterBlock(Plain(copy.addressee), address, copy.subject, paragraphs_of(copy.body))
    return Exhibit(f"Letter: {copy.letter.get_step_display()}", sent, (facts, words))


def contacts_read(source: Source) -> list[Shown]:
    """Return the contacts of the span whose words belong in, oldest first; those that are letters stand among them."""
    held = Contact.objects.visible_to(source.user).standing(
        student=source.student, occurred_at__date__range=source.span
    )
    rows = list(with_people(held).prefetch_related("visited_by").order_by("occurred_at", "pk"))
    reader = Reader.of(source.user, rows, students={source.student.pk: source.who})
    read = [row for row in rows if is_taken(source, reader, row)]
    return [each for each in shown_of(read, reader) if each.words is not None]


def contacts(source: Source) -> tuple[Exhibit, ...]:
    """Return every contact and attempt: when, how, by whom, with whom, what was said and what came of it."""
    rows = tuple(_contact(each) for each in contacts_read(source) if each.row.channel != Channel.HOME_VISIT)
    if not rows:
        return ()
    headings = ("When", "How and by whom", "With whom", "What was said and what came of it")
    return (Exhibit("Contacts and attempts", None, (Table("", headings, (34, 36, 36, 74), rows),)),)


def _contact(shown: Shown) -> Row:
    row = shown.row
    how = f"{row.get_channel_display()}, {row.get_direction_display().lower()}\n{row.made_by.formal_name}"
    kin = f" ({shown.relationship})" if shown.relationship else ""
    return Row(
        (
            Plain(moment_words(row.occurred_at)),
            Plain(how),
            Plain(f"{shown.who}{kin}") if row.party != "other" else shown.who,
            _came_of(row),
        ),
        _badges(row),
    )


def _came_of(row: Contact) -> str:
    lines = [
        f"{row.get_purpose_display()}: {row.get_result_display().lower()}"
        + (f", {row.get_outcome_display().lower()}" if row.outcome else ""),
        row.narrative,
        f"Shared: {row.shared}" if row.shared else "",
        f"Next: {row.next_step}" if row.next_step else "",
    ]
    return "\n".join(line for line in lines if line)


def _badges(row: Contact) -> tuple[str, ...]:
    return (*((LATE,) if row.is_logged_late else ()), *((FEW,) if row.is_restricted else ()))


def visits(source: Source) -> tuple[Exhibit, ...]:
    """Return each home visit: when, who went, who answered, and what came of it."""
    held = [each for each in contacts_read(source) if each.row.channel == Channel.HOME_VISIT]
    return tuple(_visit(each) for each in held)


def _visit(shown: Shown) -> Exhibit:
    row = shown.row
    went = ", ".join(user.formal_name for user in row.visited_by.all()) or row.made_by.formal_name
    facts = Facts(
        (
            ("When", Plain(moment_words(row.occurred_at))),
            ("Who went", Plain(went)),
            ("To see", Plain(shown.who) if row.party != "other" else shown.who),
            ("Who answered", row.who_answered or "–"),
            ("How it went", Plain(row.get_result_display())),
        )
    )
    words = Words("What was said and what came of it", paragraphs(_came_of(row)))
    return Exhibit("Home visit", timezone.localdate(row.occurred_at), (facts, words), _badges(row))


def meetings(source: Source) -> tuple[Exhibit, ...]:
    """Return the minutes of each meeting that was held: this student's part alone, whoever else was talked of."""
    found = (
        Meeting.objects.visible_to(source.user)
        .held()
        .standing(students__student=source.student, held_on__range=source.span)
    )
    held = [
        each
        for each in with_parts(found).order_by("held_on", "pk")
        if source.may(Right.SEE_MEETINGS) and source.reads(each)
    ]
    records = (meeting_record(source.user, each, source.today) for each in held)
    return tuple(_meeting(source, record) for record in records if source.student.pk in record.sight.parts)


def _meeting(source: Source, record: MeetingRecord) -> Exhibit:
    meeting = record.meeting
    part = next(each for each in record.parts if each.row.student_id == source.student.pk)
    when = day_words(meeting.held_on) + (f", {meeting.starts_at:%H:%M}" if meeting.starts_at else "")
    facts = Facts(
        (
            ("When", Plain(when)),
            ("Called by", Plain(meeting.convener.formal_name)),
            ("Present", _people(source, record.came)),
            ("Asked and did not come", _people(source, record.did_not)),
        )
    )
    is_alone = len(meeting.students.all()) == 1
    said = paragraphs(part.row.notes, meeting.notes if is_alone and record.sight.whole else "")
    blocks: list[Block] = [facts, Words("What was said", said or (Plain("Nothing was written."),))]
    if part.row.decision:
        blocks.append(Words("Decided", paragraphs(part.row.decision)))
    badges = (FEW,) if meeting.is_restricted else ()
    return Exhibit(
        f"Meeting: {meeting.get_purpose_display()}", meeting.held_on, (*blocks, *_actions(source, part)), badges
    )


def _people(source: Source, people: Sequence[Guest]) -> str:
    """Return staff, the student's own family, and agencies for who may know of them; no other family's."""
    sees_agencies = source.may(Right.SEE_AGENCIES)
    if sees_agencies and any(each.row.worker_id for each in people):
        source.taken.add(Right.SEE_AGENCIES)
    told = [
        f"{each.name} ({each.what})" if each.what else each.name
        for each in people
        if each.is_staff or source.student.pk in each.of or (each.row.worker_id and sees_agencies)
    ]
    return Plain(", ".join(told) or "–")


def _actions(source: Source, part: Part) -> Iterable[Table]:
    rows = tuple(
        Row(
            (
                each.words or "",
                Plain(each.row.owner.formal_name),
                Plain(day_words(each.row.due_on)),
                Plain(each.state_words),
            )
        )
        for each in part.actions
        if each.words and source.reads_action(each.row)
    )
    if rows:
        yield Table("Who does what by when", ("Action", "Who", "By", "State"), (80, 36, 34, 30), rows)


def said(source: Source) -> tuple[Exhibit, ...]:
    """Return conversations with the student, and what parents asked and were told."""
    seen, asked = _talks(source)
    talks = tuple(map(_seen, seen))
    questions = tuple(map(_asked, asked))
    blocks = []
    if talks:
        blocks.append(Table("With the student", ("When", "By whom", "About", "What was said"), (36, 34, 28, 82), talks))
    if questions:
        headings = ("When", "From whom", "About", "What was asked, and what came of it")
        blocks.append(Table("Enquiries from home", headings, (36, 34, 28, 82), questions))
    return (Exhibit("Conversations and enquiries", None, tuple(blocks)),) if blocks else ()


def _talks(source: Source) -> tuple[list[Seen], list[Enquiry]]:
    """Return the times that the student was seen, and the enquiries, whose words belong in."""
    held = Seen.objects.filter(student=source.student, withdrawn_at=None, seen_at__date__range=source.span)
    seen = list(held.select_related("by").order_by("seen_at", "pk"))
    theirs = Enquiry.objects.visible_to(source.user).filter(student=source.student, withdrawn_at=None)
    of_span = theirs.filter(received_at__date__range=source.span)
    asked = list(of_span.select_related("taken_by", "parent_carer").order_by("received_at", "pk"))
    reader = Reader.of(source.user, [*seen, *asked], students={source.student.pk: source.who})
    return [each for each in seen if is_taken(source, reader, each)], [
        each for each in asked if is_taken(source, reader, each)
    ]


def keys_taken(source: Source) -> frozenset[str]:
    """Return the keys, as a chronology has them, of what was said with home and the student and belongs in."""
    seen, asked = _talks(source)
    spoken = [f"contact:{each.row.pk}" for each in contacts_read(source)]
    return frozenset([*spoken, *(f"seen:{each.pk}" for each in seen), *(f"enquiry:{each.pk}" for each in asked)])


def _seen(row: Seen) -> Row:
    badges = ((LATE,) if is_logged_late(row.seen_at, row.logged_at) else ()) + ((FEW,) if row.is_restricted else ())
    about = Plain(row.get_reason_display())
    return Row((Plain(moment_words(row.seen_at)), Plain(row.by.formal_name), about, row.narrative or "–"), badges)


def _asked(row: Enquiry) -> Row:
    late = (LATE,) if is_logged_late(row.received_at, row.taken_at) else ()
    came = f"{row.words}\n{row.outcome}".strip()
    whom = Plain(str(row.parent_carer)) if row.parent_carer_id else row.from_name
    return Row((Plain(moment_words(row.received_at)), whom, Plain(row.get_topic_display()), came), late)
