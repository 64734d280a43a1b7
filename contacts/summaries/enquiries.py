"""Enquiries as the desk reads them: who asks, by when they are answered, and what of it the reader may read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, DateField, F, IntegerField, Q, Value, When
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from behaviour.summaries.contact_clock import span_words
from contacts.models import Channel, Contact, Enquiry, Message
from contacts.querysets import EnquiryQuerySet
from contacts.reading import Reader
from contacts.summaries.acknowledgement import usual_reply
from contacts.summaries.acknowledging import AckClock
from pastoral.core.changes import Change, Kind, Told, changes_of, events_of
from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from pastoral.core.spreadsheets import Table
from pastoral.core.staff_names import names_apart
from pastoral.core.templatetags.pastoral import daytime
from students.models import Student
from students.querysets import StudentQuerySet
from students.staff import staff_with, team_of
from students.summaries import students_described

PRESSES = timedelta(hours=9, minutes=30)  # from 14:30 on its last day
WRITTEN = (Channel.EMAIL, Channel.LETTER, Channel.TEXT)
LEADS = (Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER)


@dataclass(frozen=True)
class Row:
    """One enquiry as it stands at `now`, to one reader. enquiry: of `with_sender`. who: its student, if they see them.

    words, outcome: "" where the reader may not read them, see `contacts.reading`.
    """

    enquiry: Any
    who: Reached | None
    student_name: str
    may_read: bool
    due_at: datetime
    now: datetime

    @property
    def words(self) -> str:
        """What they asked or said."""
        return self.enquiry.words if self.may_read else ""

    @property
    def outcome(self) -> str:
        """What came of it."""
        return self.enquiry.outcome if self.may_read else ""

    @property
    def sender(self) -> str:
        """Who it is from."""
        return str(self.enquiry.parent_carer or self.enquiry.from_name)

    @property
    def by_way(self) -> str:
        """How the sender is told unless somebody says otherwise, in words."""
        way = Channel(usual_reply(self.enquiry))
        return way.label.lower() if way == Channel.IN_PERSON else f"by {way.label.lower()}"

    @property
    def reason(self) -> str:
        """Why the reader may know of it."""
        return self.who.reason if self.who else "looks after the enquiry"

    @property
    def relationship(self) -> str:
        """Who they are to the student; "" for somebody who is no parent or carer on record."""
        return self.enquiry.relationship or ""

    @property
    def is_barred(self) -> bool:
        """Test for somebody whom a court order bars from this student: no reply is owed, and none is offered."""
        return bool(self.enquiry.is_barred)

    @property
    def owes_reply(self) -> bool:
        """Test for a sender who was not told anything yet."""
        return not self.enquiry.acknowledged_at and not self.is_barred and self.enquiry.withdrawn_at is None

    @property
    def due_day(self) -> date:
        """The day by whose end the sender is told."""
        return timezone.localdate(self.due_at - timedelta(minutes=1))

    @property
    def is_past_follow_up(self) -> bool:
        """Test for an open one whose follow-up day is over."""
        day = self.enquiry.follow_up_on
        return day is not None and self.enquiry.closed_at is None and day < timezone.localdate(self.now)

    @property
    def state(self) -> str:
        """Return how the acknowledgement stands: none, met, late, overdue, soon (from 14:30 of its day) or running."""
        at = self.enquiry.acknowledged_at
        if self.is_barred:
            return "none"
        if at:
            return "met" if at <= self.due_at else "late"
        if self.due_at < self.now:
            return "overdue"
        return "soon" if self.due_at - self.now <= PRESSES else "running"

    @property
    def state_words(self) -> str:
        """Return how it stands, in words."""
        at = self.enquiry.acknowledged_at
        if self.is_barred:
            return "no reply: court order"
        if at:
            took = span_words(max(at - self.enquiry.received_at, timedelta()))
            return f"acknowledged after {took}"
        if self.due_at < self.now:
            return f"{span_words(self.now - self.due_at)} overdue"
        return f"{span_words(self.due_at - self.now)} left"

    @property
    def reply_to(self) -> str:
        """Where to answer to: as they said, else as the record has it for the way it came; "" of somebody barred."""
        if self.is_barred:
            return ""
        person = self.enquiry.parent_carer
        if self.enquiry.reply_to or person is None:
            return str(self.enquiry.reply_to)
        return str(person.email if self.enquiry.channel == Channel.EMAIL else person.mobile or person.telephone)


def desk_rows(user: User, enquiries: Iterable[Any], clock: AckClock, now: datetime) -> tuple[Row, ...]:
    """Return the enquiries as the person reads them, in their order; in three queries. enquiries: of `with_sender`."""
    held = list(enquiries)
    students = reached(user, {each.student_id for each in held if each.student_id})
    reader = Reader.of(user, held, students=students)
    return tuple(
        Row(
            enquiry=each,
            who=students.get(each.student_id),
            student_name=_name(each, students),
            may_read=reader.may_read(each),
            due_at=clock.due(each.received_at),
            now=now,
        )
        for each in held
    )


def _name(enquiry: Enquiry, students: dict[int, Reached]) -> str:
    """Return the student's name; to somebody to whom the enquiry was passed, though they do not see the student."""
    if enquiry.student is None:
        return ""
    who = students.get(enquiry.student.pk)
    return who.name if who else enquiry.student.sort_name


def in_desk_order(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """Return those not acknowledged first, urgent ones before others and old before new; then by follow-up date."""
    owed = Q(acknowledged_at=None, is_barred=False)
    return enquiries.annotate(
        stage=Case(When(owed & Q(is_urgent=True), then=0), When(owed, then=1), default=2, output_field=IntegerField()),
        next_day=Case(When(stage=2, then=F("follow_up_on")), default=Value(None), output_field=DateField()),
    ).order_by("stage", F("next_day").asc(nulls_last=True), "received_at", "pk")


def owners_offered(user: User, student: Student | None, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return who may look after an enquiry, in groups: oneself, the student's year leaders, the other desks."""
    groups: list[tuple[str, list[tuple[str, str]]]] = [("Me", [(str(user.pk), user.formal_name)])]
    known = {user.pk}
    if student:
        leads = [held for held in team_of(student, on) if held.role in LEADS and held.user_id not in known]
        groups.append(("Of the student’s year", [(str(held.user_id), _lead(held)) for held in leads]))
        known.update(held.user_id for held in leads)
    others = staff_with(Right.KEEP_ENQUIRIES, year=None, on=on).exclude(pk__in=known)
    groups.append(("Others on the desk", [(str(key), name) for key, name in names_apart(others).items()]))
    return [group for group in groups if group[1]]


def owners_held(user: User) -> list[tuple[int, str]]:
    """Return whose the enquiries are that the person sees, by name."""
    held = Enquiry.objects.visible_to(user).standing().values("owner")
    return list(names_apart(User.objects.filter(pk__in=held).order_by("surname", "forename", "pk")).items())


def students_askable(user: User, on: date, also: int | None = None) -> StudentQuerySet:
    """Return whom an enquiry may be put to: students of the person's desk on roll, and `also`, its student already."""
    desk = Student.objects.with_right(user, Right.KEEP_ENQUIRIES).on_roll(on)
    return (desk | Student.objects.filter(pk=also) if also else desk).with_tutor_group(on)


def _lead(held: Any) -> str:
    return f"{held.user.formal_name}, {held}"


def message_lost(enquiry: Enquiry) -> Message | None:
    """Return the e-mail that was to acknowledge it and did not arrive, while nobody has acknowledged it otherwise."""
    if enquiry.acknowledged_at or enquiry.withdrawn_at:
        return None
    return enquiry.messages.filter(state__in=("failed", "bounced", "stopped")).order_by("-pk").first()


def contacts_about(user: User, enquiry: Enquiry) -> Sequence[Contact]:
    """Return the contacts that were logged about it, oldest first, whose student the person sees."""
    found = Contact.objects.standing(abouts__enquiry=enquiry).visible_to(user)
    return list(found.select_related("made_by", "parent_carer").order_by("occurred_at", "pk"))


def _channel(value: Any) -> str:
    return str(Channel(value).label) if value else "–"


def _topic(value: Any) -> str:
    return str(Enquiry.Topic(value).label)


def enquiry_changes(user: User, enquiry: Enquiry, *, may_read: bool) -> tuple[Change, ...]:
    """Return who changed what of it, latest first; what was asked and what came of it only for who may read it."""
    events = events_of((_kind(user, (), may_read=may_read),), enquiry.pk)
    seen = {event.row[name] for event in events for name in ("student_id", "owner_id")}
    kind = _kind(user, seen | {enquiry.student_id, enquiry.owner_id}, may_read=may_read)
    return changes_of((kind,), events, (enquiry,), str)


def _kind(user: User, keys: Iterable[Any], *, may_read: bool) -> Kind:
    held = {key for key in keys if key}
    students = students_described(user, held) if held else {}
    people = {each.pk: each.formal_name for each in User.objects.filter(pk__in=held)} if held else {}
    told = [
        Told("received_at", "Received", daytime),
        Told("channel", "How", _channel),
        Told("student_id", "Student", lambda key: students.get(key, "a student of others") if key else "–"),
        Told("from_name", "From"),
        Told("reply_to", "Answer to"),
        Told("topic", "Topic", _topic),
        Told("is_urgent", "Urgent"),
        Told("owner_id", "Owner", lambda key: people.get(key, "–")),
        Told("follow_up_on", "Follow up on"),
        Told("acknowledged_at", "Acknowledged", daytime),
        Told("closed_at", "Closed", daytime),
    ]
    if may_read:
        told += [Told("words", "What they asked"), Told("outcome", "What came of it")]
        told.append(Told("withdrawn_because", "Withdrawn"))
    else:
        told.append(Told("withdrawn_at", "Withdrawn", daytime))
    return Kind("Enquiry", "pgh_obj_id", tuple(told), app="contacts")


_HEADINGS = (
    "Received", "How", "From", "Who they are", "Student", "Tutor group", "Topic", "Urgent", "Owner",
    "Acknowledge by", "Acknowledged", "Acknowledged by", "How it stands", "Follow up on", "Closed",
)  # fmt: skip


def desk_table(rows: Sequence[Row], *, title: str, rule: str, now: datetime) -> Table:
    """Return the enquiries as a list to hand out; what was said in them stays in them."""
    about = (
        f"{title}, as at {daytime(now)}",
        f"Acknowledged {rule}.",
        "What was asked and what came of it is not in this list.",
    )
    return Table("Enquiries", about, _HEADINGS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str | date | None, ...]:
    held = row.enquiry
    return (
        daytime(held.received_at),
        held.get_channel_display(),
        row.sender,
        row.relationship,
        row.student_name,
        row.who.tutor_group if row.who else "",
        held.get_topic_display(),
        "urgent" if held.is_urgent else "",
        held.owner.formal_name,
        None if row.is_barred else row.due_day,
        daytime(held.acknowledged_at),
        held.acknowledged_by.formal_name if held.acknowledged_by else "",
        row.state_words,
        held.follow_up_on,
        daytime(held.closed_at),
    )
